//! The ways of simulated people through one symptom, as a graph: causes, questions, remedies and outcomes.
//!
//! The one idea: people are counted where they come by, and along every way between two places; what nobody comes to is
//! told apart. It must not decide how any of it looks.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{End, Journey, Taken, journeys};
use crate::knowledge::{Holds, Knowledge, Remedy, Symptom};
use crate::session::{Mode, is_noted};
use crate::verdict::{UNKNOWN, UNSURE};

/// What people come by, and how many take each way.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// The symptom's id.
    pub symptom: String,
    /// The symptom's title, placeholders as written, as in every label.
    pub title: String,
    /// Who was led.
    pub mode: Mode,
    /// How many people there were.
    pub people: usize,
    /// With the same seed the same people come.
    pub seed: u64,
    /// The start first; then causes, questions, remedies and outcomes, each kind in the order in which people come to them.
    pub nodes: Vec<Node>,
    /// Sorted by where they come from.
    pub edges: Vec<Edge>,
    /// What nobody came to, in the order of the knowledge.
    pub unreached: Vec<Unreached>,
}

/// Something that people come by.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its id in the knowledge.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// How many came by.
    pub people: usize,
    /// How many of those were helped in the end, within this symptom.
    pub helped: usize,
    /// Answers of a question, results of a remedy, with how many took each.
    pub ways: Vec<Way>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The choice of the symptom.
    Start,
    /// What is at work.
    Cause,
    /// Something is asked; for an agent also who is calling.
    Question,
    /// Something is tried.
    Remedy,
    /// A remedy helped.
    Helped,
    /// It goes on in another symptom.
    Symptom,
    /// It is somebody else's turn.
    Escalation,
    /// It ends in neither a remedy nor an escalation.
    DeadEnd,
}

/// An answer, or what came of a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The answer's id; `helped` or `failed` for a remedy.
    pub id: String,
    /// What it is called; empty for a remedy's results.
    pub label: String,
    /// How many took it.
    pub people: usize,
}

/// A way between two nodes, by their places in [`Graph::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: usize,
    /// Which of its ways.
    pub way: Option<usize>,
    /// Where it leads.
    pub to: usize,
    /// How many took it.
    pub people: usize,
}

/// What nobody came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreached {
    /// A question that was never asked.
    Question(String),
    /// A remedy that was never tried.
    Remedy(String),
    /// A row of a table that never held, from 1.
    Row(usize),
}

/// A place while people are counted: what it is, and its id.
type Key = (Kind, String);

#[derive(Default)]
struct Count {
    people: usize,
    helped: usize,
    /// The sum of their places in the journeys.
    places: usize,
    ways: BTreeMap<String, usize>,
}

/// Leads simulated people through a symptom and counts. What follows in another symptom is not looked at.
pub fn graph(knowledge: &Knowledge, symptom: &Symptom, mode: Mode, people: usize, seed: u64) -> Graph {
    let all = journeys(knowledge, symptom, mode, people, seed);
    let mut counts: BTreeMap<Key, Count> = BTreeMap::new();
    let mut ways: BTreeMap<(Key, Option<String>, Key), usize> = BTreeMap::new();
    let start = (Kind::Start, symptom.id.clone());
    for journey in &all {
        let stops = stops(journey);
        let helped = usize::from(stops.iter().any(|(key, _)| key.0 == Kind::Helped));
        let cause = ((Kind::Cause, journey.cause.clone()), None);
        let way: Vec<_> = [cause, (start.clone(), None)].into_iter().chain(stops).collect();
        for (place, (key, taken)) in way.iter().enumerate() {
            let count = counts.entry(key.clone()).or_default();
            count.people += 1;
            count.helped += helped;
            count.places += place;
            if let Some(taken) = taken {
                *count.ways.entry(taken.clone()).or_default() += 1;
            }
        }
        for pair in way.windows(2) {
            let [(from, taken), (to, _)] = pair else { continue };
            *ways.entry((from.clone(), taken.clone(), to.clone())).or_default() += 1;
        }
    }
    let mut keys: Vec<&Key> = counts.keys().collect();
    let rank = |key: &Key| match key.0 {
        // The commonest first; what comes later in a session later.
        Kind::Question | Kind::Remedy => counts[key].places as f64 / counts[key].people as f64,
        _ => -(counts[key].people as f64),
    };
    keys.sort_by(|a, b| a.0.cmp(&b.0).then(rank(a).total_cmp(&rank(b))));
    let nodes: Vec<Node> = keys.iter().map(|key| node(knowledge, symptom, key, &counts[*key])).collect();
    let place = |key: &Key| keys.iter().position(|one| *one == key);
    let edge = |((from, taken, to), people): (&(Key, Option<String>, Key), &usize)| {
        let from = place(from)?;
        let way = taken.as_ref().and_then(|taken| nodes[from].ways.iter().position(|way| way.id == *taken));
        Some(Edge { from, way, to: place(to)?, people: *people })
    };
    let mut edges: Vec<Edge> = ways.iter().filter_map(edge).collect();
    edges.sort_by_key(|edge| (edge.from, edge.way, edge.to));
    let (id, title) = (symptom.id.clone(), symptom.title.clone());
    let unreached = unreached(symptom, &all, &counts);
    Graph { symptom: id, title, mode, people, seed, nodes, edges, unreached }
}

/// What somebody came by within the first symptom, with the way that they took from there.
fn stops(journey: &Journey) -> Vec<(Key, Option<String>)> {
    let mut stops = Vec::new();
    for step in &journey.steps {
        stops.push(match step {
            Taken::Asked { question, answer, .. } => ((Kind::Question, question.clone()), Some(answer.clone())),
            Taken::Tried { remedy, helped, .. } => {
                let result = if *helped { HELPED } else { FAILED };
                ((Kind::Remedy, remedy.clone()), Some(result.to_owned()))
            }
            Taken::Verified { .. } => ((Kind::Question, VERIFY.to_owned()), None),
            Taken::WentOn { to, .. } => {
                stops.push(((Kind::Symptom, to.clone()), None));
                return stops;
            }
        });
    }
    stops.push(match &journey.end {
        End::Helped => ((Kind::Helped, HELPED.to_owned()), None),
        End::Escalated { role, .. } => ((Kind::Escalation, role.clone()), None),
        End::Lost => ((Kind::DeadEnd, String::new()), None),
    });
    stops
}

const HELPED: &str = "helped";
const FAILED: &str = "failed";
/// An agent makes sure who is calling.
const VERIFY: &str = "verify-identity";

fn node(knowledge: &Knowledge, symptom: &Symptom, (kind, id): &Key, count: &Count) -> Node {
    let title = |remedy: &Remedy| knowledge.section(&remedy.text).map(|section| section.title.clone());
    let label = match kind {
        Kind::Start => Some(symptom.title.clone()),
        Kind::Cause if id == UNKNOWN => Some("Something that nobody has thought of".to_owned()),
        Kind::Cause => symptom.cause(id).map(|cause| cause.title.clone()),
        Kind::Question if id == VERIFY => Some("Make sure who is calling".to_owned()),
        Kind::Question => symptom.question(id).map(|question| question.ask.clone()),
        Kind::Remedy => symptom.remedy(id).and_then(title),
        Kind::Symptom => knowledge.symptoms.get(id).map(|symptom| symptom.title.clone()),
        Kind::Helped | Kind::Escalation | Kind::DeadEnd => None,
    };
    let mut ways: Vec<Way> = Vec::new();
    let mut way = |id: &str, label: &str| {
        let people = count.ways.get(id).copied().unwrap_or(0);
        ways.push(Way { id: id.to_owned(), label: label.to_owned(), people });
    };
    match kind {
        Kind::Question => {
            let answers = symptom.question(id).map_or(&[][..], |question| &question.answers);
            answers.iter().for_each(|answer| way(&answer.id, &answer.label));
            if count.ways.contains_key(UNSURE) {
                way(UNSURE, "");
            }
        }
        Kind::Remedy => [HELPED, FAILED].iter().for_each(|result| way(result, "")),
        _ => {}
    }
    let (people, helped) = (count.people, count.helped);
    Node { kind: *kind, id: id.clone(), label: label.unwrap_or_else(|| id.clone()), people, helped, ways }
}

/// What nobody came to, of all that answers alone can lead to.
fn unreached(symptom: &Symptom, all: &[Journey], counts: &BTreeMap<Key, Count>) -> Vec<Unreached> {
    let came = |kind: Kind, id: &String| counts.contains_key(&(kind, id.clone()));
    let questions = symptom.questions.iter().map(|question| &question.id);
    let questions = questions.filter(|id| !is_noted(id) && !came(Kind::Question, id));
    // What only a comparison of codes opens, no answer does.
    let by_answers = |remedy: &&Remedy| !remedy.only_when.0.iter().any(|clause| is_noted(&clause.fact));
    let escalated: BTreeSet<&String> = all
        .iter()
        .filter_map(|journey| match &journey.end {
            End::Escalated { symptom: at, remedy, .. } if *at == symptom.id => remedy.as_ref(),
            _ => None,
        })
        .collect();
    let remedies = symptom.remedies.iter().filter(by_answers).map(|remedy| &remedy.id);
    let remedies = remedies.filter(|id| !came(Kind::Remedy, id) && !escalated.contains(id));
    let held: BTreeSet<usize> = all.iter().filter_map(|journey| row(symptom, journey)).collect();
    let rows = (0..symptom.outcomes.len()).filter(|row| !held.contains(row));
    let questions = questions.map(|id| Unreached::Question(id.clone()));
    let remedies = remedies.map(|id| Unreached::Remedy(id.clone()));
    questions.chain(remedies).chain(rows.map(|row| Unreached::Row(row + 1))).collect()
}

/// The first row of a table that holds with the answers that were given in it.
fn row(symptom: &Symptom, journey: &Journey) -> Option<usize> {
    let answers: BTreeMap<&str, &str> = journey
        .steps
        .iter()
        .filter_map(|step| match step {
            Taken::Asked { symptom: at, question, answer } if *at == symptom.id => Some((&**question, &**answer)),
            _ => None,
        })
        .collect();
    symptom.outcomes.iter().position(|row| row.when.holds(|fact| answers.get(fact).copied()) == Holds::Yes)
}

impl Graph {
    /// A number of people as a share of all.
    pub fn share(&self, people: usize) -> f64 {
        people as f64 / self.people.max(1) as f64
    }

    /// The same with everything that fewer than `least` people come to gathered in one node of each kind, whose id is empty
    /// and whose label is how many there are.
    #[must_use]
    pub fn folded(&self, least: usize) -> Self {
        let rare = |node: &Node| {
            node.people < least && matches!(node.kind, Kind::Cause | Kind::Question | Kind::Remedy)
        };
        let of_kind = |kind: Kind| self.nodes.iter().filter(move |node| node.kind == kind && rare(node));
        let mut nodes: Vec<Node> = Vec::new();
        let mut moved = Vec::new();
        for node in &self.nodes {
            // One alone is shown as it is: a name is worth more than "1 other".
            let others = of_kind(node.kind).count();
            if !rare(node) || others == 1 {
                moved.push(nodes.len());
                nodes.push(node.clone());
                continue;
            }
            let there = nodes.iter().position(|one| one.kind == node.kind && one.id.is_empty());
            moved.push(there.unwrap_or(nodes.len()));
            if there.is_none() {
                let (people, helped) = of_kind(node.kind).fold((0, 0), |(p, h), one| (p + one.people, h + one.helped));
                let (id, label) = (String::new(), others.to_string());
                nodes.push(Node { kind: node.kind, id, label, people, helped, ways: Vec::new() });
            }
        }
        // Within a kind, the gathered ones come last.
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|at| (nodes[*at].kind, nodes[*at].id.is_empty() && nodes[*at].kind != Kind::DeadEnd));
        let place = |at: usize| order.iter().position(|one| *one == moved[at]).unwrap_or_default();
        let mut sums: BTreeMap<(usize, Option<usize>, usize), usize> = BTreeMap::new();
        for edge in &self.edges {
            let (from, to) = (place(edge.from), place(edge.to));
            let way = edge.way.filter(|_| !nodes[order[from]].id.is_empty());
            if from != to {
                *sums.entry((from, way, to)).or_default() += edge.people;
            }
        }
        let edges = sums.into_iter().map(|((from, way, to), people)| Edge { from, way, to, people }).collect();
        let nodes = order.iter().map(|at| nodes[*at].clone()).collect();
        Self { title: self.title.clone(), symptom: self.symptom.clone(), unreached: self.unreached.clone(), nodes, edges, ..*self }
    }
}

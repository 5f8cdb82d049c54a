//! The ways of simulated people through one symptom, as a tree: questions, remedies and how it ends; with it, why they came.
//!
//! The one idea: after the same answers everybody stands at the same place, so that people are counted place by place and
//! answer by answer; what nobody comes to is told apart. It must not decide how any of it looks.

use std::collections::{BTreeMap, BTreeSet};

use super::journeys::{End, Journey, Leader, Taken};
use crate::knowledge::{Holds, Knowledge, Remedy, Symptom};
use crate::session::Mode;
use crate::verdict::{UNKNOWN, UNSURE};

/// Who is led, and how rare a place may be to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowd {
    /// A person, or an agent with a caller.
    pub mode: Mode,
    /// How many people.
    pub people: usize,
    /// With the same seed the same people come.
    pub seed: u64,
    /// A place that fewer people come to is not shown.
    pub least: usize,
}

/// The ways through a symptom. Placeholders stand in all labels as they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// The symptom's id.
    pub symptom: String,
    /// Its title.
    pub title: String,
    /// Who was led.
    pub crowd: Crowd,
    /// How many were helped by a remedy of the symptom.
    pub helped: usize,
    /// How many were sent to somebody else.
    pub escalated: usize,
    /// How many went on to another symptom, which is not looked into.
    pub gone_on: usize,
    /// How many came to no end.
    pub lost: usize,
    /// Questions answered and remedies tried in the symptom, by everybody together.
    pub steps: usize,
    /// The first step first, each before what follows it; empty without people.
    pub places: Vec<Place>,
    /// Why they came, the commonest first; causes that nobody had are left out. None in a table of rules.
    pub causes: Vec<Came>,
    /// What was tried, what helped most people first.
    pub remedies: Vec<Came>,
    /// What nobody came to, in the order of the knowledge.
    pub unreached: Vec<Unreached>,
}

/// Where everybody stands who gave the same answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is.
    pub kind: PlaceKind,
    /// Its id in the knowledge.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// How many come here.
    pub people: usize,
    /// Answers of a question, results of a remedy; none where it ends.
    pub ways: Vec<Branch>,
}

/// What there is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// Something is asked.
    Question,
    /// An agent makes sure who is calling.
    Verify,
    /// Something is tried.
    Remedy,
    /// It goes on in another symptom.
    Symptom,
    /// It is somebody else's turn.
    Escalation,
    /// It ends in neither a remedy nor an escalation.
    DeadEnd,
}

/// An answer, or what came of a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The answer's id; [`HELPED`] or [`FAILED`] for a remedy.
    pub id: String,
    /// What it is called; empty where the knowledge has no word for it.
    pub label: String,
    /// How many take it.
    pub people: usize,
    /// Where it leads.
    pub leads: Leads,
}

/// Where a way leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// To the next place, by its number among the places.
    To(usize),
    /// To the end: the remedy helped.
    Helped,
    /// To a place that too few come to.
    Rare,
    /// Nobody takes it.
    Nobody,
}

/// A cause or a remedy, counted over all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// How many had it, or tried it.
    pub people: usize,
    /// How many of those were helped: in the symptom, or by this remedy.
    pub helped: usize,
}

/// What nobody came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreached {
    /// `question`, `remedy` or `row`.
    pub what: &'static str,
    /// Its id; of a row its number, from 1.
    pub id: String,
}

/// The remedy helped.
pub const HELPED: &str = "helped";
/// It did not.
pub const FAILED: &str = "failed";
/// They are who they say.
const VERIFIED: &str = "verified";

/// A place while people are counted.
struct Spot {
    kind: PlaceKind,
    id: String,
    people: usize,
    ways: BTreeMap<String, (usize, Option<usize>)>,
}

/// Leads simulated people through a symptom and counts. What follows in another symptom is not looked into.
pub fn graph(knowledge: &Knowledge, symptom: &Symptom, crowd: Crowd) -> Graph {
    let mut graph = Graph {
        symptom: symptom.id.clone(),
        title: symptom.title.clone(),
        crowd,
        helped: 0,
        escalated: 0,
        gone_on: 0,
        lost: 0,
        steps: 0,
        places: Vec::new(),
        causes: Vec::new(),
        remedies: Vec::new(),
        unreached: Vec::new(),
    };
    let names = Names { knowledge, symptom };
    let (mut causes, mut remedies, mut reached) = (BTreeMap::new(), BTreeMap::new(), Reached::default());
    let mut spots: Vec<Spot> = Vec::new();
    let mut leader = Leader::new(knowledge, symptom, crowd.mode);
    // One after the other: a million ways are too many to keep.
    for somebody in super::journeys::crowd(knowledge, symptom, crowd.people, crowd.seed) {
        let journey = leader.through(&somebody);
        reached.add(symptom, &journey);
        let stops = stops(&journey);
        let last = stops.last();
        graph.steps += stops.iter().filter(|stop| stop.way.is_some()).count();
        let helped = last.is_some_and(|stop| stop.way == Some(HELPED));
        match last.map(|stop| stop.kind) {
            _ if helped => graph.helped += 1,
            Some(PlaceKind::Escalation) => graph.escalated += 1,
            Some(PlaceKind::Symptom) => graph.gone_on += 1,
            _ => graph.lost += 1,
        }
        if !symptom.causes.is_empty() {
            add(&mut causes, &journey.cause, helped);
        }
        let tried = stops.iter().filter(|stop| stop.kind == PlaceKind::Remedy);
        tried.for_each(|stop| add(&mut remedies, stop.id, stop.way == Some(HELPED)));
        follow(&mut spots, &stops);
    }
    if !spots.is_empty() {
        names.keep(&spots, 0, &mut graph.places, crowd.least);
    }
    graph.causes = names.came(causes, Names::cause, |came| came.people);
    graph.remedies = names.came(remedies, Names::remedy, |came| came.helped);
    graph.unreached = reached.others(symptom, knowledge);
    graph
}

fn add(counts: &mut BTreeMap<String, (usize, usize)>, id: &str, helped: bool) {
    let (people, of_them) = counts.entry(id.to_owned()).or_default();
    *people += 1;
    *of_them += usize::from(helped);
}

/// Somewhere that somebody comes by within the first symptom, and the way they take from there.
struct Stop<'a> {
    kind: PlaceKind,
    id: &'a str,
    way: Option<&'a str>,
}

fn stops(journey: &Journey) -> Vec<Stop<'_>> {
    let mut stops = Vec::new();
    for step in &journey.steps {
        let (kind, id, way): (PlaceKind, &str, Option<&str>) = match step {
            Taken::Asked { question, answer, .. } => (PlaceKind::Question, question, Some(answer)),
            Taken::Tried { remedy, helped, .. } => {
                (PlaceKind::Remedy, remedy, Some(if *helped { HELPED } else { FAILED }))
            }
            Taken::Verified { .. } => (PlaceKind::Verify, "", Some(VERIFIED)),
            Taken::WentOn { to, .. } => {
                stops.push(Stop { kind: PlaceKind::Symptom, id: to, way: None });
                return stops;
            }
        };
        stops.push(Stop { kind, id, way });
    }
    match &journey.end {
        End::Helped => {}
        End::Escalated { role, .. } => stops.push(Stop { kind: PlaceKind::Escalation, id: role, way: None }),
        End::Lost => stops.push(Stop { kind: PlaceKind::DeadEnd, id: "", way: None }),
    }
    stops
}

/// Counts one way; places that nobody was at before are added.
fn follow(spots: &mut Vec<Spot>, stops: &[Stop<'_>]) {
    let mut came_by: Option<(usize, &str)> = None;
    for stop in stops {
        let known = match came_by {
            None => (!spots.is_empty()).then_some(0),
            Some((from, way)) => spots[from].ways.get(way).and_then(|(_, to)| *to),
        };
        let at = known.unwrap_or(spots.len());
        if known.is_none() {
            spots.push(Spot { kind: stop.kind, id: stop.id.to_owned(), people: 0, ways: BTreeMap::new() });
            if let Some((_, to)) = came_by.and_then(|(from, way)| spots[from].ways.get_mut(way)) {
                *to = Some(at);
            }
        }
        spots[at].people += 1;
        let Some(way) = stop.way else { return };
        spots[at].ways.entry(way.to_owned()).or_default().0 += 1;
        came_by = Some((at, way));
    }
}

/// What things are called.
struct Names<'a> {
    knowledge: &'a Knowledge,
    symptom: &'a Symptom,
}

impl Names<'_> {
    fn cause(&self, id: &str) -> String {
        let said = match self.symptom.cause(id) {
            Some(cause) => Some(&cause.title),
            None if id == UNKNOWN => self.knowledge.phrases.get("unknown-cause"),
            None => None,
        };
        said.cloned().unwrap_or_else(|| id.to_owned())
    }

    fn remedy(&self, id: &str) -> String {
        let title = |remedy: &Remedy| Some(self.knowledge.section(&remedy.text)?.title.clone());
        self.symptom.remedy(id).and_then(title).unwrap_or_else(|| id.to_owned())
    }

    fn came(
        &self,
        counts: BTreeMap<String, (usize, usize)>,
        label: impl Fn(&Self, &str) -> String,
        most: impl Fn(&Came) -> usize,
    ) -> Vec<Came> {
        let came =
            counts.into_iter().map(|(id, (people, helped))| Came { label: label(self, &id), id, people, helped });
        let mut all: Vec<Came> = came.collect();
        all.sort_by_key(|came| std::cmp::Reverse((most(came), came.people)));
        all
    }

    /// Adds a spot and what follows it; gives its number among the places.
    fn keep(&self, spots: &[Spot], at: usize, places: &mut Vec<Place>, least: usize) -> usize {
        let spot = &spots[at];
        let label = match spot.kind {
            PlaceKind::Question => {
                self.symptom.question(&spot.id).map_or_else(|| spot.id.clone(), |one| one.ask.clone())
            }
            PlaceKind::Remedy => self.remedy(&spot.id),
            PlaceKind::Symptom => {
                self.knowledge.symptoms.get(&spot.id).map_or_else(|| spot.id.clone(), |one| one.title.clone())
            }
            PlaceKind::Verify => "Make sure who is calling".to_owned(),
            PlaceKind::Escalation => spot.id.clone(),
            PlaceKind::DeadEnd => "It leads nowhere".to_owned(),
        };
        let number = places.len();
        places.push(Place { kind: spot.kind, id: spot.id.clone(), label, people: spot.people, ways: Vec::new() });
        for (id, label) in self.ways(spot) {
            let (people, to) = spot.ways.get(&id).copied().unwrap_or_default();
            let leads = match to {
                _ if people == 0 => Leads::Nobody,
                None => Leads::Helped,
                Some(to) if spots[to].people < least => Leads::Rare,
                Some(to) => Leads::To(self.keep(spots, to, places, least)),
            };
            places[number].ways.push(Branch { id, label, people, leads });
        }
        number
    }

    /// The ways from a place, in the order of the knowledge: `unsure` only where somebody said so.
    fn ways(&self, spot: &Spot) -> Vec<(String, String)> {
        let plain = |id: &str| (id.to_owned(), String::new());
        match spot.kind {
            PlaceKind::Question => {
                let answers = self.symptom.question(&spot.id).map_or(&[][..], |question| &question.answers);
                let ways = answers.iter().map(|answer| (answer.id.clone(), answer.label.clone()));
                ways.chain(spot.ways.contains_key(UNSURE).then(|| plain(UNSURE))).collect()
            }
            PlaceKind::Remedy => vec![plain(HELPED), plain(FAILED)],
            PlaceKind::Verify => vec![plain(VERIFIED)],
            PlaceKind::Symptom | PlaceKind::Escalation | PlaceKind::DeadEnd => Vec::new(),
        }
    }
}

/// What somebody came to.
#[derive(Default)]
struct Reached {
    questions: BTreeSet<String>,
    remedies: BTreeSet<String>,
    rows: BTreeSet<usize>,
}

impl Reached {
    fn add(&mut self, symptom: &Symptom, journey: &Journey) {
        for stop in stops(journey) {
            let reached = match stop.kind {
                PlaceKind::Question => &mut self.questions,
                PlaceKind::Remedy => &mut self.remedies,
                _ => continue,
            };
            if !reached.contains(stop.id) {
                reached.insert(stop.id.to_owned());
            }
        }
        if let End::Escalated { remedy: Some(remedy), symptom: at, .. } = &journey.end
            && *at == symptom.id
        {
            self.remedies.insert(remedy.clone());
        }
        self.rows.extend(row(symptom, journey));
    }

    /// What nobody came to, of all that answers alone can lead to.
    fn others(&self, symptom: &Symptom, knowledge: &Knowledge) -> Vec<Unreached> {
        let unreached = |what, id: &str| Unreached { what, id: id.to_owned() };
        let questions = symptom.questions.iter().filter(|one| !one.noted && !self.questions.contains(&one.id));
        // What only a comparison of codes opens, no answer does.
        let by_answers = |remedy: &&Remedy| !remedy.only_when.0.iter().any(|clause| knowledge.is_noted(&clause.fact));
        let remedies = symptom.remedies.iter().filter(by_answers).filter(|one| !self.remedies.contains(&one.id));
        let rows = (0..symptom.outcomes.len()).filter(|row| !self.rows.contains(row));
        questions
            .map(|one| unreached("question", &one.id))
            .chain(remedies.map(|one| unreached("remedy", &one.id)))
            .chain(rows.map(|row| unreached("row", &(row + 1).to_string())))
            .collect()
    }
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
        people as f64 / self.crowd.people.max(1) as f64
    }

    /// The same with every label as `said` has it: its placeholders filled, say.
    #[must_use]
    pub fn said(mut self, said: impl Fn(&str) -> String) -> Self {
        let of_places = self
            .places
            .iter_mut()
            .flat_map(|place| std::iter::once(&mut place.label).chain(place.ways.iter_mut().map(|way| &mut way.label)));
        let counted = self.causes.iter_mut().chain(&mut self.remedies).map(|came| &mut came.label);
        for label in of_places.chain(counted).chain([&mut self.title]) {
            *label = said(label);
        }
        self
    }
}

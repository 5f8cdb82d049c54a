//! Walks through sessions, and symptoms that lead on to one another: KB313, KB314, KB315, KB317, KB318.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use super::policy::not_for_conditions;
use super::possible::Ground;
use super::settled::Settled;
use crate::diagnostic::{Diagnostic, Place};
use crate::finding::Vocabulary;
use crate::knowledge::{Knowledge, Question, Symptom};
use crate::probe;
use crate::rehearse::drive::{Caller, at_a_loss, drive};
use crate::rehearse::simulation::walker::{Flaw, stroll, stroll_by};
use crate::session::{Event, Mode, Session};
use crate::talk::{Input, Means, Prompt, Talk};

/// Random walks of each mode from each symptom, and by each script, at most: fewer where no more can be found.
const WALKS: u64 = 60;

/// A session of more moves is one that nobody sees the end of.
const LONGEST: usize = 60;

/// So many come before anything else is tried to have a question come up.
const FIRST: usize = 10;

/// What the walks from one symptom came to so far.
#[derive(Default)]
pub(super) struct Walked {
    /// Questions that came up.
    pub(super) asked: BTreeSet<String>,
    /// How many walks there were.
    number: usize,
}

/// A flaw, and the symptom that was at hand.
type Met = (String, Flaw);

/// Walks from every symptom that is not settled, and by every script, as long as they could meet a flaw that was not met yet, or a
/// question that did not come up; what they came to, by symptom.
pub(super) fn check(
    knowledge: &Knowledge,
    settled: &Settled,
    places: &Places,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Walked> {
    circles(knowledge, places, found);
    let (ground, vocabulary) = (Ground::of(knowledge), probe::vocabulary());
    let (mut all, mut met) = (BTreeMap::new(), BTreeSet::new());
    let open = |id: &String| !settled.symptom(id) && !knowledge.flawed.symptom(id);
    for symptom in knowledge.symptoms.values().filter(|symptom| open(&symptom.id)) {
        let id = &symptom.id;
        if [Mode::Person, Mode::Agent].into_iter().any(|mode| !ends(id, knowledge, mode)) {
            met.insert((id.clone(), Flaw::Endless));
        }
        let (possible, wanted) = (ground.possible(symptom, None), not_for_conditions(symptom, knowledge));
        let mut walked = Walked::default();
        while !possible.is_told(&met) || walked.number < FIRST && !walked.has_asked(&wanted) {
            match walked.on(id, knowledge, &vocabulary) {
                Some(flaws) => met.extend(flaws),
                None => break,
            }
        }
        all.insert(id.clone(), walked);
    }
    let open = |id: &String| !settled.script(id) && !knowledge.flawed.script(id);
    for script in knowledge.scripts.values().filter(|script| open(&script.id)) {
        let about = knowledge.symptoms.get(&script.symptom);
        let possible = about.map(|symptom| ground.possible(symptom, Some(script)));
        for seed in 0..WALKS {
            if possible.as_ref().is_some_and(|possible| possible.is_told(&met)) {
                break;
            }
            met.extend(stroll_by(script, knowledge, &vocabulary, seed).flaws);
        }
    }
    // Two flaws of one kind at one place are told once.
    let mut told = BTreeSet::new();
    // What would follow from an error that was told is no news.
    let flaws = met.into_iter().filter(|(at, _)| !knowledge.flawed.symptom(at));
    let flaws = flaws.filter_map(|(at, flaw)| diagnostic(&at, flaw, places));
    found.extend(flaws.filter(|one| told.insert((one.code, one.place.to_string()))));
    all
}

impl Walked {
    /// Walks once more, persons and agents in turn, and gives the flaws that were met; `None` after the last walk.
    fn on(&mut self, symptom: &str, knowledge: &Knowledge, vocabulary: &Vocabulary) -> Option<Vec<Met>> {
        let seed = self.number as u64 / 2;
        let mode = if self.number.is_multiple_of(2) { Mode::Person } else { Mode::Agent };
        (seed < WALKS).then(|| {
            self.number += 1;
            let walked = stroll(knowledge, vocabulary, mode, Some(symptom), seed);
            self.asked.extend(walked.asked);
            walked.flaws
        })
    }

    /// Walks until all of these came up, or to the last walk. There is no flaw to be met any more.
    pub(super) fn go_on(&mut self, symptom: &str, wanted: &[&Question], knowledge: &Knowledge) {
        let vocabulary = probe::vocabulary();
        while !self.has_asked(wanted) && self.on(symptom, knowledge, &vocabulary).is_some() {}
    }

    fn has_asked(&self, wanted: &[&Question]) -> bool {
        wanted.iter().all(|question| self.asked.contains(&question.id))
    }
}

/// Whether it is over after moves that somebody may make, for whoever is sure of nothing and is helped by nothing.
fn ends(symptom: &str, knowledge: &Knowledge, mode: Mode) -> bool {
    let mut session = Session::new(knowledge, mode, None, None);
    session.record(Event::About(symptom.to_owned()));
    let mut lost = Lost { moves: 0 };
    drive(&mut Talk::new(session, Means { live: true, ..Means::default() }), &mut lost).is_some()
        && lost.moves < LONGEST
}

/// Whoever is sure of nothing and is helped by nothing.
struct Lost {
    moves: usize,
}

impl Caller for Lost {
    fn does(&mut self, _: &Talk<'_>, prompt: &Prompt) -> Input {
        self.moves += 1;
        at_a_loss(prompt)
    }
}

/// What the knowledge has to do with a flaw; `None` where only the program can be at fault.
fn diagnostic(at: &str, flaw: Flaw, places: &Places) -> Option<Diagnostic> {
    let symptom = || places.value(at, &["symptom"]);
    let remedy = |id: &str| places.key(at, &["remedies", id]);
    let error = |code, place: Place, message: String| {
        Diagnostic::error(code, place, message).help("seen in a sample of random walks")
    };
    Some(match flaw {
        Flaw::NotReplayed | Flaw::AskedTwice(_) | Flaw::SaidTwice(_) | Flaw::NoSuchRemedy(_) => return None,
        Flaw::Endless => {
            let message = format!("a session about `{at}` does not end within {LONGEST} moves, if nothing helps");
            Diagnostic::error("KB313", symptom(), message)
                .help("take out what helps least, or lead on to another symptom")
        }
        Flaw::NoContact(role) => error(
            "KB314",
            symptom(),
            format!("a session about `{at}` can end in turning to `{role}`, whom no service names"),
        )
        .help(format!("say how they are reached: `escalate: {{ {role}: {{ says: … }} }}` in a service")),
        Flaw::OfferedAgain(id) => {
            let message = format!("`{id}` tells what has not helped before: another remedy has the same section");
            Diagnostic::warning("KB315", remedy(&id), message).help("give both the same id, and it is told once")
        }
        Flaw::SentToSettings(id) => error(
            "KB317",
            remedy(&id),
            format!("`{id}` sends somebody who is locked out to a page that they cannot reach"),
        )
        .help("let it have `only-when` or `needs` for those who are in"),
        Flaw::NotVerified(id) => {
            let message = format!("`{id}` can be reached before anybody made sure who is calling");
            error("KB508", remedy(&id), message).help("put a step before it that makes sure: `verify-identity: true`")
        }
    })
}

/// Symptoms that lead on to one another and back: each circle once, at its first symptom.
fn circles(knowledge: &Knowledge, places: &Places, found: &mut Vec<Diagnostic>) {
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for symptom in knowledge.symptoms.values().filter(|symptom| !knowledge.flawed.symptom(&symptom.id)) {
        for (then, place) in leads_on(symptom, places).filter(|(then, _)| reaches(then, &symptom.id, knowledge)) {
            let before = told.get(symptom.id.as_str()).or_else(|| told.get(then)).copied();
            let first = before.unwrap_or_else(|| {
                let message = format!("`{}` leads on to `{then}`, and that leads back", symptom.id);
                let help = "let one of them end with an escalation";
                found.push(Diagnostic::error("KB318", place.clone(), message).help(help));
                found.len() - 1
            });
            if before.is_some() {
                let help = found[first].help.get_or_insert_default();
                *help = format!("{help}; `{}` leads on at {}:{}", symptom.id, place.path, place.line);
            }
            told.extend([(then, first), (symptom.id.as_str(), first)]);
        }
    }
}

/// The symptoms that one leads on to, each with the place that says so.
fn leads_on<'k>(symptom: &'k Symptom, places: &Places) -> impl Iterator<Item = (&'k str, Place)> {
    let id = &symptom.id;
    let answers = symptom.questions.iter().flat_map(|of| of.answers.iter().map(move |one| (of, one)));
    let answers = answers.filter_map(move |(of, one)| {
        let way = ["questions", &of.id, "answers", &one.id, "then"];
        Some((one.then.as_deref()?, places.value(id, &way)))
    });
    let remedies = symptom
        .remedies
        .iter()
        .filter_map(move |one| Some((one.then.as_deref()?, places.value(id, &["remedies", &one.id, "then"]))));
    let rows = symptom.outcomes.iter().enumerate();
    let rows = rows.filter_map(move |(at, row)| Some((row.then.as_deref()?, places.row(id, at, Some("then")))));
    let end = symptom.then.iter().map(move |then| (then.as_str(), places.value(id, &["when-exhausted", "then"])));
    answers.chain(remedies).chain(rows).chain(end)
}

fn reaches(from: &str, to: &str, knowledge: &Knowledge) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        if seen.insert(id) {
            open.extend(knowledge.symptoms.get(id).into_iter().flat_map(Symptom::leads_on).map(String::as_str));
        }
    }
    false
}

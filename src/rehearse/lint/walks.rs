//! Walks through sessions, and symptoms that lead on to one another: KB313, KB314, KB315, KB317, KB318.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Places;
use crate::diagnostic::{Diagnostic, Place};
use crate::knowledge::{Knowledge, Symptom};
use crate::probe;
use crate::rehearse::drive::{Caller, at_a_loss, drive};
use crate::rehearse::simulation::walker::{Flaw, stroll, stroll_by};
use crate::session::{Event, Mode, Session};
use crate::talk::{Input, Means, Prompt, Talk};

/// Random walks of each mode from each symptom, and by each script.
const WALKS: u64 = 60;

/// A session of more moves is one that nobody sees the end of.
const LONGEST: usize = 60;

/// The questions that came up in the walks, by the symptom that they began with.
pub(super) type Asked = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(knowledge: &Knowledge, places: &Places, found: &mut Vec<Diagnostic>) -> Asked {
    circles(knowledge, places, found);
    let vocabulary = probe::vocabulary();
    let (mut asked, mut told) = (Asked::new(), BTreeSet::new());
    let mut tell = |flaws: Vec<(String, Flaw)>| {
        // What would follow from an error that was told is no news.
        for (at, flaw) in flaws.into_iter().filter(|(at, _)| !knowledge.flawed.symptom(at)) {
            let one = diagnostic(&at, flaw, places);
            found.extend(one.filter(|one| told.insert((one.code, one.place.to_string()))));
        }
    };
    for symptom in knowledge.symptoms.keys().filter(|id| !knowledge.flawed.symptom(id)) {
        if [Mode::Person, Mode::Agent].into_iter().any(|mode| !ends(symptom, knowledge, mode)) {
            tell(vec![(symptom.clone(), Flaw::Endless)]);
        }
        for (mode, seed) in
            [Mode::Person, Mode::Agent].into_iter().flat_map(|mode| (0..WALKS).map(move |seed| (mode, seed)))
        {
            let walked = stroll(knowledge, &vocabulary, mode, Some(symptom), seed);
            asked.entry(symptom.clone()).or_default().extend(walked.asked);
            tell(walked.flaws);
        }
    }
    for script in knowledge.scripts.values().filter(|script| !knowledge.flawed.script(&script.id)) {
        for seed in 0..WALKS {
            tell(stroll_by(script, knowledge, &vocabulary, seed).flaws);
        }
    }
    asked
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
        ),
        Flaw::OfferedAgain(id) => {
            let message = format!("`{id}` tells what has not helped before: another remedy has the same section");
            Diagnostic::warning("KB315", remedy(&id), message).help("give both the same id, and it is told once")
        }
        Flaw::SentToSettings(id) => error(
            "KB317",
            remedy(&id),
            format!("`{id}` sends somebody who is locked out to a page that they cannot reach"),
        ),
        Flaw::NotVerified(id) => {
            error("KB508", remedy(&id), format!("`{id}` can be reached before anybody made sure who is calling"))
        }
    })
}

/// Symptoms that lead on to one another and back.
fn circles(knowledge: &Knowledge, places: &Places, found: &mut Vec<Diagnostic>) {
    for symptom in knowledge.symptoms.values().filter(|symptom| !knowledge.flawed.symptom(&symptom.id)) {
        for (then, place) in leads_on(symptom, places) {
            if reaches(&then, &symptom.id, knowledge, places) {
                let message = format!("`{}` leads on to `{then}`, and that leads back", symptom.id);
                found.push(Diagnostic::error("KB318", place, message).help("let one of them end with an escalation"));
            }
        }
    }
}

/// The symptoms that one leads on to, each with where that is said.
fn leads_on(symptom: &Symptom, places: &Places) -> Vec<(String, Place)> {
    let row = |(index, then): (usize, &String)| (then.clone(), places.row(&symptom.id, index, Some("then")));
    let rows = symptom.outcomes.iter().enumerate().filter_map(|(index, row)| Some((index, row.then.as_ref()?)));
    let exhausted =
        symptom.then.iter().map(|then| (then.clone(), places.value(&symptom.id, &["when-exhausted", "then"])));
    rows.map(row).chain(exhausted).collect()
}

fn reaches(from: &str, to: &str, knowledge: &Knowledge, places: &Places) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(id) = open.pop() {
        if id == to {
            return true;
        }
        if seen.insert(id.clone()) {
            let next = knowledge.symptoms.get(&id).map(|symptom| leads_on(symptom, places));
            open.extend(next.into_iter().flatten().map(|(then, _)| then));
        }
    }
    false
}

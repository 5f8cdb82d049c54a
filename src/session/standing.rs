//! The one decider: what the evidence under a symptom amounts to, and what comes next.
//!
//! The one idea: people and agents, weights and tables, sessions, single cases and simulations all ask [`standing`], so that
//! the same facts lead to the same step by whatever door they come. It must not know where the facts come from.

use std::collections::BTreeMap;

use super::script::Cue;
use super::state::State;
use super::step::{Audience, Next, Situation, Step, Why, by_weight, meanwhile, probably, saving};
use super::transcript::Mode;
use crate::finding::{Finding, Reading, Source};
use crate::knowledge::{App, Clause, Decide, Holds, Knowledge, Outcome, Remedy, Service, Symptom};
use crate::verdict::{Evidences, UNSURE, Verdict, weigh};

/// What is known of a login, and who is talking.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'k, 's> {
    /// What it is weighed with.
    pub knowledge: &'k Knowledge,
    /// Answers, findings, and what was tried.
    pub state: &'s State,
    /// Answers, and by `app.` and `service.` the facts of the app and of the service ([`facts`]).
    pub known: &'s BTreeMap<String, String>,
    /// Who is talking.
    pub mode: Mode,
    /// The script that leads an agent, by id.
    pub script: Option<&'s str>,
}

/// Where somebody stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing<'k> {
    /// How the causes rank; `None` for a symptom that decides by a table, where nothing is weighed.
    pub verdict: Option<Verdict>,
    /// The row of the table that holds, counted from 0; `None` while one may hold, and where causes are weighed.
    pub row: Option<usize>,
    /// What comes next, and why.
    pub step: Step,
    /// What a script has to say before and with the step; `None` where none leads.
    pub cue: Option<Cue<'k>>,
}

/// What the evidence amounts to under a symptom, and what comes next. Same knowledge, same evidence: same standing.
pub fn standing<'k>(symptom: &'k Symptom, evidence: Evidence<'k, '_>) -> Standing<'k> {
    let weighs = symptom.decide == Decide::Weigh;
    let verdict = weighs.then(|| weigh(symptom, &evidence.knowledge.numbers, evidence.weighed()));
    let deciding = Deciding { symptom, evidence };
    let row = deciding.row();
    let at_once = |next| Standing { verdict: verdict.clone(), row, step: Step::new(next, Why::Policy), cue: None };
    let goes_on = deciding.goes_on();
    if let Some(next) = deciding.settled().filter(|_| !goes_on).or_else(|| deciding.elsewhere()) {
        return at_once(next);
    }
    let (cue, led) = deciding.led().map_or((None, None), |(cue, step)| (Some(cue), step));
    let step = led.unwrap_or_else(|| match &verdict {
        Some(verdict) => deciding.by_weight(verdict),
        None => deciding.by_table(row),
    });
    // Nobody is passed on whom something has helped, but for what is still to be done there.
    if goes_on && matches!(step.next, Next::Escalate { remedy: None, .. }) {
        return at_once(Next::Done);
    }
    Standing { verdict, row, step, cue }
}

/// What is known: answers, and by `app.` and `service.` the facts of an app and of a service, each by its id.
pub fn facts(
    knowledge: &Knowledge,
    answers: &BTreeMap<String, String>,
    app: Option<&str>,
    service: Option<&str>,
) -> BTreeMap<String, String> {
    let app = app.and_then(|app| knowledge.apps.get(app)).map(|app| ("app", &app.facts));
    // The generic service stands in for what one leaves out, and for one of which nothing is known.
    let services = [Some(Service::GENERIC), service].into_iter().flatten().filter_map(|id| knowledge.services.get(id));
    let facts = app.into_iter().chain(services.map(|one| ("service", &one.facts)));
    let facts = facts.flat_map(|(of, facts)| facts.iter().map(move |(name, fact)| (format!("{of}.{name}"), fact)));
    let implied = answers.iter().flat_map(|(question, answer)| knowledge.implied_by(question, answer));
    let implied = implied.map(|(question, answer)| (question.clone(), answer));
    let answers = answers.iter().map(|(question, answer)| (question.clone(), answer));
    // What was answered counts before what follows from another answer.
    implied.chain(answers).chain(facts).map(|(name, fact)| (name, fact.clone())).collect()
}

impl<'s> Evidence<'_, 's> {
    pub(super) fn weighed(&self) -> Evidences<'s> {
        let State { findings, failed, helped, .. } = self.state;
        Evidences { findings, answers: self.known, failed, helped }
    }

    pub(super) fn fact(&self, fact: &str) -> Option<&'s str> {
        self.known.get(fact).map(String::as_str)
    }

    /// How many codes were compared with a secret; `None` without a secret to compare one with, or a code to be had.
    fn codes(&self) -> Option<usize> {
        // An agent holds no secret, and never asks for a code.
        if self.mode == Mode::Agent {
            return None;
        }
        let codes = || self.state.findings.iter().filter(|finding| finding.source == Source::Codes);
        let newest = codes().next_back()?;
        match &newest.reading {
            Reading::Measured(_) => Some(newest.compared.max(codes().count())),
            Reading::Unavailable(_) => None,
        }
    }
}

/// A question for a time that passes anyway; `None` if no quick one is worth it, or nothing is weighed.
pub(super) fn in_the_meantime(
    symptom: &Symptom,
    evidence: Evidence<'_, '_>,
    verdict: &Verdict,
) -> Option<(String, Why)> {
    meanwhile(Deciding { symptom, evidence }.situation(verdict))
}

/// What the answer to a question would save now, net of asking, in the unit of `effort`; `None` where it may not be asked.
pub(super) fn would_save(
    symptom: &Symptom,
    evidence: Evidence<'_, '_>,
    verdict: &Verdict,
    question: &str,
) -> Option<f64> {
    saving(Deciding { symptom, evidence }.situation(verdict), symptom.question(question)?)
}

/// The remedy to show while a code is waited for, if one is likely and does no harm.
pub(super) fn while_waiting<'k>(
    symptom: &'k Symptom,
    evidence: Evidence<'k, '_>,
    verdict: &Verdict,
) -> Option<&'k Remedy> {
    let deciding = Deciding { symptom, evidence };
    let remedy = probably(deciding.situation(verdict))?;
    let allowed = matches!(deciding.offer(&remedy, Why::Settles).next, Next::Remedy(_));
    symptom.remedy(&remedy).filter(|_| allowed)
}

/// Evidence under one symptom.
#[derive(Clone, Copy)]
pub(super) struct Deciding<'k, 's> {
    pub(super) symptom: &'k Symptom,
    pub(super) evidence: Evidence<'k, 's>,
}

impl Deciding<'_, '_> {
    /// What follows once a remedy helped or will be tried; `None` while none was.
    fn settled(&self) -> Option<Next> {
        let state = self.evidence.state;
        state.settled.as_ref()?;
        let then = self.helped().and_then(|remedy| remedy.then.as_ref());
        let then = then.filter(|then| !state.visited.contains(then));
        Some(then.map_or(Next::Done, |then| Next::GoOn(then.clone())))
    }

    /// Whether the remedy that helped has brought what another row of the table may be waiting for.
    fn goes_on(&self) -> bool {
        let brings = |remedy: &Remedy| !remedy.brings.is_empty() && remedy.then.is_none();
        self.symptom.decide == Decide::FirstMatch && self.helped().is_some_and(brings)
    }

    /// The remedy that helped, while nothing was done since.
    fn helped(&self) -> Option<&Remedy> {
        let state = self.evidence.state;
        let settled = state.settled.as_ref().filter(|settled| state.helped.contains(settled))?;
        self.symptom.remedy(settled)
    }

    /// The trouble that an answer leads to, unless codes were compared: they tell more.
    fn elsewhere(&self) -> Option<Next> {
        let state = self.evidence.state;
        let compared =
            |finding: &Finding| finding.source == Source::Codes && matches!(finding.reading, Reading::Measured(_));
        if state.findings.iter().any(compared) {
            return None;
        }
        let said = self.symptom.questions.iter().flat_map(|question| {
            let said = self.evidence.fact(&question.id);
            question.answers.iter().filter(move |answer| Some(answer.id.as_str()) == said)
        });
        let mut leads = said.filter_map(|answer| answer.then.as_ref());
        leads.find(|then| !state.visited.contains(then)).map(|then| Next::GoOn(then.clone()))
    }

    fn situation<'a>(&'a self, verdict: &'a Verdict) -> Situation<'a> {
        let audience = match self.evidence.mode {
            Mode::Person => Audience::Person,
            Mode::Agent => Audience::Agent,
        };
        let (symptom, numbers) = (self.symptom, &self.evidence.knowledge.numbers);
        let (evidences, codes) = (self.evidence.weighed(), self.evidence.codes());
        Situation { symptom, numbers, verdict, evidences, codes, audience }
    }

    fn by_weight(&self, verdict: &Verdict) -> Step {
        let step = by_weight(self.situation(verdict));
        match (&step.next, &self.symptom.then) {
            (Next::Remedy(remedy), _) => self.offer(remedy, step.why),
            (Next::Escalate { .. }, Some(then)) if !self.evidence.state.visited.contains(then) => {
                Step::new(Next::GoOn(then.clone()), step.why)
            }
            _ => step,
        }
    }

    /// A remedy, or what has to come before it for an agent.
    pub(super) fn offer(&self, remedy: &str, why: Why) -> Step {
        let resets = self.symptom.remedy(remedy).is_some_and(|remedy| remedy.resets_factor);
        match (self.evidence.mode, resets, self.evidence.state.verified) {
            (Mode::Agent, true, None) => Step::new(Next::VerifyIdentity, Why::Policy),
            (Mode::Agent, true, Some(false)) => Step::escalate(Service::LAST_RESORT, Why::Policy),
            _ => Step::new(Next::Remedy(remedy.to_owned()), why),
        }
    }

    /// What no question tells, and nothing else either, nobody knows.
    fn told(&self, fact: &str) -> Option<&str> {
        self.evidence.fact(fact).or_else(|| self.symptom.question(fact).is_none().then_some(UNSURE))
    }

    /// The first row of the table that is not out of the question, if it holds already.
    fn row(&self) -> Option<usize> {
        let at = self.symptom.outcomes.iter().position(|row| self.holds(row) != Holds::No)?;
        (self.holds(&self.symptom.outcomes[at]) == Holds::Yes).then_some(at)
    }

    /// Whether a row counts: one that has nothing but a remedy which was tried leaves it to the rows below.
    fn holds(&self, row: &Outcome) -> Holds {
        if row.leaves() && row.remedy.as_ref().is_some_and(|remedy| self.was_tried(remedy)) {
            return Holds::No;
        }
        row.when.holds(|fact| self.told(fact))
    }

    fn was_tried(&self, remedy: &String) -> bool {
        let state = self.evidence.state;
        state.failed.contains(remedy) || state.helped.contains(remedy)
    }

    /// The row that holds; one that may hold is settled by a question first.
    fn by_table(&self, row: Option<usize>) -> Step {
        if let Some(outcome) = row.and_then(|row| self.symptom.outcomes.get(row)) {
            return self.by_outcome(outcome);
        }
        let open = self.symptom.outcomes.iter().find(|row| self.holds(row) == Holds::Unknown);
        let unknown = |clause: &&Clause| self.told(&clause.fact).is_none();
        match open.and_then(|outcome| outcome.when.0.iter().find(unknown)) {
            Some(clause) => Step::new(Next::Ask(clause.fact.clone()), Why::Gate),
            None => Step::escalate(Service::LAST_RESORT, Why::Exhausted),
        }
    }

    /// Its remedy; if that failed, the symptom to go on with; else whom to turn to.
    fn by_outcome(&self, outcome: &Outcome) -> Step {
        let state = self.evidence.state;
        let role = outcome.escalate.clone().unwrap_or_else(|| Service::LAST_RESORT.to_owned());
        if let Some(remedy) = outcome.remedy.as_ref().filter(|remedy| !self.was_tried(remedy)) {
            // Where somebody else has to reset the factor, a person can only turn to them.
            let resets = self.symptom.remedy(remedy).is_some_and(|remedy| remedy.resets_factor);
            if resets && self.evidence.mode == Mode::Person {
                return Step::new(Next::Escalate { role, remedy: Some(remedy.clone()) }, Why::Policy);
            }
            return self.offer(remedy, Why::Policy);
        }
        match &outcome.then {
            Some(then) if !state.visited.contains(then) => Step::new(Next::GoOn(then.clone()), Why::Policy),
            _ => Step::escalate(role, Why::Policy),
        }
    }
}

impl State {
    /// What is known of this state at a service: what its troubles imply, what was answered, what remedies that helped have
    /// brought, and the facts of the app that was named.
    pub(super) fn known(&self, knowledge: &Knowledge, service: Option<&str>) -> BTreeMap<String, String> {
        let troubles = || self.visited.iter().filter_map(|id| knowledge.symptoms.get(id));
        let helped = |remedy: &&Remedy| self.helped.contains(&remedy.id);
        let brought = troubles().flat_map(|symptom| &symptom.remedies).filter(helped).flat_map(|one| &one.brings);
        let app = self.answers.get(App::ASKED).map(String::as_str);
        let mut known: BTreeMap<String, String> = troubles().flat_map(|symptom| &symptom.implies).cloned().collect();
        known.extend(facts(knowledge, &self.answers, app, service));
        known.extend(brought.cloned());
        known
    }
}

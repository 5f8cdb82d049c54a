//! What comes next where causes are weighed.
//!
//! The one idea: every step is chosen by what it is expected to cost until the person can sign in.

use crate::finding::{CODE_MATCH, Finding, Reading, Source};
use crate::knowledge::{Holds, Numbers, Question, Remedy, Service, Symptom};
use crate::verdict::{Conclusion, Evidences, LIKELY, LUCK, UNKNOWN, Verdict, causes, likelihoods_of_all};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// Choose a symptom.
    ChooseSymptom,
    /// Ask a question of the symptom at hand.
    Ask(String),
    /// Run a probe that needs something new, a further code for `code-match`.
    Observe(String),
    /// Make sure who is calling, before a factor is reset, removed or enrolled again.
    VerifyIdentity,
    /// Try a remedy.
    Remedy(String),
    /// Go on with another symptom, findings kept.
    GoOn(String),
    /// Turn to somebody.
    Escalate {
        /// The service's role.
        role: String,
        /// How to, where a remedy tells.
        remedy: Option<String>,
    },
    /// It is over: a remedy helped, or will be tried.
    Done,
    /// There is nothing to do.
    Nothing,
}

/// Why a step was chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Why {
    /// The remedy has the best chance for its effort; the number is the chance that it works, 0 to 1.
    BestRemedy(f64),
    /// The answer is expected to save this much of the way to the remedy, net of asking; in the unit of `effort`.
    Saves(f64),
    /// The remedy must not be offered before this is known.
    Gate,
    /// One code could be luck; a further one settles it.
    Settles,
    /// A rule says so, not a guess.
    Policy,
    /// Nothing that is left is worth its effort.
    Exhausted,
}

/// A step with its reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What to do.
    pub next: Next,
    /// Why.
    pub why: Why,
}

impl Next {
    /// As answers write it: what to do, and with which id.
    pub fn told(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Remedy(id) => ("remedy", Some(id)),
            Self::Ask(id) => ("ask", Some(id)),
            Self::Observe(id) => ("observe", Some(id)),
            Self::Escalate { role, .. } => ("escalate", Some(role)),
            Self::GoOn(symptom) => ("then", Some(symptom)),
            Self::VerifyIdentity => ("verify-identity", None),
            Self::ChooseSymptom => ("symptom", None),
            Self::Done | Self::Nothing => ("none", None),
        }
    }
}

impl Step {
    pub(super) fn new(next: Next, why: Why) -> Self {
        Self { next, why }
    }

    /// Turning to somebody, where nothing tells how.
    pub(super) fn escalate(role: impl Into<String>, why: Why) -> Self {
        Self::new(Next::Escalate { role: role.into(), remedy: None }, why)
    }
}

/// Who pays for a remedy that does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// A person on their own.
    Person,
    /// An agent with a caller.
    Agent,
}

/// What a step is chosen from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation<'a> {
    /// The symptom at hand.
    pub(super) symptom: &'a Symptom,
    /// The numbers of the knowledge.
    pub(super) numbers: &'a Numbers,
    /// What the evidences amount to.
    pub(super) verdict: &'a Verdict,
    /// The answers given and remedies tried.
    pub(super) evidences: Evidences<'a>,
    /// How many codes were compared with a secret; `None` where there is no secret to compare with.
    pub(super) codes: Option<usize>,
    /// Who pays for a remedy that does not help.
    pub(super) audience: Audience,
}

/// More codes than this settle nothing further.
const ENOUGH_CODES: usize = 3;

/// The step with the least expected cost: what a measurement has opened; the questions that come first; a further code while
/// one could be luck; the question that saves most; the remedy with the best chance for its effort; or an escalation.
pub(super) fn by_weight(situation: Situation<'_>) -> Step {
    if let Some(remedy) = situation.opened() {
        return Step::new(Next::Remedy(remedy.id.clone()), Why::Policy);
    }
    if let Some(first) = situation.comes_first() {
        return Step::new(Next::Ask(first.id.clone()), Why::Gate);
    }
    let belief = situation.belief();
    if situation.wants_a_code() {
        return Step::new(Next::Observe(CODE_MATCH.to_owned()), Why::Settles);
    }
    let open = situation.open();
    // Of a family that is confirmed, one member may still be told from the others.
    let is_settled = situation.verdict.conclusion == Conclusion::Confirmed && situation.verdict.family.is_none();
    if !is_settled && let Some((question, saving)) = situation.best_question(&belief, &open, &|_| true) {
        return Step::new(Next::Ask(question.id.clone()), Why::Saves(saving));
    }
    match open.first(&belief).or_else(|| situation.last_chance(&belief)) {
        Some((remedy, works)) => match situation.gate(remedy) {
            Some(question) => Step::new(Next::Ask(question), Why::Gate),
            None => Step::new(Next::Remedy(remedy.id.clone()), Why::BestRemedy(works)),
        },
        None => Step::escalate(Service::LAST_RESORT, Why::Exhausted),
    }
}

/// A question for a time that passes anyway: what the best remedy will need to know, else what is expected to save
/// most. Only questions of the least cost, so that whoever is asked is done before the time is up.
pub(super) fn meanwhile(situation: Situation<'_>) -> Option<(String, Why)> {
    let (belief, open) = (situation.belief(), situation.open());
    let easy = situation.symptom.questions.iter().map(|question| question.cost).fold(f64::INFINITY, f64::min);
    let gate = open.first(&belief).and_then(|(remedy, _)| situation.gate(remedy));
    if let Some(gate) = gate {
        return Some((gate, Why::Gate));
    }
    let (question, saving) = situation.best_question(&belief, &open, &|question| question.cost <= easy)?;
    Some((question.id.clone(), Why::Saves(saving)))
}

/// What the answer to a question is expected to save, net of asking, in the unit of `effort`; `None` where it may not be
/// asked.
pub(super) fn saving(situation: Situation<'_>, question: &Question) -> Option<f64> {
    let (belief, open) = (situation.belief(), situation.open());
    let now = || situation.cost(&belief, &open, vec![true; open.remedies.len()]);
    situation.may_be_asked(question).then(|| now() - situation.cost_after(question, &belief, &open) - question.cost)
}

/// The best remedy to show while a further code is on its way: for a cause that is likely, harmless, and one that no open
/// question stands before.
pub(super) fn probably(situation: Situation<'_>) -> Option<String> {
    let first = situation.verdict.first();
    if first.probability < LIKELY || first.cause == UNKNOWN {
        return None;
    }
    let (remedy, _) = situation.open().first(&situation.belief())?;
    let fits = !remedy.destructive && situation.gate(remedy).is_none();
    fits.then(|| remedy.id.clone())
}

/// Probability of each cause of the symptom, in its order, and last of `unknown`.
type Belief = Vec<f64>;

/// The remedies that are open, and how often they work.
struct Open<'a> {
    remedies: Vec<Fix<'a>>,
    /// What one that fails costs in trust.
    trust: f64,
    /// What turning to somebody else costs.
    escalation: f64,
}

/// A remedy that is open, with the few causes that it helps with.
struct Fix<'a> {
    remedy: &'a Remedy,
    /// Places in a [`Belief`], in its order, and how often it works there.
    works: Vec<(usize, f64)>,
}

impl Fix<'_> {
    /// The chance that it works.
    fn chance(&self, belief: &[f64]) -> f64 {
        self.works.iter().map(|(place, works)| belief[*place] * works).sum()
    }
}

impl<'a> Open<'a> {
    /// The remedy with the best chance for its price among those that `is_in` and worth trying, with its place and that
    /// chance.
    fn best(&self, belief: &[f64], is_in: &[bool]) -> Option<(usize, &'a Remedy, f64)> {
        let mut best: Option<(usize, &Remedy, f64, f64)> = None;
        for (at, fix) in self.remedies.iter().enumerate().filter(|(at, _)| is_in[*at]) {
            let (remedy, works) = (fix.remedy, fix.chance(belief));
            let worth = works / self.price(remedy, works);
            if self.is_worth_it(remedy, works) && best.is_none_or(|(.., most)| worth > most) {
                best = Some((at, remedy, works, worth));
            }
        }
        best.map(|(at, remedy, works, _)| (at, remedy, works))
    }

    /// What trying a remedy costs: its effort, and trust if it fails.
    fn price(&self, remedy: &Remedy, works: f64) -> f64 {
        remedy.effort + (1.0 - works) * self.trust
    }

    /// Whether trying it is expected to save more of an escalation than its effort. What a failure costs in trust orders
    /// the steps but does not end them: counted here too, it sent more people away for the same cost (`docs/accuracy.md`).
    fn is_worth_it(&self, remedy: &Remedy, works: f64) -> bool {
        works * self.escalation > remedy.effort
    }

    /// The best of all.
    fn first(&self, belief: &[f64]) -> Option<(&'a Remedy, f64)> {
        self.best(belief, &vec![true; self.remedies.len()]).map(|(_, remedy, works)| (remedy, works))
    }
}

impl<'a> Situation<'a> {
    /// The questions that come before all others, in their order, while they are open. What codes or entries have told needs no such place to
    /// be weighed.
    fn comes_first(&self) -> Option<&'a Question> {
        let tells = |finding: &Finding| matches!(finding.source, Source::Codes | Source::Entries);
        let measured = |finding: &Finding| matches!(finding.reading, Reading::Measured(_));
        if self.evidences.findings.iter().any(|finding| tells(finding) && measured(finding)) {
            return None;
        }
        self.symptom.questions.iter().find(|question| question.first && self.may_be_asked(question))
    }

    /// The remedy that something measured has opened: it is what follows from it, and nothing has to be weighed, unless
    /// something else is confirmed.
    fn opened(&self) -> Option<&'a Remedy> {
        if self.verdict.conclusion == Conclusion::Confirmed {
            return None;
        }
        let measured = |fact: &str| {
            let noted = self.symptom.question(fact).is_some_and(|question| question.noted);
            noted && self.known(fact).is_some()
        };
        let opened = |remedy: &&Remedy| remedy.only_when.0.iter().any(|clause| measured(&clause.fact));
        let fits = |remedy: &&Remedy| self.is_open(remedy) && !remedy.destructive && self.gate(remedy).is_none();
        self.symptom.remedies.iter().find(|remedy| opened(remedy) && fits(remedy))
    }

    /// Whether a further code would tell more: one could be luck, or explains nothing yet. Where all that is likely fits by
    /// more than luck, another code fits it too, and tells nothing apart.
    fn wants_a_code(&self) -> bool {
        let Some(codes) = self.codes else { return false };
        let leader = self.verdict.first();
        let fit = self.verdict.causes.iter().filter(|cause| cause.codes > 0 && cause.chance <= LUCK);
        let settled = fit.map(|cause| cause.probability).sum::<f64>() >= LIKELY;
        let enough = if leader.cause == UNKNOWN { ENOUGH_CODES - 1 } else { ENOUGH_CODES };
        codes < enough && !settled && self.verdict.conclusion != Conclusion::Confirmed
    }

    fn belief(&self) -> Belief {
        self.verdict.of_each(causes(self.symptom))
    }

    fn known(&self, fact: &str) -> Option<&'a str> {
        self.evidences.answers.get(fact).map(String::as_str)
    }

    /// The remedies that are not out of the question and were not tried.
    fn open(&self) -> Open<'a> {
        self.open_of(&|remedy| self.is_open(remedy))
    }

    fn is_open(&self, remedy: &Remedy) -> bool {
        !self.evidences.failed.contains(&remedy.id) && !remedy.is_out(|fact| self.known(fact))
    }

    fn open_of(&self, is_in: &dyn Fn(&Remedy) -> bool) -> Open<'a> {
        let mut places: Vec<(&str, usize)> = causes(self.symptom).zip(0..).collect();
        places.sort_unstable();
        let fix = |remedy: &'a Remedy| {
            let place = |cause: &str| places.binary_search_by_key(&cause, |(id, _)| id).ok().map(|at| places[at].1);
            let mut works: Vec<(usize, f64)> =
                remedy.fixes.iter().filter_map(|(cause, often)| Some((place(cause)?, *often))).collect();
            works.sort_by_key(|(place, _)| *place);
            Fix { remedy, works }
        };
        let remedies = self.symptom.remedies.iter().filter(|remedy| is_in(remedy)).map(fix).collect();
        let trust = match self.audience {
            Audience::Person => self.numbers.failed_person,
            Audience::Agent => self.numbers.failed_agent,
        };
        Open { remedies, trust, escalation: self.numbers.escalation }
    }

    /// Before it is said that nothing known helps: the best harmless remedy that no open question stands before, for
    /// whatever is known to be possible. That nothing known is at work speaks against every remedy alike, and ends this
    /// where it is likely.
    fn last_chance(&self, belief: &[f64]) -> Option<(&'a Remedy, f64)> {
        let (unknown, causes) = belief.split_last()?;
        if *unknown >= LIKELY {
            return None;
        }
        let known: Belief = causes.iter().map(|p| p / (1.0 - unknown)).chain([0.0]).collect();
        let open = self.open_of(&|remedy| self.is_open(remedy) && !remedy.destructive && self.gate(remedy).is_none());
        let (remedy, works) = open.first(&known)?;
        (works * open.escalation > open.price(remedy, works)).then_some((remedy, works * (1.0 - unknown)))
    }

    /// The question that must be answered before `remedy` is offered.
    fn gate(&self, remedy: &Remedy) -> Option<String> {
        self.symptom.gate(remedy, |fact| self.known(fact).is_some()).map(str::to_owned)
    }

    /// The question whose answer is expected to save most, if it saves more than it costs.
    fn best_question(
        &self,
        belief: &[f64],
        open: &Open<'a>,
        among: &dyn Fn(&Question) -> bool,
    ) -> Option<(&'a Question, f64)> {
        let now = self.cost(belief, open, vec![true; open.remedies.len()]);
        let mut best: Option<(&Question, f64)> = None;
        for question in self.symptom.questions.iter().filter(|question| among(question)) {
            if !self.may_be_asked(question) {
                continue;
            }
            let saving = now - self.cost_after(question, belief, open) - question.cost;
            if saving > 0.0 && best.is_none_or(|(_, most)| saving > most) {
                best = Some((question, saving));
            }
        }
        best
    }

    fn may_be_asked(&self, question: &Question) -> bool {
        let asked = self.evidences.answers.contains_key(&question.id);
        !asked && !question.noted && question.only_when.holds(|fact| self.known(fact)) == Holds::Yes
    }

    fn cost_after(&self, question: &Question, belief: &[f64], open: &Open<'a>) -> f64 {
        // How often each answer is given: a row for each cause.
        let given = likelihoods_of_all(self.symptom, question);
        let rows = || given.chunks_exact(question.answers.len());
        let mut cost = 0.0;
        for (at, answer) in question.answers.iter().enumerate() {
            let known = |fact: &str| if fact == question.id { Some(answer.id.as_str()) } else { self.known(fact) };
            let mut joint: Belief = belief.iter().zip(rows()).map(|(p, given)| p * given[at]).collect();
            let share: f64 = joint.iter().sum();
            if share > 0.0 {
                for p in &mut joint {
                    *p /= share;
                }
                let is_in = open.remedies.iter().map(|fix| !fix.remedy.is_out(known)).collect();
                cost += share * self.cost(&joint, open, is_in);
            }
        }
        cost
    }

    /// The expected cost of trying those remedies that are in greedily, and escalating when none is worth it any more.
    fn cost(&self, belief: &[f64], open: &Open<'a>, mut is_in: Vec<bool>) -> f64 {
        let mut belief = belief.to_vec();
        let mut fails = vec![1.0; belief.len()];
        let (mut cost, mut reached) = (0.0, 1.0);
        while let Some((at, remedy, works)) = open.best(&belief, &is_in) {
            cost += reached * open.price(remedy, works);
            reached *= 1.0 - works;
            let left = (1.0 - works).max(1e-12);
            fails.fill(1.0);
            for (place, works) in &open.remedies[at].works {
                fails[*place] -= works;
            }
            belief.iter_mut().zip(&fails).for_each(|(p, fails)| *p *= fails / left);
            is_in[at] = false;
        }
        cost + reached * self.numbers.escalation
    }
}

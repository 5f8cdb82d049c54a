use crate::knowledge::{Holds, Numbers, Question, Remedy, Symptom};
use crate::verdict::{Conclusion, Evidences, LIKELY, LUCK, UNKNOWN, Verdict, likelihood};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Try a remedy.
    Remedy(String),
    /// Ask a question.
    Ask(String),
    /// Run a probe that needs something new, a further code for `code-match`.
    Observe(String),
    /// Turn to somebody; the role is the service's.
    Escalate(String),
    /// Nothing is left to do.
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

/// Who pays for a remedy that does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A person on their own.
    Person,
    /// An agent with a caller.
    Agent,
}

/// What a step is chosen from.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The symptom at hand.
    pub symptom: &'a Symptom,
    /// The numbers of the knowledge.
    pub numbers: &'a Numbers,
    /// What the evidences amount to.
    pub verdict: &'a Verdict,
    /// The answers given and remedies tried.
    pub evidences: Evidences<'a>,
    /// How many codes were compared with a secret; `None` where there is no secret to compare with.
    pub codes: Option<usize>,
    /// Who pays for a remedy that does not help.
    pub audience: Audience,
}

/// More codes than this settle nothing further.
const ENOUGH_CODES: usize = 3;
/// Where an escalation goes if the knowledge names nobody else.
const ADMINISTRATOR: &str = "administrator";

/// Chooses the next step: a further code while one could be luck, the question that saves most, the remedy with the
/// best chance for its effort, or an escalation.
pub fn next(situation: Situation<'_>) -> Step {
    let belief = situation.belief();
    if situation.wants_a_code() {
        return Step { next: Next::Observe("code-match".to_owned()), why: Why::Settles };
    }
    let remedies = situation.remedies();
    let remedies: Vec<&Open<'_>> = remedies.iter().collect();
    if situation.verdict.conclusion != Conclusion::Confirmed
        && let Some((question, saving)) = situation.best_question(&belief, &remedies, |_| true)
    {
        return Step { next: Next::Ask(question.id.clone()), why: Why::Saves(saving) };
    }
    match best_remedy(&belief, &remedies) {
        Some((remedy, works)) if situation.is_worth_it(remedy, works) => match situation.gate(remedy) {
            Some(question) => Step { next: Next::Ask(question), why: Why::Gate },
            None => Step { next: Next::Remedy(remedy.id.clone()), why: Why::BestRemedy(works) },
        },
        _ => Step { next: Next::Escalate(ADMINISTRATOR.to_owned()), why: Why::Exhausted },
    }
}

/// A question for a time that passes anyway: what the best remedy will need to know, else what is expected to save
/// most. Only questions of the least cost, so that whoever is asked is done before the time is up.
pub(super) fn meanwhile(situation: Situation<'_>) -> Option<(String, Why)> {
    let belief = situation.belief();
    let easy = situation.symptom.questions.iter().map(|question| question.cost).fold(f64::INFINITY, f64::min);
    let remedies = situation.remedies();
    let remedies: Vec<&Open<'_>> = remedies.iter().collect();
    let gate = best_remedy(&belief, &remedies).and_then(|(remedy, _)| situation.gate(remedy));
    if let Some(gate) = gate {
        return Some((gate, Why::Gate));
    }
    let (question, saving) = situation.best_question(&belief, &remedies, |question| question.cost <= easy)?;
    Some((question.id.clone(), Why::Saves(saving)))
}

/// The best remedy to show while a further code is on its way: for a cause that is likely, harmless, and one that no open
/// question stands before.
pub(super) fn probably(situation: Situation<'_>) -> Option<String> {
    let first = situation.verdict.first();
    if first.probability < LIKELY || first.cause == UNKNOWN {
        return None;
    }
    let remedies = situation.remedies();
    let (remedy, works) = best_remedy(&situation.belief(), &remedies.iter().collect::<Vec<_>>())?;
    let fits = !remedy.destructive && situation.gate(remedy).is_none() && situation.is_worth_it(remedy, works);
    fits.then(|| remedy.id.clone())
}

/// Probability by main cause.
type Belief<'a> = Vec<(&'a str, f64)>;

/// A remedy that can be tried, with how often it works for each cause of a belief, in the order of that.
struct Open<'a> {
    remedy: &'a Remedy,
    works: Vec<f64>,
}

impl<'a> Situation<'a> {
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

    fn belief(&self) -> Belief<'a> {
        let causes = self.symptom.causes.iter().map(|cause| cause.id.as_str()).chain([UNKNOWN]);
        causes.map(|cause| (cause, self.verdict.of(cause))).collect()
    }

    fn known(&self, fact: &str) -> Option<&'a str> {
        self.evidences.answers.get(fact).map(String::as_str)
    }

    /// The remedies that are not out of the question and were not tried.
    fn remedies(&self) -> Vec<Open<'a>> {
        let open =
            |remedy: &&Remedy| !self.evidences.failed.contains(&remedy.id) && !remedy.is_out(|fact| self.known(fact));
        let causes = || self.symptom.causes.iter().map(|cause| cause.id.as_str()).chain([UNKNOWN]);
        let works = |remedy: &'a Remedy| Open { remedy, works: causes().map(|cause| remedy.works_for(cause)).collect() };
        self.symptom.remedies.iter().filter(open).map(works).collect()
    }

    /// The question that must be answered before `remedy` is offered.
    fn gate(&self, remedy: &Remedy) -> Option<String> {
        let open = |fact: &&str| self.known(fact).is_none() && self.symptom.question(fact).is_some();
        remedy.needs.0.iter().map(|clause| clause.fact.as_str()).find(open).map(str::to_owned)
    }

    /// The question whose answer is expected to save most, if it saves more than it costs.
    fn best_question(
        &self,
        belief: &Belief<'a>,
        remedies: &[&Open<'a>],
        among: impl Fn(&Question) -> bool,
    ) -> Option<(&'a Question, f64)> {
        let now = self.cost(belief, remedies);
        let mut best: Option<(&Question, f64)> = None;
        for question in self.symptom.questions.iter().filter(|question| among(question)) {
            let asked = self.evidences.answers.contains_key(&question.id);
            if asked || question.only_when.holds(|fact| self.known(fact)) != Holds::Yes {
                continue;
            }
            let saving = now - self.cost_after(question, belief, remedies) - question.cost;
            if saving > 0.0 && best.is_none_or(|(_, most)| saving > most) {
                best = Some((question, saving));
            }
        }
        best
    }

    fn cost_after(&self, question: &Question, belief: &Belief<'a>, remedies: &[&Open<'a>]) -> f64 {
        let mut cost = 0.0;
        for answer in &question.answers {
            let known = |fact: &str| if fact == question.id { Some(answer.id.as_str()) } else { self.known(fact) };
            let possible =
                |cause: &str| self.symptom.cause(cause).is_none_or(|cause| cause.only_when.holds(known) != Holds::No);
            let joint = |(cause, p): &(&'a str, f64)| {
                let fits = if possible(cause) { 1.0 } else { 0.0 };
                (*cause, p * likelihood(question, &answer.id, cause) * fits)
            };
            let joint: Belief<'a> = belief.iter().map(joint).collect();
            let share: f64 = joint.iter().map(|(_, p)| p).sum();
            if share > 0.0 {
                let after: Belief<'a> = joint.into_iter().map(|(cause, p)| (cause, p / share)).collect();
                let open = remedies.iter().filter(|open| !open.remedy.is_out(known)).copied();
                cost += share * self.cost(&after, &open.collect::<Vec<_>>());
            }
        }
        cost
    }

    /// What trying a remedy costs: its effort, and trust if it fails.
    fn price(&self, remedy: &Remedy, works: f64) -> f64 {
        let trust = match self.audience {
            Audience::Person => self.numbers.failed_person,
            Audience::Agent => self.numbers.failed_agent,
        };
        remedy.effort + (1.0 - works) * trust
    }

    /// Whether trying it is expected to save more of an escalation than its effort. What a failure costs in trust orders
    /// the steps but does not end them: counted here too, it sent more people away for the same cost (`docs/accuracy.md`).
    fn is_worth_it(&self, remedy: &Remedy, works: f64) -> bool {
        works * self.numbers.escalation > remedy.effort
    }

    /// The expected cost of trying remedies greedily and escalating when none is worth it any more.
    fn cost(&self, belief: &Belief<'a>, remedies: &[&Open<'a>]) -> f64 {
        let mut left: Vec<&Open<'a>> = remedies.to_vec();
        let mut belief = belief.clone();
        let (mut cost, mut reached) = (0.0, 1.0);
        while let Some((at, works)) = best(&belief, &left) {
            if !self.is_worth_it(left[at].remedy, works) {
                break;
            }
            cost += reached * self.price(left[at].remedy, works);
            reached *= 1.0 - works;
            let tried = left.remove(at);
            for ((_, p), for_cause) in belief.iter_mut().zip(&tried.works) {
                *p *= (1.0 - for_cause) / (1.0 - works).max(1e-12);
            }
        }
        cost + reached * self.numbers.escalation
    }
}

/// The remedy with the best chance for its effort, with that chance.
fn best_remedy<'a>(belief: &Belief<'_>, remedies: &[&Open<'a>]) -> Option<(&'a Remedy, f64)> {
    best(belief, remedies).map(|(at, works)| (remedies[at].remedy, works))
}

/// The same, by its place among them.
fn best(belief: &Belief<'_>, remedies: &[&Open<'_>]) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (at, open) in remedies.iter().enumerate() {
        let works: f64 = belief.iter().zip(&open.works).map(|((_, p), works)| p * works).sum();
        if best.is_none_or(|(other, most)| works / open.remedy.effort > most / remedies[other].remedy.effort) {
            best = Some((at, works));
        }
    }
    best
}

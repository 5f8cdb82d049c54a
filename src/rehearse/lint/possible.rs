//! What a walk could meet at most, told from the knowledge without walking.
//!
//! The one idea: every flaw has something without which it cannot come about, and where that is missing no walk has to look
//! for it. It may name too much, and must never name too little: a test holds it against the walks.

use std::collections::BTreeSet;

use crate::knowledge::{
    Act, Article, Condition, Decide, Holds, Knowledge, Remedy, Script, SectionRef, Service, Symptom,
};
use crate::rehearse::simulation::walker::{Flaw, SETTINGS};

/// Sessions over so many questions and remedies end long before anybody counts their moves, whatever is done in them: each
/// comes once, but for what is gone back over.
const FEW: usize = 90;

/// What a session over the knowledge rests on, found once for all symptoms.
pub(super) struct Ground<'k> {
    knowledge: &'k Knowledge,
    /// Answers of those who cannot get in.
    locked_out: BTreeSet<(&'k str, &'k str)>,
    /// Sections that speak of the settings, or for which an app has one that does.
    settings: BTreeSet<&'k SectionRef>,
}

/// What walks from one symptom could meet, each with the symptom at hand.
#[derive(Debug, Default)]
pub(super) struct Possible {
    flaws: BTreeSet<(String, Flaw)>,
    /// It may be so long that it seems not to end.
    endless: bool,
}

impl<'k> Ground<'k> {
    pub(super) fn of(knowledge: &'k Knowledge) -> Self {
        let questions = knowledge.symptoms.values().flat_map(|symptom| &symptom.questions);
        let answers = questions.flat_map(|question| question.answers.iter().map(move |answer| (question, answer)));
        let locked_out = answers.filter(|(_, answer)| answer.locked_out);
        let locked_out = locked_out.map(|(question, answer)| (question.id.as_str(), answer.id.as_str())).collect();
        Self { knowledge, locked_out, settings: settings(knowledge) }
    }

    /// What a walk from a symptom could meet, led by a script or by none.
    pub(super) fn possible(&self, start: &Symptom, script: Option<&Script>) -> Possible {
        let closure = self.closure(start);
        let steps = script.map_or(0, |script| script.steps.len());
        let longest = self.longest(start, &mut BTreeSet::new());
        let mut possible = Possible { endless: longest + steps > FEW, ..Possible::default() };
        let outside = self.locked_out.intersection(&self.knowable(&closure)).copied().collect();
        let remedies = || closure.iter().flat_map(|one| &one.remedies);
        for symptom in &closure {
            let mut add = |flaw: Flaw| possible.flaws.insert((symptom.id.clone(), flaw));
            for role in self.unknown_roles(symptom, script) {
                add(Flaw::NoContact(role.to_owned()));
            }
            for remedy in &symptom.remedies {
                if remedies().any(|other| other.id != remedy.id && other.text == remedy.text) {
                    add(Flaw::OfferedAgain(remedy.id.clone()));
                }
                if self.settings.contains(&remedy.text) && meets_the_locked_out(remedy, symptom, &outside) {
                    add(Flaw::SentToSettings(remedy.id.clone()));
                }
            }
        }
        possible
    }

    /// Questions and remedies on the longest way from a symptom: from each a session goes on to one other.
    fn longest(&self, symptom: &'k Symptom, on_the_way: &mut BTreeSet<&'k str>) -> usize {
        if !on_the_way.insert(&symptom.id) {
            return 0;
        }
        let next = symptom.leads_on().filter_map(|id| self.knowledge.symptoms.get(id));
        let further = next.map(|next| self.longest(next, on_the_way)).max().unwrap_or(0);
        on_the_way.remove(symptom.id.as_str());
        symptom.questions.len() + symptom.remedies.len() + further
    }

    /// A symptom, and all that it leads on to.
    fn closure(&self, start: &Symptom) -> Vec<&'k Symptom> {
        let mut found: Vec<&Symptom> = Vec::new();
        let mut open = vec![start.id.as_str()];
        while let Some(id) = open.pop() {
            if found.iter().all(|one| one.id != id)
                && let Some(symptom) = self.knowledge.symptoms.get(id)
            {
                found.push(symptom);
                open.extend(symptom.leads_on().map(String::as_str));
            }
        }
        found
    }

    /// Roles that a session may turn to and that nobody fills.
    fn unknown_roles<'s>(&self, symptom: &'s Symptom, script: Option<&'s Script>) -> BTreeSet<&'s str> {
        let rows = symptom.outcomes.iter().filter_map(|row| row.escalate.as_deref());
        let steps = script.into_iter().flat_map(|script| &script.steps);
        let turned_to = steps.filter_map(|step| match &step.act {
            Some(Act::Escalate(role)) => Some(role.as_str()),
            _ => None,
        });
        let services = &self.knowledge.services;
        let knows = |service: &Service, role: &str| service.escalate.contains_key(role);
        let is_known = |role: &str| match services.get(Service::GENERIC) {
            Some(generic) => knows(generic, role),
            None => services.values().any(|one| knows(one, role)),
        };
        rows.chain(turned_to).chain([Service::LAST_RESORT]).filter(|role| !is_known(role)).collect()
    }

    /// Answers that a session through these symptoms may know: given, following from one that was, or brought.
    fn knowable(&self, symptoms: &[&'k Symptom]) -> BTreeSet<(&'k str, &'k str)> {
        let questions = symptoms.iter().flat_map(|symptom| &symptom.questions);
        let given = questions.flat_map(|question| question.answers.iter().map(|answer| (&*question.id, &*answer.id)));
        let given: BTreeSet<(&str, &str)> = given.collect();
        let implied = given.iter().flat_map(|(question, answer)| self.knowledge.implied_by(question, answer));
        let brought = symptoms.iter().flat_map(|symptom| &symptom.remedies).flat_map(|remedy| &remedy.brings);
        let others = symptoms.iter().flat_map(|symptom| &symptom.implies).chain(implied).chain(brought);
        let others: BTreeSet<(&str, &str)> = others.map(|(question, answer)| (&**question, &**answer)).collect();
        given.union(&others).copied().collect()
    }
}

/// Whether a remedy can be told to somebody who cannot get in, with one of these questions answered so.
fn meets_the_locked_out(remedy: &Remedy, symptom: &Symptom, answers: &BTreeSet<(&str, &str)>) -> bool {
    answers.iter().any(|(question, answer)| {
        // What else is known can only rule out more.
        let known = |fact: &str| (fact == *question).then_some(*answer);
        let can_be = |condition: &Condition| condition.holds(known) != Holds::No;
        if symptom.decide == Decide::FirstMatch {
            let rows = symptom.outcomes.iter().filter(|row| row.remedy.as_ref() == Some(&remedy.id));
            return rows.into_iter().any(|row| can_be(&row.when));
        }
        let ruled_out = !remedy.unless.is_empty() && remedy.unless.holds(known) == Holds::Yes;
        can_be(&remedy.needs) && can_be(&remedy.only_when) && !ruled_out
    })
}

impl Possible {
    /// Whether nothing is left that a walk could still find.
    pub(super) fn is_told(&self, told: &BTreeSet<(String, Flaw)>) -> bool {
        !self.endless && self.flaws.is_subset(told)
    }
}

/// Sections that speak of the settings, and those that an app has such a one for.
fn settings(knowledge: &Knowledge) -> BTreeSet<&SectionRef> {
    let speaks = |article: &Article, anchor: &str| {
        let section = article.section(anchor);
        section.is_some_and(|section| section.title.contains(SETTINGS) || section.body.contains(SETTINGS))
    };
    let of = |at: &SectionRef| knowledge.articles.get(&at.article).is_some_and(|article| speaks(article, &at.anchor));
    let remedies = knowledge.symptoms.values().flat_map(|symptom| &symptom.remedies).map(|remedy| &remedy.text);
    let all: BTreeSet<&SectionRef> = remedies.collect();
    let own = knowledge.apps.values().flat_map(|app| &app.sections).filter(|(_, own)| of(own));
    let own = own.filter_map(|(general, _)| all.get(general).copied());
    all.iter().copied().filter(|at| of(at)).chain(own).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::knowledge::Sources;
    use crate::probe;
    use crate::rehearse::simulation::walker::{stroll, stroll_by};
    use crate::session::Mode;

    /// Knowledge with flaws in it of every kind that a walk can meet.
    fn spoilt(shipped: &Knowledge, rng: &mut Rng) -> Knowledge {
        let mut knowledge = shipped.clone();
        let texts: Vec<SectionRef> =
            shipped.symptoms.values().flat_map(|one| &one.remedies).map(|remedy| remedy.text.clone()).collect();
        for symptom in knowledge.symptoms.values_mut() {
            for remedy in &mut symptom.remedies {
                let conditions = [&mut remedy.needs, &mut remedy.unless, &mut remedy.only_when];
                conditions.into_iter().filter(|_| rng.u8(..3) == 0).for_each(|one| *one = Condition::default());
                if rng.u8(..4) == 0 {
                    remedy.text = rng.choice(&texts).unwrap().clone();
                }
            }
            for row in symptom.outcomes.iter_mut().filter(|_| rng.u8(..3) == 0) {
                row.escalate = Some("nobody".to_owned());
            }
            let answers = symptom.questions.iter_mut().flat_map(|question| &mut question.answers);
            answers.filter(|_| rng.u8(..6) == 0).for_each(|answer| answer.locked_out = true);
        }
        if rng.bool() {
            knowledge.services.get_mut(Service::GENERIC).unwrap().escalate.clear();
        }
        knowledge
    }

    #[test]
    fn no_walk_meets_what_is_not_possible() {
        let vocabulary = probe::vocabulary();
        let shipped = Knowledge::compile(&Sources::embedded(), &vocabulary).knowledge;
        let mut rng = Rng::with_seed(20_261_129);
        let (mut again, mut settings, mut nobody) = (0, 0, 0);
        for round in 0..8 {
            let knowledge = spoilt(&shipped, &mut rng);
            let ground = Ground::of(&knowledge);
            let mut holds = |possible: &Possible, flaws: Vec<(String, Flaw)>| {
                for met in flaws {
                    match &met.1 {
                        Flaw::OfferedAgain(_) => again += 1,
                        Flaw::SentToSettings(_) => settings += 1,
                        Flaw::NoContact(_) => nobody += 1,
                        _ => {}
                    }
                    assert!(possible.flaws.contains(&met) || possible.endless, "{met:?} in round {round}");
                }
            };
            for symptom in knowledge.symptoms.values() {
                let possible = ground.possible(symptom, None);
                for seed in 0..6 {
                    let mode = if seed % 2 == 0 { Mode::Person } else { Mode::Agent };
                    holds(&possible, stroll(&knowledge, &vocabulary, mode, Some(&symptom.id), seed).flaws);
                }
            }
            for script in knowledge.scripts.values() {
                let possible = ground.possible(&knowledge.symptoms[&script.symptom], Some(script));
                for seed in 0..3 {
                    holds(&possible, stroll_by(script, &knowledge, &vocabulary, seed).flaws);
                }
            }
        }
        assert!(again > 0 && settings > 0 && nobody > 0, "{again}, {settings}, {nobody}");
    }

    #[test]
    fn in_what_is_shipped_nothing_is_possible() {
        let shipped = Knowledge::compile(&Sources::embedded(), &probe::vocabulary()).knowledge;
        let ground = Ground::of(&shipped);
        for symptom in shipped.symptoms.values() {
            let possible = ground.possible(symptom, None);
            assert!(possible.is_told(&BTreeSet::new()), "{}: {possible:?}", symptom.id);
        }
    }
}

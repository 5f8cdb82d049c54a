//! The symptom that a trouble becomes.
//!
//! The one idea: a page that gives one answer and no reason is a table of one row; one that gives reasons is weighed, with
//! a question which of them fits and a file for each. What takes something away waits for a second way in. The numbers are guesses, and say so.

use std::fmt::Write as _;

use super::prose::Told;
use crate::draft::DraftError;
use crate::draft::cause_file::{Answers, CauseFile};
use crate::draft::desk::Desk;
use crate::knowledge::{Knowledge, Question, quote};

/// The question for a second way in.
const SECOND_WAY_IN: &str = "second-way-in";
/// The answer of those who are in.
const IN: &str = "signed-in";
/// So many reasons are asked about at once.
pub(super) const AT_ONCE: usize = 4;
/// Where those go on whose way in is lost.
const LOST: &str = "lost-codes";

/// What a symptom is written from.
pub(super) struct Rules<'a> {
    pub(super) symptom: &'a str,
    /// Relative to `articles/`.
    pub(super) article: &'a str,
    pub(super) told: &'a [Told],
    pub(super) role: &'a str,
    pub(super) knowledge: &'a Knowledge,
}

impl Rules<'_> {
    /// The file of the symptom.
    pub(super) fn written(&self) -> String {
        let Self { symptom, article, .. } = self;
        let mut out = format!(
            "# Drafted from a page: what is marked is for its writer to settle.\n\
             schema: 1\nsymptom: {symptom}\nheading: {article}#{symptom}\n"
        );
        let weighs = self.told.iter().any(|told| told.reason.is_some());
        if !weighs {
            out.push_str("# TODO: the page gives one answer and no reason, so a table decides. Is that right?\ndecide: first-match\n");
        }
        self.remedies(&mut out);
        self.questions(&mut out, weighs);
        if !weighs {
            self.outcomes(&mut out);
        }
        out
    }

    fn remedies(&self, out: &mut String) {
        out.push_str("\n# TODO: how long does each take? seconds, minute, minutes, long.\nremedies:\n");
        for (at, told) in self.told.iter().enumerate() {
            let number = at + 1;
            let text = quote(&format!("{}#{}", self.article, told.anchor));
            let _ = write!(out, "  solution-{number}:\n    text: {text}\n    effort: minutes\n");
            if told.takes_away {
                let _ = write!(
                    out,
                    "    # TODO: it seems to take something away, so it waits for a second way in.\n    destructive: true\n    needs: {{ {SECOND_WAY_IN}: {} }}\n",
                    self.ways_in()
                );
            }
        }
    }

    fn questions(&self, out: &mut String, weighs: bool) {
        let takes = self.told.iter().any(|told| told.takes_away);
        if !weighs && !takes {
            return;
        }
        out.push_str("\nquestions:\n");
        let reasons: Vec<(usize, &str)> = self
            .told
            .iter()
            .enumerate()
            .filter_map(|(at, told)| Some((at + 1, told.reason.as_ref()?.1.as_str())))
            .collect();
        for (at, reasons) in reasons.chunks(AT_ONCE).enumerate() {
            let _ = write!(
                out,
                "  # TODO: what can people see that tells the reasons apart?\n  {}:\n    ask: \"TODO: Which of these fits?\"\n    \
                 agent: \"TODO: Which of these fits for the caller?\"\n    why: \"TODO: Why it helps to know.\"\n    answers:\n",
                question(at)
            );
            for (number, title) in reasons {
                let _ = write!(
                    out,
                    "      {}:\n        label: {}\n        others: hardly-ever\n",
                    answer(*number),
                    quote(title.trim_end_matches(['?', '.', '!', ':', ';', ',']))
                );
            }
            let _ = write!(out, "      {NEITHER}:\n        label: \"TODO: Something else\"\n");
        }
        if takes {
            self.second_way_in(out);
        }
    }

    /// The file of each reason: a cause, which is explained on the page.
    pub(super) fn add_causes(&self, desk: &mut Desk<'_>) -> Result<(), DraftError> {
        let count = self.told.len();
        for (at, told) in self.told.iter().enumerate() {
            let Some((anchor, title)) = &told.reason else { continue };
            let (number, other) = (at + 1, (at + 1) % count + 1);
            let (id, remedy) = (reason(number), format!("solution-{number}"));
            let mut file = CauseFile::begun(&id, self.symptom, ["common", "uncommon", "rare"][at.min(2)]);
            file.title.clone_from(title);
            "TODO: The same as a sentence to the person.".clone_into(&mut file.says);
            file.text = Some(format!("{}#{anchor}", self.article));
            file.of_common =
                "TODO: How common is it beside the others? very-common, common, uncommon, rare or very-rare.";
            "TODO: How often do people with it answer so, and how often does it help? half, usually or nearly-always."
                .clone_into(&mut file.of_tells);
            file.tells = fits(number);
            file.helped_by = Some(&remedy);
            file.like = Some(fits(number));
            file.unlike = Some((fits(other), reason(other))).filter(|_| count > 1);
            desk.add_cause(&file)?;
        }
        Ok(())
    }

    /// As another symptom asks it, so that nobody is asked twice.
    fn second_way_in(&self, out: &mut String) {
        let mut known = self.knowledge.symptoms.values().filter_map(|symptom| symptom.question(SECOND_WAY_IN));
        let Some(Question { ask, agent, why, answers, .. }) = known.next() else {
            let _ = write!(
                out,
                "  {SECOND_WAY_IN}:\n    ask: \"TODO: How could you get into your account right now?\"\n    agent: \"TODO: How could the caller get into the account right now?\"\n    \
                 why: \"TODO: Why it helps to know.\"\n    answers:\n      signed-in: {{ label: \"TODO: I am still signed in somewhere\" }}\n      \
                 recovery-code: {{ label: \"TODO: I have a saved recovery code\", locked-out: true }}\n      nothing: {{ label: \"TODO: Neither\", locked-out: true }}\n"
            );
            return;
        };
        let _ = write!(out, "  {SECOND_WAY_IN}:\n    ask: {}\n", quote(ask));
        for (key, text) in [("agent", agent), ("why", why)] {
            if let Some(text) = text {
                let _ = writeln!(out, "    {key}: {}", quote(text));
            }
        }
        out.push_str("    answers:\n");
        for answer in answers {
            let locked_out = if answer.locked_out { ", locked-out: true" } else { "" };
            let _ = writeln!(out, "      {}: {{ label: {}{locked_out} }}", quote(&answer.id), quote(&answer.label));
        }
    }

    /// The answers of those who are in: something may be taken away from nobody else.
    fn ways_in(&self) -> String {
        let mut known = self.knowledge.symptoms.values().filter_map(|symptom| symptom.question(SECOND_WAY_IN));
        let Some(question) = known.next() else { return IN.to_owned() };
        let ours: Vec<String> =
            question.answers.iter().filter(|answer| !answer.locked_out).map(|answer| quote(&answer.id)).collect();
        match &ours[..] {
            [one] => one.clone(),
            _ => format!("[{}]", ours.join(", ")),
        }
    }

    fn outcomes(&self, out: &mut String) {
        out.push_str("\n# TODO: whom do people turn to when it does not help?\noutcomes:\n");
        let role = quote(self.role);
        let Some(told) = self.told.first() else { return };
        if !told.takes_away {
            let _ = writeln!(out, "  - {{ otherwise: true, remedy: solution-1, escalate: {role} }}");
            return;
        }
        let _ = writeln!(
            out,
            "  - {{ when: {{ {SECOND_WAY_IN}: {} }}, remedy: solution-1, escalate: {role} }}",
            self.ways_in()
        );
        if self.knowledge.symptoms.contains_key(LOST) {
            let _ = writeln!(out, "  - {{ otherwise: true, then: {LOST} }}");
        } else {
            let _ = writeln!(out, "  - {{ otherwise: true, escalate: {role} }}");
        }
    }
}

/// The answer of those whom no reason of the page fits.
pub(super) const NEITHER: &str = "something-else";

/// The question for the reasons of that chunk, from 0.
pub(super) fn question(at: usize) -> String {
    if at == 0 { "what-fits".to_owned() } else { format!("what-fits-{}", at + 1) }
}

/// The cause that a reason is, from 1.
fn reason(number: usize) -> String {
    format!("reason-{number}")
}

/// What those say whom a reason fits, from 1.
fn fits(number: usize) -> Answers {
    Answers::from([(question((number - 1) / AT_ONCE), answer(number))])
}

/// The answer of those whom a reason fits, from 1.
fn answer(number: usize) -> String {
    format!("fits-reason-{number}")
}

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::cause_file::{Answers, CauseFile};
use super::desk::{Desk, id, words};
use super::parts::{near_miss, scenario};
use super::yaml::{PathStep, Value, put_item, read};
use super::{Draft, DraftError, Ground};
use crate::case::Case;
use crate::knowledge::{Knowledge, Service, quote};
use crate::rehearse;

/// What a symptom is begun with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymptomPlan {
    /// Its id.
    pub id: String,
    /// The ids of its first causes, the most common one first; of a table none.
    pub causes: Vec<String>,
    /// Whether a table decides in place of evidence.
    pub table: bool,
}

/// So many causes are still told apart by one question with a choice that fits on a screen.
const MOST_CAUSES: usize = 4;
/// The causes of a plan that names none.
const REASONS: [&str; 2] = ["usual-reason", "other-reason"];
/// What tells the causes apart.
const QUESTION: &str = "what-is-seen";
/// The answer of those whom no cause of the question fits.
const NEITHER: &str = "something-else";

/// A symptom with its article and scenarios, offered to people.
///
/// # Errors
/// An id is none, or is there already; a file of that name is.
pub fn symptom(plan: &SymptomPlan, ground: Ground<'_>) -> Result<Draft, DraftError> {
    let mut desk = Desk::new(ground);
    let SymptomPlan { id: symptom, causes, table } = plan;
    id(symptom)?;
    if ground.knowledge.symptoms.contains_key(symptom) {
        return Err(DraftError::Exists { what: "symptom", id: symptom.clone() });
    }
    let causes: Vec<&str> = match causes.as_slice() {
        [] => REASONS.to_vec(),
        causes => causes.iter().map(String::as_str).collect(),
    };
    if causes.len() > MOST_CAUSES {
        return Err(DraftError::TooMany { found: causes.len(), most: MOST_CAUSES });
    }
    let mut seen = BTreeSet::new();
    for cause in &causes {
        id(cause)?;
        if !seen.insert(*cause) || cause == symptom {
            return Err(DraftError::Exists { what: "id", id: (*cause).to_owned() });
        }
    }
    let (file, article) = if *table {
        (table_file(symptom, &role(ground.knowledge)), table_article(symptom))
    } else {
        (weighing_file(symptom, &causes), weighing_article(symptom, &causes))
    };
    desk.create(format!("symptoms/{symptom}.yaml"), file)?;
    desk.create(format!("articles/{symptom}.md"), article)?;
    offer(&mut desk, symptom)?;
    let scenarios = if *table {
        rows(&desk, symptom)
    } else {
        add_causes(&mut desk, symptom, &causes)?;
        let causes: Vec<String> = causes.iter().map(|cause| (*cause).to_owned()).collect();
        near_miss(&desk, &format!("{symptom}-{NEITHER}"), symptom, &sees(NEITHER), &causes)
    };
    desk.add_scenarios(symptom, &scenarios)?;
    Ok(desk.draft)
}

/// Whom people turn to at every service.
pub(super) fn role(knowledge: &Knowledge) -> String {
    let usual = "administrator";
    let roles: Vec<&String> =
        knowledge.services.get(Service::GENERIC).iter().flat_map(|one| one.escalate.keys()).collect();
    let first = roles.first().filter(|_| !roles.iter().any(|role| *role == usual));
    first.map_or(usual, |role| role.as_str()).to_owned()
}

/// People are offered what `kb.yaml` lists: the folder's own, if it has one, else one that says nothing else.
pub(super) fn offer(desk: &mut Desk<'_>, symptom: &str) -> Result<(), DraftError> {
    const KB: &str = "kb.yaml";
    const ALSO: &str = "also-offered";
    let word = Value::text(symptom);
    if !desk.has_own(KB) {
        return desk.create_over(
            KB,
            &format!("# What is said here goes before what is built in.\nschema: 1\n{ALSO}: [{symptom}]\n"),
        );
    }
    desk.change(KB, &format!("`{symptom}`"), |text| {
        let root = read(text)?;
        let listed = ["offered", ALSO].into_iter().find(|key| root.get(key).is_some());
        match listed {
            Some(key) => put_item(text, &[PathStep::Key(key)], None, &word),
            None => Some(format!("{}\n{ALSO}: [{symptom}]\n", text.trim_end())),
        }
    })
}

/// A file for each cause, known by its own answer. The next one looks like it and is another.
fn add_causes(desk: &mut Desk<'_>, symptom: &str, causes: &[&str]) -> Result<(), DraftError> {
    for (at, cause) in causes.iter().enumerate() {
        let next = causes[(at + 1) % causes.len()];
        let common = ["common", "uncommon", "uncommon", "rare"][at.min(3)];
        let mut file = CauseFile::begun(cause, symptom, common);
        let remedy = mends(cause);
        file.tells = sees(&seems(cause));
        file.helped_by = Some(&remedy);
        file.like = Some(sees(&seems(cause)));
        file.unlike = Some((sees(&seems(next)), next.to_owned())).filter(|_| causes.len() > 1);
        desk.add_cause(&file)?;
    }
    Ok(())
}

/// That answer to the question that tells the causes apart.
fn sees(answer: &str) -> Answers {
    Answers::from([(QUESTION.to_owned(), answer.to_owned())])
}

fn weighing_file(symptom: &str, causes: &[&str]) -> String {
    let mut out = format!(
        "# Texts in capitals at their beginning are for you to write. Ids are for good: scenarios and old sessions name them.\n\
         # Each cause is a file in causes/. It says how common it is beside the others (very-common, common, uncommon, rare\n\
         # or very-rare), how often people with it give an answer, and how often each remedy helps: hardly-ever, seldom,\n\
         # half, usually or nearly-always.\n\
         schema: 1\nsymptom: {symptom}\nheading: {symptom}.md#{symptom}\n"
    );
    out.push_str(
        "\n# What helps, and how long it takes: seconds, minute, minutes, long. One that takes something away is\n\
         # `destructive: true` and `needs` a second way in.\nremedies:\n",
    );
    for cause in causes {
        let remedy = mends(cause);
        let _ = write!(out, "  {remedy}:\n    text: {symptom}.md#{remedy}\n    effort: minutes\n");
    }
    let _ = write!(
        out,
        "\n# What people can see that tells the causes apart. `others`: how often people with a cause give an answer of which\n\
         # its file says nothing.\nquestions:\n  {QUESTION}:\n    ask: {}\n    agent: {}\n    why: {}\n    answers:\n",
        quote("TODO: What do you see?"),
        quote("TODO: What does the caller see?"),
        quote("TODO: Why it helps to know."),
    );
    for cause in causes {
        let _ = write!(
            out,
            "      {}:\n        label: {}\n        others: hardly-ever\n",
            seems(cause),
            quote(&format!("TODO: What people see with {}", words(cause)))
        );
    }
    let _ = write!(out, "      {NEITHER}:\n        label: {}\n", quote("TODO: What all others see"));
    out
}

fn weighing_article(symptom: &str, causes: &[&str]) -> String {
    let mut out = article(symptom);
    for cause in causes {
        let _ = write!(out, "\n## {} {{: #{} }}\n\n{}", remedy_titled(&mends(cause)), mends(cause), steps());
    }
    out
}

fn table_file(symptom: &str, role: &str) -> String {
    format!(
        "# Texts in capitals at their beginning are for you to write. Ids are for good: scenarios and old sessions name them.\n\
         schema: 1\nsymptom: {symptom}\nheading: {symptom}.md#{symptom}\n\
         # The first row of `outcomes` that holds decides, and nothing is weighed.\ndecide: first-match\n\n\
         # What helps, and how long it takes: seconds, minute, minutes, long. One that takes something away is\n\
         # `destructive: true` and `needs` a second way in.\nremedies:\n  first-remedy:\n    text: {symptom}.md#first-remedy\n    effort: minutes\n\n\
         # What the rows ask about.\nquestions:\n  {QUESTION}:\n    ask: {}\n    agent: {}\n    why: {}\n    answers:\n      \
         \"yes\": {{ label: \"Yes\" }}\n      \"no\": {{ label: \"No\" }}\n\n\
         # Each row: what has to be so, the remedy, and whom to turn to if it does not help. `then` goes on with another\n\
         # symptom. The last row takes everybody else.\noutcomes:\n  \
         - {{ when: {{ {QUESTION}: \"yes\" }}, remedy: first-remedy, escalate: {role} }}\n  - {{ otherwise: true, escalate: {role} }}\n",
        quote("TODO: Is it so that the first remedy helps?"),
        quote("TODO: Is it so, for the caller, that the first remedy helps?"),
        quote("TODO: Why it helps to know."),
    )
}

fn table_article(symptom: &str) -> String {
    format!("{}\n## {} {{: #first-remedy }}\n\n{}", article(symptom), remedy_titled("first-remedy"), steps())
}

fn article(symptom: &str) -> String {
    format!(
        "{}\n## TODO: What people say is wrong, {} {{: #{symptom} }}\n\nTODO: How it looks, in the words of those who have it.\n",
        super::desk::begun(symptom),
        words(symptom)
    )
}

/// The title of a remedy's section, which is what people are told to do.
pub(super) fn remedy_titled(remedy: &str) -> String {
    format!("TODO: What to do in a few words, {}", words(remedy))
}

/// The body of a remedy's section.
pub(super) fn steps() -> String {
    "1. TODO: The first step, one thing to do.\n2. TODO: The next step, and how to tell that it has helped.\n"
        .to_owned()
}

/// The remedy for a cause.
pub(super) fn mends(cause: &str) -> String {
    format!("fix-{cause}")
}

/// The answer of those with a cause.
fn seems(cause: &str) -> String {
    format!("seems-{cause}")
}

/// A scenario that comes to each row of a table.
fn rows(desk: &Desk<'_>, symptom: &str) -> String {
    let (_, compiled) = desk.compiled();
    let knowledge = &compiled.knowledge;
    let Some(table) = knowledge.symptoms.get(symptom) else { return String::new() };
    let of_row = |row: usize| {
        let answers = rehearse::answers_to(table, row, knowledge)?;
        let case = Case { symptom: Some(symptom.to_owned()), answers, ..Case::default() };
        scenario(desk, knowledge, &format!("{symptom}-row-{}", row + 1), &case, &[])
    };
    (0..table.outcomes.len()).filter_map(of_row).collect::<Vec<_>>().join("\n")
}

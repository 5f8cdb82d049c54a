use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::rehearse::{Cases, Changed, Difference, Shown, SymptomChange, TextChange, TextFate};

/// So many changes of a kind are shown; the others are counted.
const SHOWN: usize = 5;
/// So many logins are.
const LOGINS: usize = 8;

/// What a change of the knowledge changes for people, to be read.
pub fn difference(found: &Difference, width: usize) -> String {
    let mut lines = Lines { out: String::new(), width };
    let logins = format!("{} logins of scenarios and {} of the laboratory", found.scenarios.of, found.logins.of);
    lines.add(0, &format!("{} simulated people with each symptom, the same before and after; {logins}", found.people));
    for id in &found.added {
        lines.section(&format!("{id}: new"));
    }
    for id in &found.removed {
        lines.section(&format!("{id}: gone"));
    }
    for symptom in found.symptoms.iter().filter(|one| one.changed() > 0) {
        of_symptom(symptom, &mut lines);
    }
    of_cases("scenarios", &found.scenarios, &mut lines);
    of_cases("logins of the laboratory", &found.logins, &mut lines);
    if !found.texts.is_empty() {
        lines.section(&format!("texts: {}", found.texts.len()));
        for text in &found.texts {
            of_text(text, &mut lines);
        }
    }
    if found.is_none() {
        lines.section("nothing changes for people");
    }
    lines.out
}

fn of_symptom(symptom: &SymptomChange, lines: &mut Lines) {
    let share = |number: usize| format!("{:.1} %", symptom.share(number) * 100.0);
    let changed = symptom.changed();
    lines.section(&format!("{}: something changes for {changed} ({})", symptom.symptom, share(changed)));
    let kinds = [("first question", &symptom.first_question), ("end", &symptom.end), ("cause found", &symptom.cause)];
    for (kind, people) in kinds.into_iter().filter(|(_, people)| people.number > 0) {
        lines.add(2, &format!("{kind}: another for {} ({})", people.number, share(people.number)));
        for change in people.changes.iter().take(SHOWN) {
            lines.add(4, &format!("{} → {}: {}", change.old, change.new, change.number));
        }
        rest(people.changes.len(), SHOWN, lines);
    }
    let (before, after) = symptom.steps;
    if symptom.more + symptom.fewer > 0 {
        let (more, fewer) = (symptom.more, symptom.fewer);
        lines.add(2, &format!("steps: more for {more}, fewer for {fewer}; {before:.2} → {after:.2} on average"));
    }
    let (before, after) = symptom.helped;
    if before != after {
        lines.add(2, &format!("helped: {before} → {after}"));
    }
    for example in &symptom.examples {
        lines.add(2, &format!("for example number {}, with {}", example.number, example.cause));
        lines.add(4, &format!("before: {}", example.old.join(", ")));
        lines.add(4, &format!("after: {}", example.new.join(", ")));
    }
}

fn rest(all: usize, shown: usize, lines: &mut Lines) {
    if all > shown {
        lines.add(4, &format!("and {} more", all - shown));
    }
}

fn of_cases(what: &str, cases: &Cases, lines: &mut Lines) {
    if cases.changes.is_empty() {
        return;
    }
    let come = if cases.changes.len() == 1 { "comes" } else { "come" };
    lines.section(&format!("{what}: {} of {} {come} out in another way", cases.changes.len(), cases.of));
    for case in cases.changes.iter().take(LOGINS) {
        let differs = case.differs.iter().map(|(key, was, is)| format!("{key} {was} → {is}"));
        lines.add(2, &format!("{}: {}", case.name, differs.collect::<Vec<_>>().join("; ")));
    }
    rest(cases.changes.len(), LOGINS, lines);
}

fn of_text(text: &TextChange, lines: &mut Lines) {
    lines.add(2, &format!("{}: {}", text.how.name(), text.id));
    let shown: Vec<String> = text.shown.iter().map(at).collect();
    if !shown.is_empty() {
        let verb = if text.how == TextFate::Removed { "was shown" } else { "shown" };
        lines.add(4, &format!("{verb} with {}", shown.join(", ")));
    }
}

fn at(shown: &Shown) -> String {
    let Shown { what, id, symptom, app } = shown;
    let app = app.as_ref().map_or_else(String::new, |app| format!(", in {app}"));
    let of = if *what == "symptom" { String::new() } else { format!(" of {symptom}") };
    format!("{what} {id}{of}{app}")
}

struct Lines {
    out: String,
    width: usize,
}

impl Lines {
    fn section(&mut self, title: &str) {
        self.out.push('\n');
        self.add(0, title);
    }

    fn add(&mut self, indent: usize, text: &str) {
        let (first, more) = (" ".repeat(indent), " ".repeat(indent + 2));
        let options = textwrap::Options::new(self.width).initial_indent(&first).subsequent_indent(&more);
        let options = options.word_splitter(textwrap::WordSplitter::NoHyphenation);
        let _ = writeln!(self.out, "{}", textwrap::fill(text, options));
    }
}

/// The same as JSON, as `docs/formats.md` says.
pub fn difference_json(found: &Difference) -> String {
    let symptoms: Vec<Value> = found.symptoms.iter().filter(|one| one.changed() > 0).map(symptom_json).collect();
    let shown = |one: &Shown| json!({ "what": one.what, "id": one.id, "symptom": one.symptom, "app": one.app });
    let texts: Vec<Value> = found
        .texts
        .iter()
        .map(|text| {
            let shown: Vec<Value> = text.shown.iter().map(shown).collect();
            json!({ "id": text.id, "how": text.how.name(), "shown": shown })
        })
        .collect();
    let document = json!({
        "schema": 1,
        "differs": !found.is_none(),
        "people": found.people,
        "added": found.added,
        "removed": found.removed,
        "symptoms": symptoms,
        "scenarios": cases_json(&found.scenarios),
        "laboratory": cases_json(&found.logins),
        "texts": texts,
    });
    format!("{document:#}\n")
}

fn symptom_json(one: &SymptomChange) -> Value {
    let people = |people: &Changed| {
        let changes = people
            .changes
            .iter()
            .map(|change| json!({ "old": change.old, "new": change.new, "people": change.number }));
        json!({ "people": people.number, "changes": changes.collect::<Vec<_>>() })
    };
    let examples = one.examples.iter().map(
        |example| json!({ "number": example.number, "cause": example.cause, "old": example.old, "new": example.new }),
    );
    json!({
        "symptom": one.symptom,
        "changed": one.changed(),
        "first_question": people(&one.first_question),
        "end": people(&one.end),
        "cause": people(&one.cause),
        "steps": { "more": one.more, "fewer": one.fewer, "old": one.steps.0, "new": one.steps.1 },
        "helped": { "old": one.helped.0, "new": one.helped.1 },
        "examples": examples.collect::<Vec<_>>(),
    })
}

fn cases_json(cases: &Cases) -> Value {
    let changes = cases.changes.iter().map(|case| {
        let differs = case.differs.iter().map(|(key, was, is)| json!({ "what": key, "old": was, "new": is }));
        json!({ "name": case.name, "differs": differs.collect::<Vec<_>>() })
    });
    json!({ "of": cases.of, "changes": changes.collect::<Vec<_>>() })
}

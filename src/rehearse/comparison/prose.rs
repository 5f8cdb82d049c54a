use std::collections::BTreeMap;

use crate::knowledge::{Knowledge, SectionRef, Symptom};

/// A text that people read or hear in other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChange {
    /// What it is: `two-factor.md#clock`, `invalid-code: question where`.
    pub id: String,
    /// What happened to it.
    pub how: TextFate,
    /// Where people meet it.
    pub shown: Vec<Shown>,
}

/// What happened to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFate {
    /// There was none.
    Added,
    /// There is none any more.
    Removed,
    /// It says something else.
    Changed,
}

/// Where people meet a section.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// `remedy`, `cause`, or `symptom`.
    pub what: &'static str,
    /// Its id.
    pub id: String,
    /// The symptom that has it.
    pub symptom: String,
    /// The app whose own section it is.
    pub app: Option<String>,
}

impl TextFate {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "new",
            Self::Removed => "gone",
            Self::Changed => "changed",
        }
    }
}

type Texts = BTreeMap<String, String>;

pub(super) fn compare(old: &Knowledge, new: &Knowledge) -> Vec<TextChange> {
    // What belongs to a symptom that is new as a whole is told with it.
    let both: Vec<&str> = old.symptoms.keys().filter(|id| new.symptoms.contains_key(*id)).map(String::as_str).collect();
    let ([was_told, was_said], [is_told, is_said]) = (texts(old, &both), texts(new, &both));
    let mut changes = Vec::new();
    for (id, how) in differing(&was_told, &is_told) {
        let in_which = if how == TextFate::Removed { old } else { new };
        let (article, anchor) = id.split_once('#').unwrap_or((&id, ""));
        let at = SectionRef { article: article.to_owned(), anchor: anchor.to_owned() };
        changes.push(TextChange { shown: shown(&at, in_which), id, how });
    }
    let said = differing(&was_said, &is_said).into_iter().chain(in_languages(old, new, &both));
    changes.extend(said.map(|(id, how)| TextChange { id, how, shown: Vec::new() }));
    changes
}

/// What is read in articles, and what is said beside them.
fn texts(knowledge: &Knowledge, symptoms: &[&str]) -> [Texts; 2] {
    let mut said = beside(knowledge);
    said.extend(symptoms.iter().filter_map(|id| knowledge.symptoms.get(*id)).flat_map(wordings));
    [sections(knowledge), said]
}

/// The texts of each language that differ; what is not translated is the same as in the first one, and told there.
fn in_languages(old: &Knowledge, new: &Knowledge, symptoms: &[&str]) -> Vec<(String, TextFate)> {
    let languages = |one: &Knowledge| one.languages().map(|id| (id.to_owned(), String::new())).collect::<Texts>();
    let (before, after) = (languages(old), languages(new));
    let mut changes: Vec<(String, TextFate)> =
        differing(&before, &after).into_iter().map(|(id, how)| (format!("language {id}"), how)).collect();
    for language in before.keys().filter(|id| after.contains_key(*id)) {
        let translated = |one: &Knowledge| {
            let source: Texts = texts(one, symptoms).into_iter().flatten().collect();
            let all = texts(&one.clone().in_language(language), symptoms).into_iter().flatten();
            all.filter(|(id, text)| source.get(id) != Some(text)).collect::<Texts>()
        };
        let found = differing(&translated(old), &translated(new));
        changes.extend(found.into_iter().map(|(id, how)| (format!("{language}: {id}"), how)));
    }
    changes
}

fn differing(old: &Texts, new: &Texts) -> Vec<(String, TextFate)> {
    let mut changes = Vec::new();
    for (id, text) in new {
        match old.get(id) {
            None => changes.push((id.clone(), TextFate::Added)),
            Some(before) if before != text => changes.push((id.clone(), TextFate::Changed)),
            Some(_) => {}
        }
    }
    changes.extend(old.keys().filter(|id| !new.contains_key(*id)).map(|id| (id.clone(), TextFate::Removed)));
    changes.sort_by(|(a, _), (b, _)| a.cmp(b));
    changes
}

/// The sections of all articles. How lines are broken changes nothing for anybody.
fn sections(knowledge: &Knowledge) -> Texts {
    let mut all = Texts::new();
    for (path, article) in &knowledge.articles {
        for section in &article.sections {
            all.insert(format!("{path}#{}", section.anchor), format!("{}\n{}", section.title, unbroken(&section.body)));
        }
    }
    all
}

/// Markdown with every paragraph on one line; code as it is.
fn unbroken(markdown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let (mut fenced, mut open) = (false, false);
    for line in markdown.lines() {
        let text = line.trim();
        let fence = text.starts_with("```") || text.starts_with("~~~");
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match lines.last_mut().filter(|_| open && !fenced && !fence && !begins_a_block(text)) {
            Some(last) => *last = format!("{last} {words}"),
            None if fenced => lines.push(line.to_owned()),
            None => lines.push(format!("{}{words}", &line[..line.len() - line.trim_start().len()])),
        }
        fenced ^= fence;
        // Two blanks or a backslash at the end are a line break that people see.
        let ends = text.is_empty() || fence || text.starts_with(['#', '|']) || text.starts_with("!!!");
        open = !ends && !line.ends_with("  ") && !line.ends_with('\\');
    }
    lines.join("\n").trim().to_owned()
}

fn begins_a_block(text: &str) -> bool {
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let item = number.len() < text.len() && number.starts_with(['.', ')']);
    item || text.is_empty()
        || text.starts_with(['#', '>', '|', '<'])
        || ["- ", "* ", "+ ", "!!!"].iter().any(|mark| text.starts_with(mark))
}

/// What a symptom says by itself.
fn wordings(symptom: &Symptom) -> Vec<(String, String)> {
    let id = |what: &str, id: &str| format!("{}: {what} {id}", symptom.id);
    let mut all = Vec::new();
    for cause in &symptom.causes {
        let says = cause.says.as_deref().unwrap_or_default();
        all.push((id("cause", &cause.id), format!("{}\n{says}\n{}", cause.title, place(&cause.text))));
    }
    for remedy in &symptom.remedies {
        let agent = remedy.agent.as_ref().map(place).unwrap_or_default();
        all.push((id("remedy", &remedy.id), format!("{}\n{agent}", place(&remedy.text))));
    }
    all.push((format!("{}: heading", symptom.id), place(&symptom.heading)));
    for question in &symptom.questions {
        let labels = question.answers.iter().map(|answer| format!("{}: {}", answer.id, answer.label));
        let labels: Vec<String> = labels.collect();
        let [agent, why] = [&question.agent, &question.why].map(|text| text.as_deref().unwrap_or_default());
        all.push((id("question", &question.id), format!("{}\n{agent}\n{why}\n{}", question.ask, labels.join("\n"))));
    }
    all
}

fn place(section: &SectionRef) -> String {
    format!("{}#{}", section.article, section.anchor)
}

/// What scripts, services and the program itself say.
fn beside(knowledge: &Knowledge) -> Texts {
    let mut all: Texts = knowledge.phrases.iter().map(|(id, said)| (format!("phrase {id}"), said.clone())).collect();
    for service in knowledge.services.values() {
        let words = service.words.iter().map(|(word, said)| (format!("word {word}"), said.clone()));
        let contacts = service.escalate.iter().map(|(role, contact)| {
            (format!("contact {role}"), format!("{}\n{}", contact.says, contact.bring.join("\n")))
        });
        let messages = service.messages.iter().map(|message| (format!("message {}", message.id), message.text.clone()));
        let verify = service.verify_identity.iter().map(|text| ("verify-identity".to_owned(), text.clone()));
        let own = words.chain(contacts).chain(messages).chain(verify);
        all.extend(own.map(|(id, text)| (format!("service {}: {id}", service.id), text)));
    }
    for script in knowledge.scripts.values() {
        let id = |what: &str| format!("script {}: {what}", script.id);
        all.insert(id("title"), script.title.clone());
        for (part, steps) in [("step", &script.steps), ("goodbye", &script.goodbye)] {
            for step in steps {
                let [say, note] = [&step.say, &step.note].map(|text| text.as_deref().unwrap_or_default());
                all.insert(id(&format!("{part} {}", step.id)), format!("{say}\n{note}"));
            }
        }
        all.extend(script.wordings.iter().map(|(question, said)| (id(&format!("question {question}")), said.clone())));
    }
    for app in knowledge.apps.values() {
        let own = app.sections.iter().map(|(general, own)| (format!("app {}: {}", app.id, place(general)), place(own)));
        all.extend(own);
    }
    all
}

/// Who is shown a section: those who come to a remedy or a cause, in an app that has its own.
fn shown(at: &SectionRef, knowledge: &Knowledge) -> Vec<Shown> {
    let mut general: Vec<(SectionRef, Option<String>)> = vec![(at.clone(), None)];
    for app in knowledge.apps.values() {
        let own = app.sections.iter().filter(|(_, own)| own == at);
        general.extend(own.map(|(general, _)| (general.clone(), Some(app.id.clone()))));
    }
    let mut all = Vec::new();
    for (section, app) in &general {
        for symptom in knowledge.symptoms.values() {
            let told = |what: &'static str, id: &str| Shown {
                what,
                id: id.to_owned(),
                symptom: symptom.id.clone(),
                app: app.clone(),
            };
            let remedies = symptom
                .remedies
                .iter()
                .filter(|remedy| remedy.text == *section || remedy.agent.as_ref() == Some(section));
            all.extend(remedies.map(|remedy| told("remedy", &remedy.id)));
            all.extend(
                symptom.causes.iter().filter(|cause| cause.text == *section).map(|cause| told("cause", &cause.id)),
            );
            all.extend((symptom.heading == *section).then(|| told("symptom", &symptom.id)));
        }
    }
    all.sort();
    all.dedup();
    all
}

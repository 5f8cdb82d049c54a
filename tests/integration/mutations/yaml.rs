//! Slips in the YAML files: symptoms, services, apps, scripts, phrases, scenarios.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use fastrand::Rng;
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::probe;

use super::{Fault, slip, with_line};

/// Keys that the formats define.
const KEYS: &[&str] = &[
    "schema",
    "symptom",
    "heading",
    "decide",
    "causes",
    "remedies",
    "questions",
    "outcomes",
    "title",
    "says",
    "text",
    "common",
    "stands-for",
    "only-when",
    "effort",
    "destructive",
    "resets-factor",
    "needs",
    "fixes",
    "ask",
    "agent",
    "why",
    "answers",
    "label",
    "given",
    "others",
    "when",
    "otherwise",
    "remedy",
    "escalate",
    "then",
    "service",
    "name",
    "words",
    "window",
    "messages",
    "app",
    "facts",
    "sections",
    "script",
    "steps",
    "say",
    "note",
    "scenario",
    "expect",
    "outcome",
    "cause",
    "conclusion",
    "section",
];
/// Keys whose value is prose.
const PROSE: &[&str] = &["title", "says", "ask", "agent", "why", "label", "say", "note", "name"];
/// Keys that must be there; a cause may leave out `says`.
const REQUIRED: &[&str] = &["symptom", "title", "says", "text", "common", "effort", "ask", "label"];
/// Keys with a text in one word or many.
const SCALARS: &[&str] =
    &["title", "says", "text", "common", "effort", "ask", "why", "heading", "decide", "symptom", "service", "app"];
const SCALES: &[&str] = &[
    "never",
    "hardly-ever",
    "seldom",
    "half",
    "usually",
    "nearly-always",
    "very-common",
    "common",
    "uncommon",
    "rare",
    "very-rare",
    "seconds",
    "minute",
    "minutes",
    "long",
    "easy",
    "fetch",
];
/// Where names are defined, each with the depth of its lines.
const DEFINING: &[(&str, usize)] =
    &[("causes", 2), ("remedies", 2), ("questions", 2), ("questions", 6), ("escalate", 2)];

/// Everything that the knowledge names.
struct Names {
    ids: BTreeSet<String>,
    /// Each line, of YAML, on which a name stands.
    uses: BTreeMap<String, Vec<(String, usize)>>,
}

impl Names {
    fn of(shipped: &Sources) -> Self {
        let knowledge = Knowledge::compile(shipped, &probe::vocabulary()).knowledge;
        let mut ids: BTreeSet<String> = knowledge.symptoms.keys().cloned().collect();
        for symptom in knowledge.symptoms.values() {
            ids.extend(symptom.causes.iter().map(|one| one.id.clone()));
            ids.extend(symptom.remedies.iter().map(|one| one.id.clone()));
            for question in &symptom.questions {
                ids.insert(question.id.clone());
                ids.extend(question.answers.iter().map(|one| one.id.clone()));
            }
        }
        ids.extend(knowledge.services.values().flat_map(|service| service.escalate.keys().cloned()));
        let mut uses: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
        for (path, text) in texts(shipped) {
            for (number, line) in lines(text) {
                for token in tokens(line) {
                    uses.entry(line[token].to_owned()).or_default().push((path.to_owned(), number));
                }
            }
        }
        Self { ids, uses }
    }

    fn is_taken(&self, word: &str) -> bool {
        self.uses.contains_key(word) || SCALES.contains(&word)
    }
}

fn texts(shipped: &Sources) -> impl Iterator<Item = (&str, &str)> {
    let yaml = shipped.iter().filter(|(path, _)| path.rsplit_once('.').is_some_and(|(_, end)| end == "yaml"));
    let yaml = yaml.filter(|(path, _)| !path.starts_with("locale/") && *path != "released.yaml");
    yaml.map(|(path, bytes)| (path, std::str::from_utf8(bytes).unwrap()))
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line))
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

/// The key that a line begins with.
fn key_of(line: &str) -> Option<&str> {
    let (key, rest) = line.trim_start_matches([' ', '-']).split_once(':')?;
    (rest.is_empty() || rest.starts_with(' ')).then_some(key).filter(|key| !key.contains([' ', '"', '#', '{']))
}

/// The words of a line that are no prose, no comment and not in quotes.
fn tokens(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let bytes = line.as_bytes();
    let mut at = 0;
    // What to bring to the support, say.
    if line.trim_start().starts_with("- ") && !line.contains(": ") {
        return found;
    }
    while at < line.len() {
        match bytes[at] {
            b'#' if at == 0 || bytes[at - 1] == b' ' => break,
            b'"' | b'\'' => at += 1 + line[at + 1..].find(char::from(bytes[at])).unwrap_or(line.len() - at - 1),
            b'a'..=b'z' => {
                let end = line[at..]
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                    .map_or(line.len(), |end| at + end);
                found.push(at..end);
                at = end;
                if line[end..].starts_with(':') && PROSE.contains(&&line[found[found.len() - 1].clone()]) {
                    // Prose in a flow ends where the next key or the flow does.
                    let inside = line[..end].contains('{');
                    let rest = &line[end..];
                    let next = rest.find(", given:").or_else(|| rest.find(" }")).filter(|_| inside);
                    at = next.map_or(line.len(), |next| end + next);
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The first line above with less depth, which is what the line is in; at the top, where the file begins.
fn parent(text: &str, number: usize) -> usize {
    let all: Vec<&str> = text.lines().collect();
    let told = |line: &&usize| !all[*line - 1].trim().is_empty() && !all[*line - 1].starts_with('#');
    let above: Vec<usize> = (1..number).filter(|line| told(&line)).collect();
    let own = depth(all[number - 1]);
    above.iter().rev().find(|line| depth(all[*line - 1]) < own).or(above.first()).copied().unwrap_or(number)
}

pub(super) fn faults(shipped: &Sources, rng: &mut Rng) -> Vec<Fault> {
    let names = Names::of(shipped);
    let mut faults = Vec::new();
    for (path, text) in texts(shipped).filter(|(path, _)| !matches!(*path, "kb.yaml" | "phrases.yaml")) {
        let (mut part, mut folded) = ("", None);
        for (number, line) in lines(text) {
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            // The lines of a folded text are prose.
            if folded.is_some_and(|above| depth(line) > above) {
                continue;
            }
            folded = line.ends_with(">-").then(|| depth(line));
            if depth(line) == 0 {
                part = key_of(line).unwrap_or_default();
            }
            let spot = Spot { path, text, number, line, part };
            spot.lines(rng, &mut faults);
            spot.words(&names, rng, &mut faults);
            spot.wording(&mut faults);
        }
    }
    faults
}

struct Spot<'a> {
    path: &'a str,
    text: &'a str,
    number: usize,
    line: &'a str,
    /// The key of the top of the file that the line is below.
    part: &'a str,
}

impl Spot<'_> {
    fn fault(&self, kind: &'static str, line: String) -> Fault {
        Fault::new(kind, self.path, with_line(self.text, self.number, &[line]), [self.number])
    }

    fn is_of(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    /// Slips that need not know what a word means.
    fn lines(&self, rng: &mut Rng, faults: &mut Vec<Fault>) {
        let Self { path, text, number, line, .. } = *self;
        let key = key_of(line);
        let is_item = line.trim_start().starts_with("- ");
        if key.is_some() && !line.ends_with(':') && !is_item {
            let twice = with_line(text, number, &[line.to_owned(), line.to_owned()]);
            faults.push(Fault::new("a line twice", path, twice, [number, number + 1]));
        }
        if depth(line) > 0 && !is_item {
            faults.push(self.fault("a tab in front", format!("\t{}", line.trim_start())));
        }
        if let Some(open) = line.strip_suffix('}') {
            faults.push(self.fault("a brace not closed", open.to_owned()));
        }
        if let Some(open) = line.strip_suffix('"').filter(|open| open.matches('"').count() == 1) {
            faults.push(self.fault("a quote not closed", open.to_owned()));
        }
        let is_scalar = !is_item && key.is_some_and(|key| SCALARS.contains(&key));
        let has_lists = is_scalar && self.is_of(&["symptoms/", "services/", "apps/"]);
        if let Some((begin, value)) = line.split_once(": ").filter(|_| has_lists)
            && !value.contains('#')
            && !value.starts_with('>')
        {
            faults.push(self.fault("a list for a text", format!("{begin}: [{value}]")));
        }
        let in_part = |parts: &[&str]| parts.contains(&self.part);
        if key.is_some_and(|key| REQUIRED.contains(&key) && (key, self.part) != ("says", "causes"))
            && (depth(line) == 0 || in_part(&["causes", "remedies", "questions"]) && matches!(depth(line), 4 | 8))
            && self.is_of(&["symptoms/"])
        {
            let without = with_line(text, number, &[]);
            faults.push(Fault::new("a line that must be there is gone", path, without, [parent(text, number), number]));
        }
        if line.contains(": \"yes\"") || line.contains("\"no\":") {
            let bare = line.replace(": \"yes\"", ": yes").replace("\"no\":", "no:");
            faults.push(self.fault("yes and no without quotes", bare));
        }
        if line.contains("{service}") {
            let slipped = slip("service", |_| false, rng).unwrap();
            faults.push(
                self.fault("a placeholder with a slip", line.replacen("{service}", &format!("{{{slipped}}}"), 1)),
            );
        }
    }

    /// Slips in keys, names and words of a scale.
    fn words(&self, names: &Names, rng: &mut Rng, faults: &mut Vec<Fault>) {
        let Self { path, text, number, line, part } = *self;
        for token in tokens(line) {
            let (word, is_key) = (&line[token.clone()], line[token.end..].starts_with(':'));
            let Some(slipped) = slip(word, |word| names.is_taken(word), rng) else { continue };
            let changed = format!("{}{slipped}{}", &line[..token.start], &line[token.end..]);
            let opens = key_of(line) == Some(word) && token.start == depth(line);
            let defines = opens && DEFINING.contains(&(part, token.start)) && self.is_of(&["symptoms/"]);
            if opens && part == "steps" && token.start == 2 {
                // A scenario may name a step; a step that none names may be called anything.
                let uses = names.uses[word].iter().filter(|(file, _)| file.starts_with("scenarios/")).cloned();
                let uses: Vec<_> = uses.collect();
                if !uses.is_empty() {
                    faults.push(self.fault("a name with a slip where it is defined", changed).or_at(uses));
                }
            } else if defines {
                let uses = names.uses[word].iter().cloned();
                faults.push(self.fault("a name with a slip where it is defined", changed).or_at(uses));
            } else if is_key && KEYS.contains(&word) && part != "words" {
                let above = parent(text, number);
                faults.push(self.fault("a key with a slip", changed).or_at([(path.to_owned(), above)]));
            } else if SCALES.contains(&word) && !is_key {
                faults.push(self.fault("a word of a scale with a slip", changed));
            } else if names.ids.contains(word) {
                let kind = if self.is_of(&["scenarios/"]) {
                    "a name with a slip in a scenario"
                } else {
                    "a name with a slip where it is used"
                };
                faults.push(self.fault(kind, changed));
            } else if line[..token.start].ends_with('#') && line.contains(".md#") {
                faults.push(self.fault("an anchor with a slip where it is used", changed));
            }
        }
        // Anchors stand behind `#`, articles before it.
        if let Some(at) = line.find(".md#").filter(|_| self.is_of(&["symptoms/", "apps/"])) {
            let end = line[at + 4..]
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .map_or(line.len(), |end| at + 4 + end);
            if let Some(slipped) = slip(&line[at + 4..end], |_| false, rng) {
                faults.push(self.fault(
                    "an anchor with a slip where it is used",
                    format!("{}{slipped}{}", &line[..at + 4], &line[end..]),
                ));
            }
            faults.push(self.fault("an article with a slip in its name", line.replacen(".md#", "s.md#", 1)));
        }
    }

    /// Wording that people should not get.
    fn wording(&self, faults: &mut Vec<Fault>) {
        let Self { line, .. } = *self;
        if !self.is_of(&["symptoms/"]) || line.contains('"') {
            return;
        }
        if key_of(line) == Some("ask") {
            let begin = &line[..depth(line)];
            faults.push(self.fault("a question that asks for a secret", format!("{begin}ask: What is your password?")));
            faults.push(self.fault("a negative question", format!("{begin}ask: Is it not the newest entry?")));
            let long = "Have you at any time since you set this up, on this phone or on any other, moved the app to another phone?";
            faults.push(self.fault("a question that is too long", format!("{begin}ask: {long}")));
        }
        if matches!(key_of(line), Some("ask" | "says" | "title")) && !line.ends_with(">-") {
            let mut jargon = line.trim_end_matches(['.', '?']).to_owned();
            jargon.push_str(" of the TOTP");
            faults.push(self.fault("a word that people do not know", jargon));
            faults.push(self.fault("a word that has a better one", format!("{line} See your email")));
        }
    }
}

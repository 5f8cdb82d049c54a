//! Knowledge of the first form, in which a symptom's file held its causes, in the present one: a file for each cause.
//!
//! The one idea: texts are cut out where they stand and put together again, so that a writer's words, quotes and comments
//! stay; what the knowledge says does not change, and whoever writes the files makes sure of that. It must not open a file.

mod cuts;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use self::cuts::{body_of, entry, lines, mapping, moved, scenario, section_of};
use super::yaml::{comments_before, line_start, read};
use crate::engine::USUAL_SYMPTOM;
use crate::knowledge::{Key, Node, Sources, digest_of_texts, list, quote};

/// The article whose sections were those of the causes.
const ARTICLE: &str = "articles/causes.md";
/// Files that change, by path: what is in them then.
pub type Migrated = BTreeMap<String, String>;

/// The files of a folder that change, and those that are new; none where nothing is of the first form.
pub fn migrate(own: &Sources) -> Migrated {
    let mut desk = Desk::of(own);
    for symptom in Symptom::all(own) {
        desk.symptom(&symptom);
    }
    desk.done()
}

/// A symptom's file in the first form.
struct Symptom {
    path: String,
    text: String,
    id: String,
    root: Node,
}

impl Symptom {
    /// The usual one first: its causes get the plain names.
    fn all(own: &Sources) -> Vec<Self> {
        let files = own.iter().filter(|(path, _)| path.starts_with("symptoms/"));
        let mut all: Vec<Self> = files
            .filter_map(|(path, bytes)| {
                let text = std::str::from_utf8(bytes).ok()?.to_owned();
                let root = read(&text)?;
                let id = root.get("symptom")?.as_str()?.to_owned();
                let has_causes = !root.get("causes")?.entries().is_empty();
                has_causes.then_some(Self { path: path.to_owned(), text, id, root })
            })
            .collect();
        all.sort_by_key(|one| one.id != USUAL_SYMPTOM);
        all
    }

    fn entries(&self, name: &str) -> &[(Key, Node)] {
        self.root.get(name).map_or(&[], Node::entries)
    }

    /// How often people with a cause give each answer: lines of `tells`.
    fn tells(&self, cause: &str) -> Vec<String> {
        let of = |(question, node): &(Key, Node)| {
            let answers = node.get("answers").map_or(&[][..], Node::entries).iter();
            let told = answers.filter_map(|(answer, node)| {
                Some(format!("{}: {}", quote(&answer.text), node.get("given")?.get(cause)?.as_str()?))
            });
            let told: Vec<String> = told.collect();
            (!told.is_empty()).then(|| format!("{}: {{ {} }}", quote(&question.text), told.join(", ")))
        };
        self.entries("questions").iter().filter_map(of).collect()
    }

    /// How often each remedy helps against a cause.
    fn helped_by(&self, cause: &str) -> Vec<String> {
        let of = |(remedy, node): &(Key, Node)| {
            Some(format!("{}: {}", quote(&remedy.text), node.get("fixes")?.get(cause)?.as_str()?))
        };
        self.entries("remedies").iter().filter_map(of).collect()
    }
}

/// The texts of the folder, with what is cut out of them.
struct Desk<'a> {
    own: &'a Sources,
    cuts: BTreeMap<String, Vec<(Range<usize>, String)>>,
    new: Migrated,
    /// Scenarios that have gone with a cause.
    taken: BTreeSet<(String, usize)>,
    /// Sections that have.
    told: BTreeSet<String>,
}

impl<'a> Desk<'a> {
    fn of(own: &'a Sources) -> Self {
        Self { own, cuts: BTreeMap::new(), new: Migrated::new(), taken: BTreeSet::new(), told: BTreeSet::new() }
    }

    fn text(&self, path: &str) -> Option<&'a str> {
        self.own.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    fn cut(&mut self, path: &str, at: Range<usize>, text: impl Into<String>) {
        self.cuts.entry(path.to_owned()).or_default().push((at, text.into()));
    }

    fn symptom(&mut self, symptom: &Symptom) {
        let Some((key, causes)) = symptom.root.entries().iter().find(|(key, _)| key.text == "causes") else { return };
        let mut order = "causes:\n".to_owned();
        for (cause, node) in causes.entries() {
            let _ = writeln!(order, "  - {}", quote(&cause.text));
            let mut name = format!("causes/{}", cause.text);
            if self.new.contains_key(&format!("{name}.md")) {
                name = format!("causes/{}/{}", symptom.id, cause.text);
            }
            let prose = self.prose(&cause.text, node);
            let file = self.cause(symptom, cause, node, prose.as_deref());
            self.new.insert(format!("{name}.md"), file);
            self.translations(symptom, cause, node, prose.as_deref(), &name);
        }
        let whole = lines(&symptom.text, key, causes);
        self.cut(&symptom.path, whole, order);
        for (_, question) in symptom.entries("questions") {
            for (_, answer) in question.get("answers").map_or(&[][..], Node::entries) {
                self.take_given(symptom, answer);
            }
        }
        for (_, remedy) in symptom.entries("remedies") {
            let at = remedy.entries().iter().position(|(key, _)| key.text == "fixes");
            if let Some(at) = at {
                self.cut(&symptom.path, entry(&symptom.text, remedy, at), "");
            }
        }
        for language in self.languages() {
            self.take_translated_causes(&language, &symptom.id);
        }
    }

    /// Of what was said of an answer, what is said of every other cause stays.
    fn take_given(&mut self, symptom: &Symptom, answer: &Node) {
        let Some(at) = answer.entries().iter().position(|(key, _)| key.text == "given") else { return };
        let (key, given) = &answer.entries()[at];
        match given.get("others").and_then(Node::as_str) {
            Some(others) => {
                let whole = key.span.start..given.span.end;
                self.cut(&symptom.path, whole, format!("others: {others}"));
            }
            None => self.cut(&symptom.path, entry(&symptom.text, answer, at), ""),
        }
    }

    /// The prose of a cause, which is cut out of its article; `None` where another file has it.
    fn prose(&mut self, cause: &str, node: &Node) -> Option<String> {
        let section = node.get("text")?.as_str()?;
        let own = section == format!("causes.md#{cause}");
        let text = self.text(ARTICLE).filter(|_| own)?;
        let at = section_of(text, cause)?;
        self.told.insert(cause.to_owned()).then(|| {
            self.cut(ARTICLE, at.clone(), "");
            body_of(&text[at])
        })
    }

    /// The file of a cause.
    fn cause(&mut self, symptom: &Symptom, cause: &Key, node: &Node, prose: Option<&str>) -> String {
        let mut out = format!("---\ncause: {}\nsymptom: {}\n", quote(&cause.text), quote(&symptom.id));
        let start = line_start(&symptom.text, cause.span.start);
        let comments = comments_before(&symptom.text, start);
        for line in symptom.text[comments..start].lines() {
            let _ = writeln!(out, "{}", line.trim());
        }
        for name in ["title", "says", "text", "common", "stands-for", "only-when"] {
            let field = node.entries().iter().find(|(key, _)| key.text == name);
            // The section is its own prose now, or that of the same cause of another symptom.
            let own = name == "text" && self.told.contains(&cause.text);
            if let Some((key, value)) = field.filter(|_| !own) {
                out.push_str(&moved(&symptom.text, key, value, 0));
            }
        }
        let tells = symptom.tells(&cause.text);
        out.push_str(&mapping("tells", &tells, true));
        out.push_str(&mapping("helped-by", &symptom.helped_by(&cause.text), false));
        out.push_str(&self.scenario("like", &symptom.id, &cause.text).unwrap_or_default());
        out.push_str(&self.scenario("unlike", &symptom.id, &cause.text).unwrap_or_default());
        out.push_str("---\n");
        if let Some(prose) = prose {
            let _ = write!(out, "\n{prose}\n");
        }
        out
    }

    /// The first scenario that comes to a cause, or comes close to it, is cut out of its file.
    fn scenario(&mut self, key: &str, symptom: &str, cause: &str) -> Option<String> {
        let own = self.own;
        let files = own.iter().filter(|(path, _)| path.starts_with("scenarios/") && !path.contains("/reported/"));
        for (path, bytes) in files {
            let text = std::str::from_utf8(bytes).ok()?;
            let Some(root) = read(text) else { continue };
            for (at, node) in list(&root).iter().enumerate() {
                let found =
                    scenario(text, node, key, symptom, cause).filter(|_| !self.taken.contains(&(path.to_owned(), at)));
                if let Some((comments, scenario)) = found {
                    self.taken.insert((path.to_owned(), at));
                    self.cut(path, comments, "");
                    return Some(scenario);
                }
            }
        }
        None
    }

    fn languages(&self) -> Vec<String> {
        let names =
            self.own.iter().filter_map(|(path, _)| Some(path.strip_prefix("locale/")?.split_once('/')?.0.to_owned()));
        names.collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// The translations of a cause, each as a file beside it.
    fn translations(&mut self, symptom: &Symptom, cause: &Key, node: &Node, prose: Option<&str>, name: &str) {
        for language in self.languages() {
            let Some((_, text, root)) = self.translated(&language, &symptom.id) else { continue };
            let item = root.get("causes").and_then(|causes| causes.get(&cause.text));
            let Some(item) = item else { continue };
            let said =
                |node: &Node, name: &str| node.get(name).and_then(Node::as_str).map(|said| said.trim().to_owned());
            let texts = |node: &Node| -> Vec<(&str, String)> {
                ["title", "says"].into_iter().filter_map(|name| Some((name, said(node, name)?))).collect()
            };
            let mut source = texts(node);
            let mut is_current = said(item, "source").as_deref() == Some(&digest_of_texts(&source));
            let article = format!("locale/{language}/{ARTICLE}");
            let section = self.text(&article).and_then(|text| Some((text, section_of(text, &cause.text)?)));
            let section = section.filter(|_| prose.is_some());
            let mut body = None;
            if let (Some((text, at)), Some(prose)) = (section, prose) {
                let heading = text[at.clone()].lines().next().unwrap_or_default();
                let title = source.first().map(|(_, title)| title.clone()).unwrap_or_default();
                let made_from = digest_of_texts(&[("title", title), ("body", prose.to_owned())]);
                is_current &= heading.contains(&format!("source=\"{made_from}\""));
                body = Some(body_of(&text[at.clone()]));
                self.cut(&article, at, "");
                source.push(("body", prose.to_owned()));
            }
            let mut out = "---\n".to_owned();
            if is_current {
                let _ = writeln!(out, "source: \"{}\"", digest_of_texts(&source));
            }
            for name in ["title", "says"] {
                if let Some((key, value)) = item.entries().iter().find(|(key, _)| key.text == name) {
                    out.push_str(&moved(&text, key, value, 0));
                }
            }
            out.push_str("---\n");
            if let Some(body) = body {
                let _ = write!(out, "\n{body}\n");
            }
            self.new.insert(format!("{name}.{language}.md"), out);
        }
    }

    fn translated(&self, language: &str, symptom: &str) -> Option<(String, String, Node)> {
        let folder = format!("locale/{language}/symptoms/");
        self.own.iter().filter(|(path, _)| path.starts_with(&folder)).find_map(|(path, bytes)| {
            let text = std::str::from_utf8(bytes).ok()?;
            let root = read(text)?;
            (root.get("symptom")?.as_str()? == symptom).then(|| (path.to_owned(), text.to_owned(), root))
        })
    }

    fn take_translated_causes(&mut self, language: &str, symptom: &str) {
        let Some((path, text, root)) = self.translated(language, symptom) else { return };
        if let Some((key, node)) = root.entries().iter().find(|(key, _)| key.text == "causes") {
            let mut at = lines(&text, key, node);
            // One blank line is enough between what is left.
            at.end += text[at.end..].len() - text[at.end..].trim_start_matches('\n').len();
            self.cut(&path, at, "");
        }
    }

    fn done(self) -> Migrated {
        let mut changed = self.new;
        for (path, mut cuts) in self.cuts {
            let Some(text) = self.own.get(&path).and_then(|bytes| std::str::from_utf8(bytes).ok()) else { continue };
            cuts.sort_by_key(|(at, _)| at.start);
            let (mut out, mut end) = (String::new(), 0);
            for (at, new) in cuts {
                out.push_str(text.get(end..at.start).unwrap_or_default());
                out.push_str(&new);
                end = at.end.max(end);
            }
            out.push_str(&text[end..]);
            changed.insert(path, out);
        }
        changed
    }
}

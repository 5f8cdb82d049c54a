//! A help page that somebody has written becomes a draft of knowledge.
//!
//! The one idea: every sentence of the page is kept, and what only its writer can know is marked. A draft is checked before
//! it is handed out: what the checks still warn of is marked, too. It must not invent an answer.

mod blocks;
mod html;
mod ids;
mod inline;
mod marks;
mod plain;
mod prose;
mod rules;
mod trouble;
mod words;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use self::blocks::Section;
use self::ids::kebab;
use self::prose::{Prose, Told};
use self::rules::Rules;
use self::trouble::{Part, Trouble};
use super::desk::{Desk, unique};
use super::parts::{near_miss, scenario};
use super::symptom::{offer, role};
use super::{Draft, DraftError, Ground, Picture};
use crate::case::Case;
use crate::knowledge::quote;
use crate::rehearse;

/// A page to import.
#[derive(Clone, Copy)]
pub struct HelpPage<'a> {
    /// The name of its file, without the ending.
    pub name: &'a str,
    /// The whole of it.
    pub text: &'a str,
    /// Whether a file is there, by its path relative to the page.
    pub is_there: &'a dyn Fn(&str) -> bool,
}

/// Something that only the writer can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// In the folder.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What is to be done.
    pub what: String,
}

/// Bytes of a page.
const LARGEST: usize = 512 * 1024;
/// Pictures that an article can show.
const PICTURES: &[&str] = &["gif", "jpg", "jpeg", "png", "svg", "webp"];
/// Links that lead out of the knowledge.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Drafts an article, and a symptom for each trouble that the page tells of.
///
/// # Errors
/// The page is too large, or a file of that name is there.
pub fn import(page: HelpPage<'_>, ground: Ground<'_>) -> Result<Draft, DraftError> {
    if page.text.len() > LARGEST {
        return Err(DraftError::TooLarge { most: LARGEST / 1024 });
    }
    let mut desk = Desk::new(ground);
    let name = Some(kebab(page.name)).filter(|name| !name.is_empty()).unwrap_or_else(|| "page".to_owned());
    let taken = |name: &str| ground.all.get(&format!("articles/{name}.md")).is_some();
    let name = unique(&name, |name| taken(name) && ground.own.get(&format!("articles/{name}.md")).is_none());
    let article = format!("{name}.md");

    let plain = plain::plain(page.text);
    let pictures = RefCell::new(BTreeMap::new());
    let headings = blocks::sections(&plain.body, &|_, _| None);
    let own: BTreeMap<String, String> = headings.iter().map(|one| (one.own_id(), one.own_id())).collect();
    let parts = |ids: &BTreeMap<String, String>| {
        let links = Links { page, ids, pictures: &pictures };
        let sections = blocks::sections(&plain.body, &|target, picture| links.resolve(target, picture));
        trouble::parts(arranged(&plain.front, sections))
    };
    let mut writer = Writer { desk: &mut desk, article: &article, ids: BTreeSet::new(), symptoms: Vec::new() };
    // A heading may get another id than it had, and links within the page lead to that one.
    let planned = writer.planned(&parts(&own));
    let ids = planned.iter().rev().flat_map(|one| one.of.iter().map(|of| (of.clone(), one.id.clone())));
    let parts = parts(&ids.filter(|(of, _)| own.contains_key(of)).collect());
    let text = writer.article(&plain.front, &parts, &planned)?;
    let symptoms = writer.symptoms;
    desk.create(format!("articles/{article}"), text)?;
    for (symptom, _) in &symptoms {
        offer(&mut desk, symptom)?;
    }
    desk.draft.pictures = pictures.into_inner().into_iter().map(|(from, to)| Picture { from, to }).collect();
    for (symptom, weighs) in &symptoms {
        add_scenarios(&mut desk, symptom, *weighs)?;
    }
    if symptoms.is_empty() {
        desk.note("no heading tells a trouble with what helps: `kb new symptom` begins one");
    }
    marks::settle(&mut desk)?;
    Ok(desk.draft)
}

impl Draft {
    /// Every line that is left for the writer, in the order of the files.
    pub fn points(&self) -> Vec<Point> {
        let mut points = Vec::new();
        for file in &self.files {
            for (at, line) in file.text.lines().enumerate() {
                if let Some(found) = line.find(super::TODO) {
                    let what = line[found + super::TODO.len()..].trim_start_matches([':', ' ']);
                    let what = what.split(" {: #").next().unwrap_or_default();
                    let what = what.trim_end_matches("-->").trim().trim_matches('"').to_owned();
                    points.push(Point { path: file.path.clone(), line: at + 1, what });
                }
            }
        }
        points
    }
}

/// Where the links of a page lead.
struct Links<'a> {
    page: HelpPage<'a>,
    ids: &'a BTreeMap<String, String>,
    /// Pictures that are taken along: where they are, and where they go.
    pictures: &'a RefCell<BTreeMap<String, String>>,
}

impl Links<'_> {
    /// The target as it is written in the draft; `None` for one that leads nowhere.
    fn resolve(&self, target: &str, picture: bool) -> Option<String> {
        let scheme = target.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        if scheme.is_some_and(|scheme| SCHEMES.contains(&scheme.as_str())) {
            return (!picture).then(|| target.to_owned());
        }
        if let Some(anchor) = target.strip_prefix('#') {
            return self.ids.get(anchor).filter(|_| !picture && !anchor.is_empty()).map(|id| format!("#{id}"));
        }
        picture.then(|| self.picture(target)).flatten()
    }

    fn picture(&self, target: &str) -> Option<String> {
        let (stem, ending) = target.rsplit('/').next()?.rsplit_once('.')?;
        let ending = ending.to_ascii_lowercase();
        // Whoever says whether it is there is asked of an absolute path, too, so that they can tell of it.
        let is_absolute = target.starts_with('/');
        let target = &if is_absolute { target.to_owned() } else { direct(target) };
        let is_picture = PICTURES.contains(&ending.as_str()) && !target.contains(':');
        if !is_picture || !(self.page.is_there)(target) || is_absolute {
            return None;
        }
        let mut pictures = self.pictures.borrow_mut();
        if let Some(known) = pictures.get(target) {
            return Some(known.clone());
        }
        let stem = Some(kebab(stem)).filter(|stem| !stem.is_empty()).unwrap_or_else(|| "picture".to_owned());
        let path = |stem: &str| format!("images/{stem}.{ending}");
        let stem = unique(&stem, |stem| pictures.values().any(|known| *known == path(stem)));
        pictures.insert(target.to_owned(), path(&stem));
        Some(path(&stem))
    }
}

struct Writer<'d, 'g> {
    desk: &'d mut Desk<'g>,
    article: &'d str,
    /// Anchors of the article.
    ids: BTreeSet<String>,
    /// With whether they weigh.
    symptoms: Vec<(String, bool)>,
}

/// The id of a part in the draft, and those of the headings of the page that it stands for.
struct Planned {
    id: String,
    of: Vec<String>,
}

impl Writer<'_, '_> {
    fn planned(&mut self, parts: &[Part]) -> Vec<Planned> {
        let mut all = Vec::new();
        for part in parts {
            let (Part::Trouble(section, _) | Part::Prose(section)) = part;
            let wanted = kebab(&section.own_id());
            let wanted = if wanted.is_empty() { "section" } else { &wanted };
            let id = match part {
                Part::Trouble(..) => self.symptom(wanted),
                Part::Prose(_) => self.anchor(wanted),
            };
            all.push(Planned { id, of: std::iter::once(section.own_id()).chain(section.merged.clone()).collect() });
        }
        all
    }

    fn article(&mut self, front: &str, parts: &[Part], planned: &[Planned]) -> Result<String, DraftError> {
        let titles = parts.iter().map(|(Part::Trouble(section, _) | Part::Prose(section))| section);
        let mut prose = Prose::begun(front_matter(front, titles));
        for (part, Planned { id, .. }) in parts.iter().zip(planned) {
            match part {
                Part::Trouble(section, trouble) => self.trouble(&mut prose, section, trouble, id)?,
                Part::Prose(section) => prose.prose(section, id),
            }
        }
        Ok(prose.text.trim_end().to_owned() + "\n")
    }

    fn anchor(&mut self, wanted: &str) -> String {
        let id = unique(wanted, |id| self.ids.contains(id));
        self.ids.insert(id.clone());
        id
    }

    /// An id that neither a symptom nor a file has.
    fn symptom(&mut self, wanted: &str) -> String {
        let ground = self.desk.ground;
        let is_file = |path: String| ground.all.get(&path).is_some();
        let taken = |id: &str| {
            ground.knowledge.symptoms.contains_key(id)
                || self.ids.contains(id)
                || is_file(format!("symptoms/{id}.yaml"))
                || is_file(format!("scenarios/{id}.yaml"))
        };
        let id = unique(wanted, taken);
        self.ids.insert(id.clone());
        id
    }

    fn trouble(
        &mut self,
        prose: &mut Prose,
        section: &Section,
        trouble: &Trouble,
        symptom: &str,
    ) -> Result<(), DraftError> {
        let knowledge = self.desk.ground.knowledge;
        let weighs = trouble.pairs.len() > 1 || trouble.pairs.iter().any(|pair| !pair.reason.is_empty());
        let mut plan = Vec::new();
        for (at, pair) in trouble.pairs.iter().enumerate() {
            let mut told = Told::of(pair, symptom, at + 1, weighs);
            told.anchor = self.anchor(&told.anchor);
            if let Some((anchor, _)) = &mut told.reason {
                *anchor = self.anchor(anchor);
            }
            plan.push(told);
        }
        prose.trouble(section, symptom, trouble, &plan);
        let rules = Rules { symptom, article: self.article, told: &plan, role: &role(knowledge), knowledge };
        let file = super::File::new(format!("symptoms/{symptom}.yaml"), &rules.written());
        self.desk.draft.files.push(file);
        rules.add_causes(self.desk)?;
        self.symptoms.push((symptom.to_owned(), weighs));
        Ok(())
    }
}

/// The sections under a first heading, which is made if there is none. What stands before it goes under it.
fn arranged(front: &str, mut sections: Vec<Section>) -> Vec<Section> {
    let before = sections.remove(0);
    if sections.first().is_none_or(|section| section.level != 1) {
        let title = field(front, "title").unwrap_or_else(|| "TODO: A title for the page".to_owned());
        sections.insert(0, Section { level: 1, title, id: Some("section".to_owned()), ..Section::default() });
    }
    if let Some(top) = sections.first_mut() {
        top.blocks.splice(0..0, before.blocks);
    }
    sections
}

/// A path without its detours: `./a/../b.png` is `b.png`.
fn direct(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

fn front_matter<'s>(front: &str, mut sections: impl Iterator<Item = &'s Section>) -> String {
    let heading = sections.find(|section| section.level == 1).map(|section| section.title.clone());
    let title = field(front, "title").or(heading).filter(|title| !title.is_empty());
    let title = title.unwrap_or_else(|| "TODO: A title for the page".to_owned());
    let about = field(front, "description");
    let about = about.unwrap_or_else(|| "TODO: What the page is about, in a sentence.".to_owned());
    format!("---\ntitle: {}\ndescription: {}\n---\n\n", quote(&title), quote(&about))
}

/// A text of the front matter, which may be written in any way.
fn field(front: &str, name: &str) -> Option<String> {
    let line = front.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
    let text = line?.trim().trim_matches(['"', '\'']).trim();
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    (!text.is_empty() && !text.starts_with(['|', '>', '&', '*'])).then_some(text)
}

/// A scenario for people whom no reason fits, for each row, and for each answer that no other one gives.
fn add_scenarios(desk: &mut Desk<'_>, symptom: &str, weighs: bool) -> Result<(), DraftError> {
    let (_, compiled) = desk.compiled();
    let knowledge = &compiled.knowledge;
    let Some(about) = knowledge.symptoms.get(symptom) else {
        // The checks have found an error, and `settle` tells it.
        return Ok(());
    };
    let case =
        |answers: BTreeMap<String, String>| Case { symptom: Some(symptom.to_owned()), answers, ..Case::default() };
    let mut out = Vec::new();
    let mut given = BTreeSet::new();
    if weighs {
        // Each reason has its own scenarios: these are for people whom none of them fits.
        for (at, causes) in about.causes.chunks(rules::AT_ONCE).enumerate() {
            let answers = BTreeMap::from([(rules::question(at), rules::NEITHER.to_owned())]);
            let causes: Vec<String> = causes.iter().map(|cause| cause.id.clone()).collect();
            out.push(near_miss(desk, &format!("{symptom}-none-{}", at + 1), symptom, &answers, &causes));
            let answers = about.question(&rules::question(at)).map_or(&[][..], |question| &question.answers);
            given.extend(answers.iter().map(|answer| (rules::question(at), answer.id.clone())));
        }
    }
    let mut cases = Vec::new();
    for row in 0..about.outcomes.len() {
        if let Some(answers) = rehearse::answers_to(about, row, knowledge) {
            given.extend(answers.clone());
            cases.push((format!("row-{}", row + 1), case(answers)));
        }
    }
    for question in &about.questions {
        for answer in &question.answers {
            let said = (question.id.clone(), answer.id.clone());
            if !given.contains(&said) {
                cases.push((format!("{}-{}", question.id, answer.id), case([said].into())));
            }
        }
    }
    for (name, case) in cases {
        out.extend(scenario(desk, knowledge, &format!("{symptom}-{name}"), &case, &[]));
    }
    desk.add_scenarios(symptom, &out.join("\n"))
}

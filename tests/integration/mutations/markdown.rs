//! Slips in the articles.

use std::collections::BTreeMap;

use fastrand::Rng;
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::probe;

use super::{Fault, slip, with_line};

pub(super) fn faults(shipped: &Sources, rng: &mut Rng) -> Vec<Fault> {
    let lines_with = uses(shipped);
    let remedies = remedies(shipped);
    let mut faults = Vec::new();
    for (path, bytes) in shipped.iter().filter(|(path, _)| path.starts_with("articles/")) {
        let text = std::str::from_utf8(bytes).unwrap();
        let name = path.strip_prefix("articles/").unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let spot = Spot { path, text, number: at + 1, line };
            if let Some((title, id)) = heading(line) {
                let full = format!("{name}#{id}");
                let used = lines_with.get(&full).cloned().unwrap_or_default();
                spot.heading(title, id, &used, rng, &mut faults);
                let rest = lines[at + 1..]
                    .iter()
                    .position(|line| line.starts_with('#'))
                    .map_or(lines.len(), |next| at + 1 + next);
                if remedies.contains(&full) {
                    spot.remedy(&lines[at + 1..rest], &mut faults);
                }
                if let Some(above) = lines[..at].iter().rev().find_map(|line| heading(line)) {
                    let twice = line.replace(&format!("#{id}"), &format!("#{}", above.1));
                    faults.push(spot.fault("a heading with the id of the one above", twice));
                }
            } else {
                spot.line(rng, &mut faults);
            }
        }
        front_matter(path, text, rng, &mut faults);
    }
    faults
}

/// The title and the id of a heading.
fn heading(line: &str) -> Option<(&str, &str)> {
    let (title, id) = line.strip_prefix('#')?.split_once(" {: #")?;
    Some((title, id.trim_end().split([' ', '}']).next()?))
}

/// The lines that name a section, by `file.md#anchor` as it is seen from `articles/`.
fn uses(shipped: &Sources) -> BTreeMap<String, Vec<(String, usize)>> {
    let mut uses: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for (path, bytes) in shipped.iter().filter(|(path, _)| !path.starts_with("checks/")) {
        let own = path.strip_prefix("articles/").unwrap_or_default();
        for (at, line) in std::str::from_utf8(bytes).unwrap_or_default().lines().enumerate() {
            for (hash, _) in line.match_indices('#') {
                let file: String = line[..hash]
                    .chars()
                    .rev()
                    .take_while(|c| c.is_ascii_alphanumeric() || "-./".contains(*c))
                    .collect();
                let file: String = file.chars().rev().collect();
                let anchor: String =
                    line[hash + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                let file = match file.rsplit_once("../") {
                    Some((_, file)) => file.to_owned(),
                    None if file.is_empty() => own.to_owned(),
                    None => file,
                };
                uses.entry(format!("{file}#{anchor}")).or_default().push((path.to_owned(), at + 1));
            }
        }
    }
    uses
}

/// The sections that tell how a remedy goes.
fn remedies(shipped: &Sources) -> Vec<String> {
    let knowledge = Knowledge::compile(shipped, &probe::vocabulary()).knowledge;
    let remedies = knowledge.symptoms.values().flat_map(|symptom| &symptom.remedies);
    remedies.map(|remedy| format!("{}#{}", remedy.text.article, remedy.text.anchor)).collect()
}

struct Spot<'a> {
    path: &'a str,
    text: &'a str,
    number: usize,
    line: &'a str,
}

impl Spot<'_> {
    fn fault(&self, kind: &'static str, line: String) -> Fault {
        Fault::new(kind, self.path, with_line(self.text, self.number, &[line]), [self.number])
    }

    fn heading(&self, title: &str, id: &str, used: &[(String, usize)], rng: &mut Rng, faults: &mut Vec<Fault>) {
        let Self { line, .. } = *self;
        // The page's own id may be called anything as long as nothing leads to it.
        let matters = line.starts_with("## ") || !used.is_empty();
        if let Some(slipped) = slip(id, |_| false, rng).filter(|_| matters) {
            let changed = line.replace(&format!("#{id}"), &format!("#{slipped}"));
            faults.push(self.fault("an anchor with a slip where it is defined", changed).or_at(used.iter().cloned()));
        }
        faults.push(self.fault("a heading's id in the wrong form", format!("#{title}{{#{id}}}")));
        faults.push(self.fault("a heading's id without a blank", line.replace("{: #", "{:#")));
        faults.push(self.fault("a heading without its id", format!("#{title}")).or_at(used.iter().cloned()));
        if line.starts_with("## ") {
            faults.push(self.fault("a heading two levels down", line.replacen("## ", "#### ", 1)));
        }
    }

    /// Slips in a section that tells what to do.
    fn remedy(&self, body: &[&str], faults: &mut Vec<Fault>) {
        let Self { path, text, number, .. } = *self;
        let all: Vec<&str> = text.lines().collect();
        let whole = |lines: &[&str]| {
            let lines: Vec<&str> = [&all[..number], lines, &all[number + body.len()..]].concat();
            lines.join("\n") + "\n"
        };
        faults.push(Fault::new("a remedy without a text", path, whole(&[""]), [number]));
        let no_steps: Vec<&str> = body
            .iter()
            .copied()
            .filter(|line| !line.trim_start().starts_with(|c: char| c.is_ascii_digit()) && !line.starts_with("   "))
            .collect();
        if no_steps.len() < body.len() && no_steps.iter().any(|line| !line.trim().is_empty()) {
            faults.push(Fault::new("a remedy without steps", path, whole(&no_steps), [number]));
        }
    }

    fn line(&self, rng: &mut Rng, faults: &mut Vec<Fault>) {
        let Self { line, .. } = *self;
        if let Some(at) = line.find(".md#") {
            faults.push(self.fault("a link to a file that is not there", line.replacen(".md#", "s.md#", 1)));
            let end = line[at + 4..].find(')').map_or(line.len(), |end| at + 4 + end);
            if let Some(slipped) = slip(&line[at + 4..end], |_| false, rng) {
                let changed = format!("{}{slipped}{}", &line[..at + 4], &line[end..]);
                faults.push(self.fault("a link to a section that is not there", changed));
            }
        }
        if line.starts_with("1. ") {
            faults.push(self.fault("a picture without a word for it", format!("{line} ![](clock.png)")));
            faults.push(self.fault("a picture that is not there", format!("{line} ![The clock](clok.png)")));
            faults.push(self.fault("a link called here", format!("{line} See [here](https://example.org/).")));
            faults.push(self.fault("raw HTML", format!("{line}<br>")));
        }
        if line.contains("{service}") {
            let slipped = slip("service", |_| false, rng).unwrap();
            faults.push(self.fault(
                "a placeholder with a slip in an article",
                line.replacen("{service}", &format!("{{{slipped}}}"), 1),
            ));
        }
        if line.starts_with(char::is_uppercase) && line.ends_with('.') {
            faults
                .push(self.fault("a word in an article that people do not know", format!("{line} This is the HMAC.")));
        }
    }
}

fn front_matter(path: &str, text: &str, rng: &mut Rng, faults: &mut Vec<Fault>) {
    let lines: Vec<&str> = text.lines().collect();
    let Some(end) = lines.iter().skip(1).position(|line| *line == "---").map(|at| at + 2) else { return };
    for (at, line) in lines[..end].iter().enumerate().filter(|(_, line)| line.contains(": ")) {
        let spot = Spot { path, text, number: at + 1, line };
        let (key, value) = line.split_once(": ").unwrap();
        let whole: Vec<usize> = (1..=end).collect();
        if let Some(slipped) = slip(key, |_| false, rng) {
            faults.push(Fault {
                lines: whole.iter().map(|line| (path.to_owned(), *line)).collect(),
                ..spot.fault("front matter with a slip", format!("{slipped}: {value}"))
            });
        }
        faults.push(Fault::new("front matter with a line too few", path, with_line(text, at + 1, &[]), whole));
    }
    faults.push(Fault::new("front matter that does not end", path, with_line(text, end, &[]), 1..=end));
}

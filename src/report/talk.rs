//! A conversation as HTML, for any page that holds one.
//!
//! The one idea: a view becomes elements, and what differs from page to page (what is done with a question, how the text of
//! an article looks there) is asked of the page. Exactly one element has the id `step`: what the focus goes to when the step
//! is new. It must not read Markdown: a page in a browser has the text as HTML already.

use std::fmt::Write as _;

use super::xml::escaped;
use crate::knowledge::{Contact, Knowledge, Section, SectionRef};
use crate::speech::{Words, fill, phrase};
use crate::talk::{About, Block, Choose, Prompt, Told, Voice};

/// What a page adds to a conversation.
pub struct Frame<'a> {
    /// What articles, names and phrases come from.
    pub knowledge: &'a Knowledge,
    /// What the service calls things.
    pub words: &'a Words,
    /// The right time, as it stands in HTML; `None` where the page shows none.
    pub time: Option<&'a str>,
    /// The level of the heading of a step, 1 to 5.
    pub level: u8,
    /// What is asked for, around its heading, which is HTML.
    pub form: &'a dyn Fn(&Prompt, &str) -> String,
    /// The text of a section as HTML.
    pub prose: &'a dyn Fn(&SectionRef, &Section) -> String,
}

/// A conversation as it stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// All of it.
    pub html: String,
    /// What the step is about, as plain text; empty where it has no heading.
    pub step: String,
}

/// What is said, and what is asked for.
pub fn talk(said: &[Block], prompt: &Prompt, frame: &Frame<'_>) -> Written {
    let mut writer = Writer { frame, out: String::new(), step: None };
    let choose = prompt.choose();
    let is_question = choose.is_some_and(|choose| matches!(choose.about, About::Question(_)));
    // The words of a question in a script are the question.
    let spoken = said.iter().rposition(|block| matches!(block, Block::Voiced(Voice::Say | Voice::Ask, _)));
    let spoken = spoken.filter(|at| is_question && said[*at..].iter().all(is_lead));
    for (at, block) in said.iter().enumerate().filter(|(at, _)| Some(*at) != spoken) {
        let below_heading = at > 0 && matches!(said[at - 1], Block::Heading(_));
        writer.block(block, below_heading, choose.is_none());
    }
    let heading = match spoken.map(|at| &said[at]) {
        Some(Block::Voiced(voice, text)) => {
            let _ = writeln!(writer.out, "<p class=\"kicker\">{}</p>", writer.phrase(voice.phrase()));
            writer.heading(text)
        }
        _ => writer.question(prompt),
    };
    writer.out.push_str(&(frame.form)(prompt, &heading));
    if let Some(choose) = choose {
        writer.why(choose);
    }
    Written { html: writer.out, step: writer.step.unwrap_or_default() }
}

/// Whether a block belongs to the question that it leads to.
fn is_lead(block: &Block) -> bool {
    matches!(block, Block::Voiced(Voice::Say | Voice::Ask | Voice::Do, _) | Block::ReferenceTime(_))
}

struct Writer<'a, 'f> {
    frame: &'f Frame<'a>,
    out: String,
    /// What the step is about, once that has been said.
    step: Option<String>,
}

impl Writer<'_, '_> {
    /// A phrase as it stands in HTML.
    fn phrase(&self, id: &str) -> String {
        escaped(&self.plain(id))
    }

    fn plain(&self, id: &str) -> String {
        phrase(self.frame.knowledge, id, self.frame.words)
    }

    fn filled(&self, text: &str) -> String {
        fill(text, self.frame.words)
    }

    /// What the step is about, of plain text. The first one is what gets the focus.
    fn heading(&mut self, text: &str) -> String {
        let (level, id) = (self.frame.level, if self.step.is_some() { "" } else { " id=\"step\" tabindex=\"-1\"" });
        self.step.get_or_insert_with(|| text.to_owned());
        format!("<h{level}{id}>{}</h{level}>\n", escaped(text))
    }

    fn step(&mut self, text: &str) {
        let heading = self.heading(text);
        self.out.push_str(&heading);
    }

    /// A heading within the step, of HTML.
    fn inner(&self, text: &str) -> String {
        let level = self.frame.level + 1;
        format!("<h{level}>{text}</h{level}>\n")
    }

    /// What a prompt asks for or does, as a heading; after a remedy, which is the heading already, a sentence.
    fn question(&mut self, prompt: &Prompt) -> String {
        let ask = match prompt {
            Prompt::Choose(Choose { about: About::Remedy(_), ask, .. }) if self.step.is_some() => {
                return format!("<p class=\"after\"><strong>{}</strong></p>\n", escaped(ask));
            }
            Prompt::Choose(choose) | Prompt::Press { question: choose, .. } => choose.ask.clone(),
            Prompt::Code(says)
            | Prompt::Key(says)
            | Prompt::HowLongAgo(says)
            | Prompt::File(says)
            | Prompt::Password(says) => says.clone(),
            Prompt::Working { .. } | Prompt::Reference => self.plain("web-reading"),
            Prompt::Wait { .. } => self.plain("wait-idle"),
            Prompt::Done(_) => return String::new(),
        };
        self.heading(&ask)
    }

    /// Where nothing is asked any more, the first sentence is what the step is about.
    fn block(&mut self, block: &Block, below_heading: bool, is_last: bool) {
        match block {
            Block::Opening { title, rules, promises } => {
                let items: Vec<String> = rules.iter().chain(promises).map(|rule| escaped(rule)).collect();
                let _ = writeln!(
                    self.out,
                    "<details class=\"opening\" open><summary>{}</summary><ul><li>{}</li></ul></details>",
                    escaped(title),
                    items.join("</li><li>")
                );
            }
            Block::Title(text) | Block::Heading(text) => {
                let _ = writeln!(self.out, "<p class=\"kicker\">{}</p>", escaped(text));
            }
            Block::Paragraph(text) | Block::Turn(text) if is_last && self.step.is_none() => self.step(text),
            Block::Paragraph(text) | Block::Turn(text) => {
                let _ = writeln!(self.out, "<p>{}</p>", escaped(text));
            }
            Block::Finding(text) => {
                let _ = writeln!(self.out, "<p class=\"found\">{}</p>", escaped(text));
            }
            Block::Section(told) | Block::SectionBeside(told) => self.section(told, !is_last || below_heading),
            Block::Contact(contact) | Block::ContactBeside(contact) => self.contact(contact),
            Block::Voiced(voice, text) => self.voiced(*voice, text),
            Block::ReferenceTime(_) => {
                if let Some(time) = self.frame.time {
                    let _ = writeln!(self.out, "<p>{}</p>", self.phrase("reference-time").replace("{time}", time));
                }
            }
            Block::ToCopy { says, lines } => {
                let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
                let _ = writeln!(self.out, "<p>{}</p>\n<p>{}</p>", escaped(says), lines.join("<br>\n"));
            }
            Block::SupportCode { says, code } => {
                let _ = writeln!(self.out, "<p>{} <code>{}</code></p>", escaped(says), escaped(code));
            }
        }
    }

    fn section(&mut self, told: &Told, is_step: bool) {
        let knowledge = self.frame.knowledge;
        let at = knowledge.place(&told.section, told.app.as_deref());
        let Some(section) = knowledge.section(at) else { return };
        let title = self.filled(&section.title);
        if is_step {
            self.step(&title);
        } else {
            let title = self.inner(&escaped(&title));
            self.out.push_str(&title);
        }
        let body = (self.frame.prose)(at, section);
        let _ = writeln!(self.out, "<div class=\"prose\">\n{body}</div>");
    }

    fn contact(&mut self, contact: &Contact) {
        let bring: Vec<String> = contact.bring.iter().map(|thing| escaped(&self.filled(thing))).collect();
        let (says, ready, never) =
            (escaped(&self.filled(&contact.says)), self.phrase("have-ready"), self.phrase("never-give"));
        let (ready, bring) = (self.inner(&ready), bring.join("</li>\n<li>"));
        let _ = writeln!(self.out, "<p>{says}</p>\n{ready}<ul>\n<li>{bring}</li>\n</ul>\n<p>{never}</p>");
    }

    /// A text with whose words it is.
    fn voiced(&mut self, voice: Voice, text: &str) {
        let class = if voice == Voice::Note { "voice noted" } else { "voice" };
        let lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(escaped).collect();
        let (who, text) = (self.phrase(voice.phrase()), lines.join("</p><p>"));
        let _ = writeln!(self.out, "<div class=\"{class}\"><b>{who}</b><div><p>{text}</p></div></div>");
    }

    fn why(&mut self, choose: &Choose) {
        if let Some(why) = &choose.why {
            let (summary, why) = (self.phrase("why-asked"), escaped(why));
            let _ = writeln!(self.out, "<details class=\"why\"><summary>{summary}</summary><p>{why}</p></details>");
        }
    }
}

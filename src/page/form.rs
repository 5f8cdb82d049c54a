//! A view as HTML for a browser: what is said, one question with its answers, and the way so far.
//!
//! The one idea: all of it is plain HTML with native controls, and a control says in `data-do` or by its name what it does;
//! the script reads that and nothing else. Every text is escaped. It must not decide what comes next.

use std::fmt::Write as _;

use super::conversation::{Conversation, LARGEST_FILE};
use crate::knowledge::{Section, SectionRef};
use crate::report::{Frame, Written, escaped, talk};
use crate::talk::{Beside, Choose, Prompt};
use crate::verdict::UNSURE;

/// What keeps a browser from guessing, mending or sending away what is typed.
const PLAIN: &str = "autocomplete=\"off\" autocorrect=\"off\" autocapitalize=\"none\" spellcheck=\"false\" data-1p-ignore data-lpignore=\"true\"";
/// Where the script puts the right time.
const CLOCK: &str = "<time data-clock></time>";

/// What is asked for, in a word.
pub(super) fn kind(prompt: &Prompt) -> &'static str {
    match prompt {
        Prompt::Choose(_) => "choose",
        Prompt::Code(_) => "code",
        Prompt::Key(_) => "key",
        Prompt::HowLongAgo(_) => "ago",
        Prompt::File(_) => "file",
        Prompt::Password(_) => "password",
        Prompt::Working { .. } | Prompt::Reference => "working",
        Prompt::Press { .. } => "press",
        Prompt::Wait { .. } => "wait",
        Prompt::Done(_) => "done",
    }
}

/// All that is shown.
pub(super) fn written(conversation: &Conversation<'_>, prompt: &Prompt) -> Written {
    let form = Form { conversation };
    let mut out = String::new();
    if let Some(complaint) = conversation.complaint() {
        let (look, complaint) = (form.phrase("web-look-again"), escaped(complaint));
        let _ = writeln!(
            out,
            "<div class=\"error\" id=\"error\" role=\"alert\" tabindex=\"-1\"><h2>{look}</h2><p><a href=\"#field\">{complaint}</a></p></div>"
        );
    }
    if let Some(notice) = conversation.notice() {
        let alone = if conversation.is_framed() {
            format!(" <a href=\"\" target=\"_blank\" rel=\"noopener\">{}</a>", form.phrase("web-open-alone"))
        } else {
            String::new()
        };
        let _ = writeln!(out, "<p class=\"notice\" role=\"status\">{}{alone}</p>", escaped(notice));
    }
    let talked = conversation.talk();
    let asks = |prompt: &Prompt, heading: &str| form.around(prompt, heading);
    // What is Markdown elsewhere was made HTML when the page was published.
    let prose = |_: &SectionRef, section: &Section| section.body.clone();
    let frame = Frame {
        knowledge: talked.session().knowledge(),
        words: talked.words(),
        time: Some(CLOCK),
        level: 1,
        form: &asks,
        prose: &prose,
    };
    let Written { html, step } = talk(talked.said(), prompt, &frame);
    out.push_str(&html);
    out.push_str(&form.trail());
    Written { html: out, step }
}

struct Form<'a, 'k> {
    conversation: &'a Conversation<'k>,
}

impl Form<'_, '_> {
    fn phrase(&self, id: &str) -> String {
        escaped(&self.conversation.phrase(id))
    }

    /// The form of a prompt, around its heading.
    fn around(&self, prompt: &Prompt, heading: &str) -> String {
        let inner = match prompt {
            Prompt::Choose(choose) => self.choices(choose, heading) + &self.go(choose),
            Prompt::Press { says, question } => self.press(says, question, heading),
            Prompt::Code(_) => self.field("code", "text", "inputmode=\"numeric\"", heading) + &self.go_or_without(),
            Prompt::Key(_) => self.field("key", "text", "", heading) + &self.go_or_without(),
            Prompt::HowLongAgo(_) => self.field("when", "text", "", heading) + &self.go_or_without(),
            Prompt::Password(_) => self.field("password", "password", "", heading) + &self.go_or_without(),
            Prompt::File(_) => self.file(heading),
            Prompt::Working { .. } | Prompt::Reference => {
                let reading = self.phrase("web-reading");
                format!(
                    "<h1 id=\"step\" tabindex=\"-1\">{reading}</h1>\n<progress aria-label=\"{reading}\"></progress>\n"
                )
            }
            Prompt::Wait { .. } => format!(
                "{heading}<p class=\"countdown\" role=\"timer\" data-countdown></p>\n\
                 <p class=\"spoken\" role=\"status\" data-spoken></p>\n"
            ),
            Prompt::Done(_) => {
                let again = self.phrase("web-begin-again");
                return format!(
                    "<p class=\"buttons\"><button type=\"button\" data-do=\"again\">{again}</button></p>\n"
                ) + &self.back();
            }
        };
        format!("<form id=\"ask\" novalidate autocomplete=\"off\">\n{inner}</form>\n") + &self.back()
    }

    fn choices(&self, choose: &Choose, heading: &str) -> String {
        let unsure = choose.beside.iter().find(|(one, _)| *one == Beside::Unsure);
        let unsure = unsure.map(|(_, label)| (UNSURE, label.as_str()));
        let choices = choose.choices.iter().map(|(id, label)| (id.as_str(), label.as_str())).chain(unsure);
        let mut out = format!("<fieldset{}>\n<legend>{heading}</legend>\n", self.described());
        for (at, (id, label)) in choices.enumerate() {
            let field = if at == 0 { " id=\"field\"" } else { "" };
            let (id, label) = (escaped(id), escaped(label));
            let _ = writeln!(
                out,
                "<label class=\"choice\"><input type=\"radio\" name=\"choice\" value=\"{id}\"{field}> <span>{label}</span></label>"
            );
        }
        out + "</fieldset>\n"
    }

    fn go(&self, choose: &Choose) -> String {
        let mut out =
            format!("<p class=\"buttons\"><button class=\"go\">{}</button></p>\n", self.phrase("web-continue"));
        if choose.beside.iter().any(|(one, _)| *one == Beside::Note) {
            let (summary, label) = (self.phrase("add-note"), self.phrase("web-note"));
            let _ = writeln!(
                out,
                "<details><summary>{summary}</summary><label>{label}<textarea name=\"note\" rows=\"3\" {PLAIN}></textarea></label>\
                 <button type=\"button\" data-do=\"note\">{summary}</button></details>"
            );
        }
        out
    }

    fn go_or_without(&self) -> String {
        let (go, without) = (self.phrase("web-continue"), self.phrase("web-without"));
        format!(
            "<p class=\"buttons\"><button class=\"go\">{go}</button> <button type=\"button\" data-do=\"nothing\">{without}</button></p>\n"
        )
    }

    /// One line to be typed.
    fn field(&self, name: &str, kind: &str, more: &str, heading: &str) -> String {
        let described = self.described();
        format!(
            "{heading}<input id=\"field\" name=\"{name}\" type=\"{kind}\" aria-labelledby=\"step\"{described} {more} {PLAIN}>\n"
        )
    }

    /// What says that a field was not filled in rightly.
    fn described(&self) -> &'static str {
        if self.conversation.complaint().is_some() { " aria-invalid=\"true\" aria-describedby=\"error\"" } else { "" }
    }

    fn file(&self, heading: &str) -> String {
        let accept = if self.conversation.has_picture() { " accept=\"image/*\"" } else { "" };
        let [file, camera, off, hint, refused, paste] =
            ["web-file", "web-camera", "web-camera-off", "web-camera-hint", "web-camera-refused", "web-paste"]
                .map(|id| self.phrase(id));
        format!(
            "{heading}<p><label class=\"file\">{file} <input id=\"field\" name=\"file\" type=\"file\"{accept} data-most=\"{LARGEST_FILE}\"{}></label></p>\n\
             <p>{paste}</p>\n\
             <div class=\"camera\" data-camera hidden data-refused=\"{refused}\">\n\
             <button type=\"button\" data-do=\"camera\">{camera}</button>\n\
             <div hidden><p>{hint}</p><video muted playsinline aria-label=\"{camera}\"></video>\n\
             <button type=\"button\" data-do=\"camera-off\">{off}</button></div>\n<p role=\"status\"></p></div>\n\
             <p class=\"buttons\"><button type=\"button\" data-do=\"nothing\">{}</button></p>\n",
            self.described(),
            self.phrase("web-without"),
        )
    }

    /// A button to be pressed in time, and the question for who cannot.
    fn press(&self, says: &str, question: &Choose, heading: &str) -> String {
        let (now, says) = (self.phrase("web-now"), escaped(says));
        let choices = self.choices(question, heading);
        format!(
            "<p>{says}</p>\n<p class=\"buttons\"><button type=\"button\" class=\"go\" data-do=\"pressed\">{now}</button></p>\n{choices}"
        ) + &self.go(question)
    }

    fn back(&self) -> String {
        if !self.conversation.talk().can_go_back() {
            return String::new();
        }
        format!("<p class=\"back\"><button type=\"button\" data-do=\"back\">{}</button></p>\n", self.phrase("back"))
    }

    /// What was said, each with a way to say it otherwise.
    fn trail(&self) -> String {
        let trail = self.conversation.talk().trail();
        if trail.is_empty() {
            return String::new();
        }
        let (title, change) = (self.phrase("web-said-so-far"), self.phrase("web-change"));
        let mut out = format!("<details class=\"trail\"><summary>{title}</summary><ol>\n");
        for one in trail {
            let (asked, said) = (escaped(&one.asked), escaped(&one.said));
            let _ = write!(out, "<li><span>{asked}</span> <b>{said}</b>");
            if let Some(number) = one.number {
                let _ = write!(
                    out,
                    " <button type=\"button\" data-do=\"change\" data-number=\"{number}\">{change}<span class=\"spoken\">: {asked}</span></button>"
                );
            }
            out.push_str("</li>\n");
        }
        out + "</ol></details>\n"
    }
}

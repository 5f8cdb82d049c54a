//! A diagnosis as text for a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::words::{capital, count, fill, offset, one_in, percent};
use super::{Look, Subject, foreign, prose, words_of};
use crate::finding::{Detail, Fact, Source};
use crate::knowledge::{Cause, Knowledge, Question, Remedy};
use crate::session::{Next, Why};
use crate::verdict::{Conclusion, Evidence, EvidenceSource, Ranked};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const FAINT: Style = Style::new().dimmed();

pub(super) fn painted(text: &str, style: Style, styled: bool) -> String {
    if styled { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// The whole report: the cause, what to do, how sure that is and why.
pub fn text(subject: &Subject<'_>, look: Look) -> String {
    let mut page = Page::new(look);
    page.headline(subject);
    if subject.diagnosis.guesses.is_some() {
        return page.out;
    }
    page.next(subject);
    let certainty = certainty(subject);
    if !certainty.is_empty() {
        page.heading("How sure this is");
        for sentence in certainty {
            page.item(&sentence);
        }
    }
    for (heading, speaks) in [("What speaks for it", true), ("What speaks against it", false)] {
        let telling = telling(subject, speaks);
        if !telling.is_empty() {
            page.heading(heading);
            for piece in telling {
                page.item(&finding(piece, subject));
            }
        }
    }
    let clocks = super::clocks::sentences(subject);
    if !clocks.is_empty() {
        page.heading(super::clocks::HEADING);
        for clock in clocks {
            page.item(&clock);
        }
    }
    for note in &subject.diagnosis.notes {
        page.item(&format!("{}.", capital(note)));
    }
    page.out
}

/// One line for one of many cases.
pub fn line(subject: &Subject<'_>, look: Look) -> String {
    let verdict = &subject.diagnosis.verdict;
    let first = verdict.first();
    let style = style_of(verdict.conclusion);
    let id = foreign::plain(subject.diagnosis.id.as_deref().unwrap_or("-"));
    let conclusion = painted(&format!("{:<12}", verdict.conclusion.name()), style, look.styled);
    let alike = if verdict.family.is_some() { " or alike" } else { "" };
    let name = named(first) + alike;
    let mut line = format!("{conclusion} {:>13}  {:<32} {id}", percent(verdict.probability()), name);
    if let Some(Fact::Number(seconds)) = first.detail.get("offset_seconds") {
        let _ = write!(line, " ({})", offset(*seconds));
    }
    line
}

pub(super) const GUESSED: &str = "This looks like guessing";

/// Why there is no diagnosis.
pub(super) fn guessed(codes: usize) -> String {
    format!(
        "{codes} different codes were refused, and nothing explains any of the newest. No cause is named. If they are yours, stop guessing: some \
         services lock an account. If they are not, somebody else may be trying to get in."
    )
}

/// Causes less probable than this are not offered to a person.
const WORTH_NAMING: f64 = 0.05;
/// How many causes a person is offered at once.
const MOST_NAMED: usize = 4;

/// The causes to name while nothing is settled.
pub(super) fn worth_naming<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Ranked> {
    let causes = subject.diagnosis.verdict.causes.iter();
    causes.filter(|one| one.probability >= WORTH_NAMING).take(MOST_NAMED)
}

/// The title of a cause with those beside it.
pub(super) fn named_for_people(subject: &Subject<'_>, ranked: &Ranked) -> String {
    let mut name = title(subject, &ranked.cause);
    for with in &ranked.with {
        let _ = write!(name, ", and {}", uncapital(&title(subject, with)));
    }
    name
}

/// The id of a cause with those beside it.
fn named(ranked: &Ranked) -> String {
    let mut name = ranked.cause.clone();
    for with in &ranked.with {
        name.push_str(" + ");
        name.push_str(with);
    }
    name
}

/// A cause, why it happens and what helps, in the words of a service of the knowledge, or of any.
pub fn explain(
    knowledge: &Knowledge,
    cause: &Cause,
    remedies: &[&Remedy],
    service: Option<&str>,
    look: Look,
) -> String {
    let words = words_of(knowledge, service, None);
    let mut page = Page::new(look);
    page.title(&cause.title, BOLD);
    if let Some(section) = knowledge.section(&cause.text) {
        page.prose(&fill(&section.body, &Detail::default(), &words));
    }
    for remedy in remedies {
        let Some(section) = knowledge.section(&remedy.text) else { continue };
        page.heading(&section.title);
        page.prose(&fill(&section.body, &Detail::default(), &words));
    }
    page.out
}

fn style_of(conclusion: Conclusion) -> Style {
    match conclusion {
        Conclusion::Confirmed => GOOD,
        Conclusion::Likely => WARNING,
        Conclusion::Undetermined => BOLD,
    }
}

/// The title of a cause as people know it.
pub(super) fn title(subject: &Subject<'_>, cause: &str) -> String {
    let known = subject.symptom().and_then(|symptom| symptom.cause(cause));
    let text = known.map_or("Nothing that is known here explains this", |cause| cause.title.as_str());
    fill(text, &Detail::default(), &subject.words)
}

/// The cause and its details in sentences.
pub(super) fn sentences(subject: &Subject<'_>, ranked: &Ranked) -> Vec<String> {
    let symptom = subject.symptom();
    let mut sentences = Vec::new();
    for id in std::iter::once(&ranked.cause).chain(&ranked.with) {
        let says = symptom.and_then(|symptom| symptom.cause(id)).and_then(|cause| cause.says.as_deref());
        let filled = says.map(|says| fill(says, &ranked.detail, &subject.words));
        sentences.extend(filled.filter(|sentence| !sentence.contains('{')));
    }
    if let Some(Fact::Text(name)) = ranked.detail.get("entry") {
        let described = subject.entries.get(name).cloned().unwrap_or_else(|| "of another account".to_owned());
        sentences.push(format!("It is the entry {described}."));
    }
    if let Some(Fact::Text(look)) = ranked.detail.get("looks_like") {
        sentences.push(format!("That looks like {look}."));
    }
    sentences
}

/// How sure the verdict is, what else it could be, and what would settle it.
pub(super) fn certainty(subject: &Subject<'_>) -> Vec<String> {
    let verdict = &subject.diagnosis.verdict;
    let first = verdict.first();
    let mut sentences = Vec::new();
    if verdict.conclusion != Conclusion::Undetermined {
        sentences.push(format!("{}: {}", capital(verdict.conclusion.name()), percent(verdict.probability())));
    }
    if verdict.family.is_some() {
        sentences.push("That is for all causes that look alike in a code, taken together.".to_owned());
    }
    if first.codes > 0 {
        sentences.push(format!("That the match is mere luck: {}", one_in(verdict.chance)));
    }
    if !first.provable && first.codes > 0 {
        sentences.push("It cannot be proved without the secret that the service holds.".to_owned());
    }
    let second = verdict.runner_up().filter(|second| second.probability >= 0.000_5);
    if let Some(second) = second.filter(|_| verdict.conclusion != Conclusion::Undetermined) {
        sentences.push(format!("Next best: {} ({})", named_for_people(subject, second), percent(second.probability)));
    }
    if matches!(subject.diagnosis.next.why, Why::Settles) && first.codes > 0 {
        sentences.push("The next code that the app shows would settle it.".to_owned());
    }
    sentences
}

/// The evidence that tells the first cause from the others at all: for it, or against it.
pub(super) fn telling<'a>(subject: &Subject<'a>, speaks: bool) -> Vec<&'a Evidence> {
    let evidence = subject.diagnosis.verdict.evidence.iter();
    evidence.filter(|piece| if speaks { piece.ratio >= 1.05 } else { piece.ratio < 0.95 }).collect()
}

/// A piece of evidence as a sentence. It names counts and ratios, never a code.
pub(super) fn finding(piece: &Evidence, subject: &Subject<'_>) -> String {
    let times = ratio(piece.ratio);
    match piece.source {
        EvidenceSource::Probe(_) if piece.codes > 0 => format!(
            "{} of {} {} ({} {}): {times} by chance",
            piece.codes,
            subject.codes.max(piece.codes),
            if subject.codes.max(piece.codes) == 1 { "code fits" } else { "codes fit" },
            count(piece.tried),
            if piece.tried == 1 { "comparison" } else { "comparisons" },
        ),
        EvidenceSource::Probe(_) if piece.id == "code-match" => {
            format!("no code fits this: {times} by chance")
        }
        EvidenceSource::Probe(Source::Clock) => format!("what the clock of the device showed: {times} by chance"),
        EvidenceSource::Probe(Source::ServiceClock) => {
            format!("what the service's web page says of the time: {times} by chance")
        }
        EvidenceSource::Probe(_) => format!("{}: {times} by chance", piece.id),
        EvidenceSource::Answer => {
            let question = subject.symptom().and_then(|symptom| symptom.question(&piece.id));
            let answer = piece.value.as_deref().unwrap_or_default();
            format!("{}: {times} under the other causes", answered(question, &piece.id, answer, subject))
        }
        EvidenceSource::Remedy => {
            let remedy = subject.symptom().and_then(|symptom| symptom.remedy(&piece.id));
            let title = remedy.map_or_else(|| piece.id.clone(), |remedy| subject.title_of(remedy));
            format!("“{title}” did not help: {times} under the other causes")
        }
    }
}

fn answered(question: Option<&Question>, id: &str, answer: &str, subject: &Subject<'_>) -> String {
    let label = question.and_then(|question| question.answers.iter().find(|one| one.id == answer));
    match (question, label) {
        (Some(question), Some(label)) => {
            fill(&format!("{} {}", question.ask, label.label), &Detail::default(), &subject.words)
        }
        _ => format!("{id}: {answer}"),
    }
}

fn ratio(ratio: f64) -> String {
    match ratio {
        r if r >= 1e12 => "over a trillion times likelier than".to_owned(),
        r if r >= 1e9 => format!("{:.0} billion times likelier than", r / 1e9),
        r if r >= 1e6 => format!("{:.0} million times likelier than", r / 1e6),
        r if r >= 9_950.0 => format!("{:.0},000 times likelier than", r / 1e3),
        r if r >= 1.05 => format!("{} times likelier than", two_digits(r)),
        r if r > 0.95 => "as likely as".to_owned(),
        r if r > 1e-6 => format!("{} times less likely than", two_digits(1.0 / r)),
        _ => "over a million times less likely than".to_owned(),
    }
}

fn two_digits(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

/// A page being written.
pub(super) struct Page {
    pub(super) out: String,
    pub(super) look: Look,
}

impl Page {
    pub(super) fn new(look: Look) -> Self {
        Self { out: String::new(), look }
    }

    pub(super) fn title(&mut self, title: &str, style: Style) {
        for line in textwrap::wrap(title, self.look.width) {
            let _ = writeln!(self.out, "{}", painted(&line, style, self.look.styled));
        }
    }

    pub(super) fn heading(&mut self, heading: &str) {
        self.out.push('\n');
        self.title(heading, BOLD);
    }

    pub(super) fn item(&mut self, text: &str) {
        self.row("  · ", text);
    }

    /// A text behind a first column.
    pub(super) fn row(&mut self, first: &str, text: &str) {
        let rest = " ".repeat(first.chars().count());
        let options = textwrap::Options::new(self.look.width).initial_indent(first).subsequent_indent(&rest);
        self.out.push_str(&textwrap::fill(text, options));
        self.out.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.out.push_str(&textwrap::fill(text, self.look.width));
        self.out.push('\n');
    }

    pub(super) fn prose(&mut self, markdown: &str) {
        self.out.push_str(&prose::render(markdown, self.look.width, self.look.styled));
        self.out.push('\n');
    }

    fn headline(&mut self, subject: &Subject<'_>) {
        let verdict = &subject.diagnosis.verdict;
        let first = verdict.first();
        if let Some(id) = &subject.diagnosis.id {
            let id = painted(&foreign::plain(id), FAINT, self.look.styled);
            self.out.push_str(&id);
            self.out.push('\n');
        }
        if let Some(guesses) = subject.diagnosis.guesses {
            self.title(GUESSED, style_of(verdict.conclusion));
            self.paragraph(&guessed(guesses));
            return;
        }
        if verdict.conclusion == Conclusion::Undetermined {
            self.title("Not settled yet", style_of(verdict.conclusion));
            self.paragraph("With what is known so far it could be:");
            for ranked in worth_naming(subject) {
                self.item(&format!("{} ({})", named_for_people(subject, ranked), percent(ranked.probability)));
            }
            return;
        }
        let prefix = if verdict.conclusion == Conclusion::Likely { "Probably: " } else { "" };
        self.title(&format!("{prefix}{}", named_for_people(subject, first)), style_of(verdict.conclusion));
        let sentences = sentences(subject, first);
        if !sentences.is_empty() {
            self.paragraph(&sentences.join(" "));
        }
    }

    fn next(&mut self, subject: &Subject<'_>) {
        let symptom = subject.symptom();
        match &subject.diagnosis.next.next {
            Next::Remedy(id) => {
                let Some(remedy) = symptom.and_then(|symptom| symptom.remedy(id)) else { return };
                self.heading(&subject.title_of(remedy));
                if let Some(section) = subject.knowledge.section(&remedy.text) {
                    self.prose(&fill(&section.body, &Detail::default(), &subject.words));
                }
            }
            Next::Ask(id) => {
                let Some(question) = symptom.and_then(|symptom| symptom.question(id)) else { return };
                self.heading("To know more");
                self.paragraph(&fill(&question.ask, &Detail::default(), &subject.words));
                for answer in &question.answers {
                    self.item(&format!("{}  (--answer {id}={})", answer.label, answer.id));
                }
            }
            Next::Observe(_) => {
                self.heading("To know more");
                self.paragraph(
                    "Wait until the app shows its next code, and give that code too, with the time you read it.",
                );
                if subject.entries.is_empty() {
                    self.paragraph(
                        "If you can, give the entries of the app as well: the code may come from another one.",
                    );
                }
            }
            Next::Escalate(role) => {
                self.heading("What to do");
                if let Some(contact) = subject.contact(role) {
                    self.paragraph(&fill(&contact.says, &Detail::default(), &subject.words));
                    self.paragraph("Have ready:");
                    for thing in &contact.bring {
                        self.item(&fill(thing, &Detail::default(), &subject.words));
                    }
                }
            }
            Next::Nothing => {}
        }
    }
}

fn uncapital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().to_string() + characters.as_str())
}

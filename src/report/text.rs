//! A diagnosis as text for a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{Look, Subject, prose};
use crate::finding::{CODE_MATCH, Fact, Source};
use crate::knowledge::{Cause, Knowledge, Question, Remedy, capital};
use crate::session::{Diagnosis, Next, Note, Why};
use crate::speech::{Speech, fill, foreign, words_of};
use crate::verdict::{Conclusion, Evidence, EvidenceSource, Ranked, Verdict};

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const FAINT: Style = Style::new().dimmed();

pub(super) fn painted(text: &str, style: Style, styled: bool) -> String {
    if styled { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// The whole report: the cause, what to do, how sure that is and why.
pub fn text(subject: &Subject<'_>, look: Look) -> String {
    let mut page = TextPage::new(look);
    page.headline(subject);
    if subject.diagnosis.guesses.is_some() {
        return page.out;
    }
    page.next(subject);
    let speech = subject.speech();
    let certainty = certainty(subject);
    if !certainty.is_empty() {
        page.heading(speech.phrase("how-sure"));
        for sentence in certainty {
            page.item(&sentence);
        }
    }
    for (heading, speaks) in [("speaks-for", true), ("speaks-against", false)] {
        let telling = telling(subject, speaks);
        if !telling.is_empty() {
            page.heading(speech.phrase(heading));
            for piece in telling {
                page.item(&finding(piece, subject));
            }
        }
    }
    let clocks = super::clocks::sentences(subject);
    if !clocks.is_empty() {
        page.heading(speech.phrase("clocks"));
        for clock in clocks {
            page.item(&clock);
        }
    }
    for one in &subject.diagnosis.notes {
        page.item(&format!("{}.", capital(&note(one, subject))));
    }
    page.out
}

/// One line for one of many cases.
pub fn line(subject: &Subject<'_>, look: Look) -> String {
    let id = foreign::plain(subject.diagnosis.id.as_deref().unwrap_or("-"));
    let speech = subject.speech();
    let Some(verdict) = &subject.diagnosis.verdict else {
        let style = if subject.diagnosis.is_open() { BOLD } else { GOOD };
        let decided = painted(&format!("{:<12}", speech.phrase(decided(subject.diagnosis))), style, look.styled);
        let (r#do, of) = subject.diagnosis.step.next.told();
        return format!("{decided} {:>13}  {:<32} {id}", "", format!("{} {}", r#do, of.unwrap_or_default()).trim_end());
    };
    let first = verdict.first();
    let style = style_of(verdict.conclusion);
    let all = [Conclusion::Confirmed, Conclusion::Likely, Conclusion::Undetermined];
    let widest = all.map(|one| conclusion(one, speech).chars().count()).into_iter().max().unwrap_or(0);
    let conclusion = painted(&format!("{:<widest$}", conclusion(verdict.conclusion, speech)), style, look.styled);
    let mut name = named(first);
    if verdict.family.is_some() {
        name = speech.say("or-alike", &[("cause", &name)]);
    }
    let mut line = format!("{conclusion} {:>13}  {name:<32} {id}", speech.percent(verdict.probability()));
    if let Some(Fact::Number(seconds)) = first.detail.get("offset_seconds") {
        let _ = write!(line, " ({})", speech.offset(*seconds));
    }
    line
}

/// Why there is no diagnosis.
pub(super) fn guessed(codes: usize, speech: Speech<'_>) -> String {
    speech.say("guessing-codes", &[("count", &codes.to_string())])
}

/// Whether a table has decided: the id of a phrase.
pub(super) fn decided(diagnosis: &Diagnosis) -> &'static str {
    if diagnosis.is_open() { "conclusion-undetermined" } else { "conclusion-decided" }
}

/// A conclusion in a word.
pub(super) fn conclusion(conclusion: Conclusion, speech: Speech<'_>) -> &str {
    speech.phrase(match conclusion {
        Conclusion::Confirmed => "conclusion-confirmed",
        Conclusion::Likely => "conclusion-likely",
        Conclusion::Undetermined => "conclusion-undetermined",
    })
}

/// A note, as a sentence without its capital and its period.
pub(super) fn note(note: &Note, subject: &Subject<'_>) -> String {
    let speech = subject.speech();
    match note {
        Note::Unavailable { probe, reason } => {
            speech.say("unavailable", &[("probe", probe), ("reason", &speech.text(reason))])
        }
        Note::UnusedAnswers(unused) => speech.say("unused-answers", &[("count", &unused.to_string())]),
        Note::AllAccepted => speech.phrase("all-accepted").to_owned(),
    }
}

/// Causes less probable than this are not offered to a person.
const WORTH_NAMING: f64 = 0.05;
/// How many causes a person is offered at once.
const MOST_NAMED: usize = 4;

/// The causes to name while nothing is settled.
pub(super) fn worth_naming<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Ranked> {
    let causes = subject.diagnosis.verdict.iter().flat_map(|verdict| &verdict.causes);
    causes.filter(|one| one.probability >= WORTH_NAMING).take(MOST_NAMED)
}

/// The title of a cause with those beside it.
pub(super) fn named_for_people(subject: &Subject<'_>, ranked: &Ranked) -> String {
    let mut name = title(subject, &ranked.cause);
    for with in &ranked.with {
        let second = uncapital(&title(subject, with));
        name = subject.speech().say("cause-with", &[("first", &name), ("second", &second)]);
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
    let mut page = TextPage::new(look);
    page.title(&cause.title, BOLD);
    if let Some(section) = knowledge.section(&cause.text) {
        page.prose(&fill(&section.body, &words));
    }
    for remedy in remedies {
        let Some(section) = knowledge.section(&remedy.text) else { continue };
        page.heading(&section.title);
        page.prose(&fill(&section.body, &words));
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
    let text = known.map_or_else(|| subject.speech().phrase("unknown-cause"), |cause| cause.title.as_str());
    fill(text, &subject.words)
}

/// What is said of the family that is concluded, where it has words of its own.
fn family(subject: &Subject<'_>) -> Option<String> {
    let verdict = subject.diagnosis.verdict.as_ref()?;
    let (family, first) = (verdict.family.as_ref()?, verdict.first());
    subject.speech().family(family, &title(subject, &first.cause), &first.detail, &subject.words)
}

/// The first cause as a heading; as one of several, where its family is what is concluded and has words of its own.
pub(super) fn headline(subject: &Subject<'_>, verdict: &Verdict) -> String {
    let cause = named_for_people(subject, verdict.first());
    match family(subject) {
        Some(_) => subject.speech().say("or-alike", &[("cause", &cause)]),
        None => cause,
    }
}

/// The cause and its details in sentences.
pub(super) fn sentences(subject: &Subject<'_>, ranked: &Ranked) -> Vec<String> {
    let (symptom, speech) = (subject.symptom(), subject.speech());
    let mut sentences: Vec<String> = family(subject).into_iter().collect();
    let first = sentences.is_empty().then_some(&ranked.cause);
    for id in first.into_iter().chain(&ranked.with) {
        let says = symptom.and_then(|symptom| symptom.cause(id)).and_then(|cause| cause.says.as_deref());
        let filled = says.map(|says| speech.fill(says, &ranked.detail, &subject.words));
        sentences.extend(filled.filter(|sentence| !sentence.contains('{')));
    }
    if let Some(Fact::Text(name)) = ranked.detail.get("entry") {
        let described = subject.entries.get(name).map_or_else(|| speech.phrase("entry-elsewhere"), String::as_str);
        sentences.push(speech.say("entry-is", &[("entry", described)]));
    }
    if let Some(Fact::Text(look)) = ranked.detail.get("looks_like") {
        sentences.push(speech.say("looks-like", &[("look", &speech.text(look))]));
    }
    sentences
}

/// How sure the verdict is, what else it could be, and what would settle it.
pub(super) fn certainty(subject: &Subject<'_>) -> Vec<String> {
    let speech = subject.speech();
    let Some(verdict) = &subject.diagnosis.verdict else {
        let decided = (!subject.diagnosis.is_open()).then(|| speech.phrase("by-rule").to_owned());
        return decided.into_iter().collect();
    };
    let first = verdict.first();
    let mut sentences = Vec::new();
    if verdict.conclusion != Conclusion::Undetermined {
        let conclusion = capital(conclusion(verdict.conclusion, speech));
        let percent = speech.percent(verdict.probability());
        sentences.push(speech.say("conclusion-at", &[("conclusion", &conclusion), ("percent", &percent)]));
    }
    if verdict.family.is_some() {
        sentences.push(speech.phrase("family-sum").to_owned());
    }
    if first.codes > 0 {
        sentences.push(speech.say("luck", &[("odds", &speech.one_in(verdict.chance))]));
    }
    if !first.provable && first.codes > 0 {
        sentences.push(speech.phrase("not-provable").to_owned());
    }
    let second = verdict.runner_up().filter(|second| second.probability >= 0.000_5);
    if let Some(second) = second.filter(|_| verdict.conclusion != Conclusion::Undetermined) {
        let (cause, percent) = (named_for_people(subject, second), speech.percent(second.probability));
        sentences.push(speech.say("next-best", &[("cause", &cause), ("percent", &percent)]));
    }
    if matches!(subject.diagnosis.step.why, Why::Settles) && first.codes > 0 {
        sentences.push(speech.phrase("next-code").to_owned());
    }
    sentences
}

/// The evidence that tells the first cause from the others at all: for it, or against it.
pub(super) fn telling<'a>(subject: &Subject<'a>, speaks: bool) -> Vec<&'a Evidence> {
    let evidence = subject.diagnosis.verdict.iter().flat_map(|verdict| &verdict.evidence);
    evidence.filter(|piece| if speaks { piece.ratio >= 1.05 } else { piece.ratio < 0.95 }).collect()
}

/// A piece of evidence as a sentence. It names counts and ratios, never a code.
pub(super) fn finding(piece: &Evidence, subject: &Subject<'_>) -> String {
    let speech = subject.speech();
    let by_chance = matches!(piece.source, EvidenceSource::Probe(_));
    let ratio = ratio(piece.ratio, if by_chance { "base-chance" } else { "base-others" }, speech);
    let ratio = ("ratio", ratio.as_str());
    match piece.source {
        EvidenceSource::Probe(_) if piece.codes > 0 => {
            let comparisons = speech.counted("comparisons", piece.tried, &[]);
            let matched = piece.codes.to_string();
            let values = [("matched", matched.as_str()), ("comparisons", &comparisons), ratio];
            speech.counted("finding-codes", subject.codes.max(piece.codes) as u64, &values)
        }
        EvidenceSource::Probe(_) if piece.id == CODE_MATCH => speech.say("finding-no-code", &[ratio]),
        EvidenceSource::Probe(Source::Clock) => speech.say("finding-clock", &[ratio]),
        EvidenceSource::Probe(Source::Entries) => speech.say("finding-entries", &[ratio]),
        EvidenceSource::Probe(Source::ServiceClock) => speech.say("finding-service-clock", &[ratio]),
        EvidenceSource::Probe(_) => speech.say("finding-other", &[("what", &piece.id), ratio]),
        EvidenceSource::Answer => {
            let question = subject.symptom().and_then(|symptom| symptom.question(&piece.id));
            let answer = piece.value.as_deref().unwrap_or_default();
            speech.say("finding-other", &[("what", &answered(question, &piece.id, answer, subject)), ratio])
        }
        EvidenceSource::Remedy | EvidenceSource::Helped => {
            let helped = piece.source == EvidenceSource::Helped;
            let remedy = subject.symptom().and_then(|symptom| symptom.remedy(&piece.id));
            let title = remedy.map_or_else(|| piece.id.clone(), |remedy| subject.title_of(remedy));
            let said = if helped { "finding-helped" } else { "finding-remedy" };
            speech.say(said, &[("remedy", &title), ratio])
        }
    }
}

fn answered(question: Option<&Question>, id: &str, answer: &str, subject: &Subject<'_>) -> String {
    let label = question.and_then(|question| question.answers.iter().find(|one| one.id == answer));
    match (question, label) {
        (Some(question), Some(label)) => fill(&format!("{} {}", question.ask, label.label), &subject.words),
        _ => format!("{id}: {answer}"),
    }
}

/// How much likelier something is than by chance, or under the other causes: `base` is the phrase for which.
fn ratio(ratio: f64, base: &str, speech: Speech<'_>) -> String {
    let base = ("base", speech.phrase(base));
    let say = |id: &str, number: &str| speech.say(id, &[("number", number), base]);
    match ratio {
        r if r >= 1e12 => say("likelier-tiny", ""),
        r if r >= 9_950.0 => say("likelier", &speech.roughly(r)),
        r if r >= 1.05 => say("likelier", &two_digits(r, speech)),
        r if r > 0.95 => say("as-likely", ""),
        r if r > 1e-6 => say("less-likely", &two_digits(1.0 / r, speech)),
        _ => say("less-likely-tiny", ""),
    }
}

fn two_digits(value: f64, speech: Speech<'_>) -> String {
    speech.decimal(value, usize::from(value < 10.0))
}

/// A page being written.
pub(super) struct TextPage {
    pub(super) out: String,
    pub(super) look: Look,
}

impl TextPage {
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
        let speech = subject.speech();
        if let Some(id) = &subject.diagnosis.id {
            let id = painted(&foreign::plain(id), FAINT, self.look.styled);
            self.out.push_str(&id);
            self.out.push('\n');
        }
        let Some(verdict) = &subject.diagnosis.verdict else {
            let title = subject.symptom().map_or_else(String::new, |symptom| fill(&symptom.title, &subject.words));
            return self.title(&title, if subject.diagnosis.is_open() { BOLD } else { GOOD });
        };
        let first = verdict.first();
        if let Some(guesses) = subject.diagnosis.guesses {
            self.title(speech.phrase("guessing"), style_of(verdict.conclusion));
            self.paragraph(&guessed(guesses, speech));
            return;
        }
        if verdict.conclusion == Conclusion::Undetermined {
            self.title(speech.phrase("not-settled"), style_of(verdict.conclusion));
            self.paragraph(speech.phrase("could-be"));
            for ranked in worth_naming(subject) {
                self.item(&format!("{} ({})", named_for_people(subject, ranked), speech.percent(ranked.probability)));
            }
            return;
        }
        let mut cause = headline(subject, verdict);
        if verdict.conclusion == Conclusion::Likely {
            cause = speech.say("probably-cause", &[("cause", &cause)]);
        }
        self.title(&cause, style_of(verdict.conclusion));
        let sentences = sentences(subject, first);
        if !sentences.is_empty() {
            self.paragraph(&sentences.join(" "));
        }
    }

    fn next(&mut self, subject: &Subject<'_>) {
        let (symptom, speech) = (subject.symptom(), subject.speech());
        match &subject.diagnosis.step.next {
            Next::Remedy(id) => self.remedy(subject, id),
            Next::Ask(id) => {
                let Some(question) = symptom.and_then(|symptom| symptom.question(id)) else { return };
                self.heading(speech.phrase("to-know-more"));
                self.paragraph(&fill(&question.ask, &subject.words));
                for answer in &question.answers {
                    self.item(&format!("{}  (--answer {id}={})", answer.label, answer.id));
                }
            }
            Next::Observe(_) => {
                self.heading(speech.phrase("to-know-more"));
                self.paragraph(speech.phrase("give-next-code"));
                if subject.entries.is_empty() {
                    self.paragraph(speech.phrase("give-entries"));
                }
            }
            Next::GoOn(then) => {
                self.heading(speech.phrase("what-to-do"));
                let title = subject.knowledge.symptoms.get(then).map_or(then, |symptom| &symptom.title);
                self.paragraph(&speech.say("another-way", &[("trouble", &fill(title, &subject.words)), ("id", then)]));
            }
            Next::Escalate { role, remedy } => {
                if let Some(remedy) = remedy {
                    self.remedy(subject, remedy);
                }
                self.heading(speech.phrase("what-to-do"));
                if let Some(contact) = subject.knowledge.contact(subject.service, role) {
                    self.paragraph(&fill(&contact.says, &subject.words));
                    self.paragraph(speech.phrase("have-ready-list"));
                    for thing in &contact.bring {
                        self.item(&fill(thing, &subject.words));
                    }
                }
            }
            Next::Nothing | Next::Done | Next::ChooseSymptom | Next::VerifyIdentity => {}
        }
    }

    fn remedy(&mut self, subject: &Subject<'_>, id: &str) {
        let Some(remedy) = subject.symptom().and_then(|symptom| symptom.remedy(id)) else { return };
        self.heading(&subject.title_of(remedy));
        if let Some(section) = subject.knowledge.section(&remedy.text) {
            self.prose(&fill(&section.body, &subject.words));
        }
    }
}

/// Without a capital at the beginning.
pub(super) fn uncapital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().to_string() + characters.as_str())
}

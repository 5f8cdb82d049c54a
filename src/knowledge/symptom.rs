//! `symptoms/*.yaml`: the questions, remedies and outcomes of one symptom, and the order of its causes.
//!
//! The one idea: each item is read for itself and left out if it has an error, but never the rest with it; only a
//! first-match table stands or falls as a whole, because a missing row would change what the next one means.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::base::{Base, COMMON, ERRORS};
use super::cause::{self, CauseFile, ReadCause};
use super::condition::{Questions, all, condition};
use super::fields::{Fields, list, sound, text};
use super::frequency::{NEVER, OTHERS, fixes, given};
use super::model::{
    Answer, Cause, Condition, Decide, Implied, MeasuredBy, Outcome, Question, Remedy, SectionRef, Symptom,
};
use super::names::{Names, Parts};
use super::report::{ANOTHER_ID, Report};
use super::yaml::{Key, Node, NodeKind};
use super::{flags, safety, wording};

/// How a symptom comes to its end.
pub(super) const DECIDE: &[&str] = &["weigh", "first-match"];

/// What a symptom's items may mention.
pub(super) struct SymptomScope<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) base: &'a Base,
    causes: BTreeSet<String>,
    remedies: BTreeSet<String>,
    pub(super) questions: Questions,
    /// Those that nobody is asked.
    noted: BTreeSet<String>,
    root: &'a Node,
}

impl<'a> SymptomScope<'a> {
    fn of(root: &'a Node, files: &[CauseFile], names: &'a Names<'a>, base: &'a Base) -> Self {
        let causes = root.get("causes").into_iter().flat_map(Node::keys);
        let causes = causes.chain(files.iter().filter_map(CauseFile::id)).map(str::to_owned);
        let causes = causes.chain(names.strays.iter().cloned()).collect();
        let Parts { questions, noted, remedies, .. } = Parts::of(root);
        let remedies = remedies.into_keys().collect();
        Self { names, base, causes, remedies, questions, noted, root }
    }

    pub(super) fn has_remedy(&self, id: &str) -> bool {
        self.remedies.contains(id)
    }

    /// Whether something stands at the end of that way through the symptom's file.
    pub(super) fn says(&self, way: &[&str]) -> bool {
        way.iter().try_fold(self.root, |node, name| node.get(name)).is_some()
    }

    /// Checks that the symptom has this remedy.
    pub(super) fn remedy(&self, id: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
        self.names.known(self.remedies.iter(), ("KB106", "remedy"), id, span, report)
    }

    /// Checks that the symptom has this question.
    pub(super) fn question(&self, id: &str, span: &Range<usize>, report: &mut Report) -> Option<()> {
        self.names.known(self.questions.keys(), ("KB103", "question"), id, span, report)
    }

    pub(super) fn condition(&self, node: Option<&Node>, report: &mut Report) -> Option<Condition> {
        condition(node, &self.questions, self.names, report)
    }

    /// A condition that is asked for where it is not known yet.
    fn asked(&self, node: Option<&Node>, report: &mut Report) -> Option<Condition> {
        let clauses = node.map_or(&[][..], Node::entries).iter();
        for (fact, _) in clauses.filter(|(fact, _)| self.noted.contains(&fact.text)) {
            let message = format!("`{}` is noted by the session, and nobody can be asked it", fact.text);
            report.error_with_help("KB103", &fact.span, message, "it can stand in `only-when` and `unless`");
        }
        self.condition(node, report)
    }

    /// Answers that follow from something: to questions of any symptom, since sessions go from one to another.
    fn implied(&self, node: Option<&Node>, report: &mut Report) -> Option<Implied> {
        let entries = node.map_or(&[][..], Node::entries);
        let known = if entries.is_empty() { BTreeMap::new() } else { self.names.questions() };
        all(entries.iter().map(|(fact, value)| {
            let Some(answers) = known.get(fact.text.as_str()) else {
                report.unknown("KB103", &fact.span, "question", &fact.text, known.keys().copied());
                return None;
            };
            let answer = text(value)?;
            if !answers.contains(answer.as_str()) {
                let what = format!("answer of `{}`", fact.text);
                report.unknown("KB103", &value.span, &what, &answer, answers.iter().copied());
                return None;
            }
            Some((fact.text.clone(), answer))
        }))
    }

    /// The symptom to go on with, if one is named; `Err` where it is not known, so that its item is left out.
    fn leads_to(&self, fields: Fields, report: &mut Report) -> Result<Option<String>, ()> {
        match fields.get("then") {
            Some(_) => target(fields, self, report).map(Some).ok_or(()),
            None => Ok(None),
        }
    }

    fn cause(&self, key: &Key, report: &mut Report) -> Option<()> {
        self.names.known(self.causes.iter(), ("KB102", "cause"), &key.text, &key.span, report)
    }

    /// A text for people, with its place.
    pub(super) fn said<'n>(&self, fields: Fields<'n>, name: &str, report: &mut Report) -> Option<(String, &'n Node)> {
        let node = fields.get(name)?;
        let said = text(node)?;
        wording::check_span(&node.span, &[], self.names, &self.base.vetted, report);
        Some((said, node))
    }

    pub(super) fn section(&self, fields: Fields, name: &str, report: &mut Report) -> Option<SectionRef> {
        let node = fields.get(name)?;
        self.names.section(&text(node)?, &node.span, report)
    }
}

/// Reads one symptom and the files of its causes, with the place of its id.
pub(super) fn read(
    root: &Node,
    files: &mut [CauseFile],
    names: &Names,
    base: &Base,
    report: &mut Report,
) -> Option<(Symptom, Range<usize>)> {
    let scope = SymptomScope::of(root, files, names, base);
    let fields = Fields::of(root);
    let at = fields.get("symptom").map_or(root.span.clone(), |node| node.span.clone());
    let heading = scope.section(fields, "heading", report);
    let decide = match fields.get("decide") {
        None => Some(Decide::Weigh),
        Some(_) => fields.word("decide", DECIDE).map(|at| [Decide::Weigh, Decide::FirstMatch][at]),
    };
    let told =
        |files: &[CauseFile], question: &str, answer: &str| files.iter().any(|file| file.speaks_of(question, answer));
    let remedies = sound(fields.items("remedies"), report, |key, node, report| remedy(key, node, &scope, report));
    let questions = sound(fields.items("questions"), report, |key, node, report| {
        question(key, node, &scope, |answer| told(files, &key.text, answer), report)
    });
    let mut causes: Vec<ReadCause> = unnamed(sound(fields.items("causes"), report, |key, node, report| {
        cause::of_first_form(key, node, &scope, report)
    }));
    for file in &mut *files {
        if let Some(first) = causes.iter().find(|read| Some(read.cause.id.as_str()) == file.id()) {
            let at = file.root.get("cause").map_or(0..0, |node| node.span.clone());
            let message = format!("duplicate id `{}`: another file, or the symptom itself, has it", first.cause.id);
            file.report.error_with_help("KB101", &at, message, ANOTHER_ID);
        } else {
            causes.extend(file.read(&scope));
        }
    }
    let causes = put_in_order(causes, fields, &scope, report);
    let outcomes = outcomes(fields, &scope, report);
    let then = fields.get("when-exhausted").and_then(|node| target(Fields::of(node), &scope, report));
    let implies = scope.implied(fields.get("implies"), report);
    check_causes(root, files, report);
    if decide == Some(Decide::Weigh) {
        safety::check_recovery(root, report);
    }

    let (mut remedies, mut questions) = (unnamed(remedies), unnamed(questions));
    let causes = spread(causes, &mut remedies, &mut questions);
    let heading = heading?;
    let title = names.articles.get(&heading.article)?.section(&heading.anchor)?.title.clone();
    let (id, decide, outcomes) = (fields.id("symptom")?, decide?, outcomes?);
    Some((Symptom { id, title, heading, decide, causes, remedies, questions, outcomes, then, implies: implies? }, at))
}

fn unnamed<T>(items: Vec<(String, T)>) -> Vec<T> {
    items.into_iter().map(|(_, one)| one).collect()
}

/// The causes in the order that the symptom lists; one that it does not list follows those that are as common.
fn put_in_order(
    mut causes: Vec<ReadCause>,
    fields: Fields,
    scope: &SymptomScope,
    report: &mut Report,
) -> Vec<ReadCause> {
    let mut ordered: Vec<ReadCause> = Vec::with_capacity(causes.len());
    let mut listed = BTreeSet::new();
    for node in fields.list("causes") {
        let Some(id) = text(node) else { continue };
        if !listed.insert(id.clone()) {
            report.error("KB101", &node.span, format!("`{id}` a second time: expected each cause once"));
        } else if scope.names.known(scope.causes.iter(), ("KB102", "cause"), &id, &node.span, report).is_some() {
            let found = causes.iter().position(|read| read.cause.id == id);
            ordered.extend(found.map(|at| causes.remove(at)));
        }
    }
    // Those of the first form stand in their order.
    if listed.is_empty() && !fields.items("causes").is_empty() {
        let own = |read: &ReadCause| fields.items("causes").iter().any(|(key, _)| key.text == read.cause.id);
        let (first, others): (Vec<_>, Vec<_>) = causes.into_iter().partition(own);
        (ordered, causes) = (first, others);
    }
    causes.sort_by(|a, b| b.cause.weight.total_cmp(&a.cause.weight).then_with(|| a.cause.id.cmp(&b.cause.id)));
    for read in causes {
        let behind = ordered.iter().rposition(|other| other.cause.weight >= read.cause.weight);
        ordered.insert(behind.map_or(0, |at| at + 1), read);
    }
    ordered
}

/// Gives what the causes tell to the answers and remedies that it is about, in the order of the causes. What was left out
/// is not mentioned either.
fn spread(causes: Vec<ReadCause>, remedies: &mut [Remedy], questions: &mut [Question]) -> Vec<Cause> {
    for ReadCause { cause, tells, helped_by } in &causes {
        for (id, often) in helped_by {
            if let Some(remedy) = remedies.iter_mut().find(|remedy| remedy.id == *id) {
                remedy.fixes.push((cause.id.clone(), *often));
            }
        }
        for cause::Tell { question, answer, often } in tells {
            let question = questions.iter_mut().find(|one| one.id == *question);
            let answer = question.and_then(|question| question.answers.iter_mut().find(|one| one.id == *answer));
            if let Some(answer) = answer {
                answer.given.push((cause.id.clone(), *often));
            }
        }
    }
    let causes: Vec<Cause> = causes.into_iter().map(|read| read.cause).collect();
    let place = |id: &str| causes.iter().position(|cause| cause.id == id);
    for remedy in remedies {
        in_order(&mut remedy.fixes, place);
    }
    for answer in questions.iter_mut().flat_map(|question| &mut question.answers) {
        in_order(&mut answer.given, place);
    }
    causes
}

fn in_order(numbers: &mut Vec<(String, f64)>, place: impl Fn(&str) -> Option<usize>) {
    numbers.retain(|(cause, _)| place(cause).is_some());
    numbers.sort_by_key(|(cause, _)| place(cause));
}

/// How common the causes are: not all alike, and the order that is written says the same as the words.
fn check_causes(root: &Node, files: &[CauseFile], report: &mut Report) {
    let place = |node: &Node| COMMON.iter().position(|one| Some(*one) == node.as_str());
    let of_file = |id: &str| {
        let file = files.iter().find(|file| file.id() == Some(id))?;
        place(file.root.get("common")?)
    };
    let mut common: Vec<(Range<usize>, usize)> = match root.get("causes").map(|node| (node, &node.kind)) {
        Some((_, NodeKind::Map(causes))) => {
            let words = causes.iter().filter_map(|(_, cause)| cause.get("common"));
            words.filter_map(|word| Some((word.span.clone(), place(word)?))).collect()
        }
        Some((node, _)) => {
            let listed = list(node).iter();
            listed.filter_map(|node| Some((node.span.clone(), of_file(node.as_str()?)?))).collect()
        }
        None => Vec::new(),
    };
    for pair in common.windows(2).filter(|pair| pair[0].1 > pair[1].1) {
        let message = format!(
            "order and words disagree: a cause that is {} after one that is {}",
            COMMON[pair[1].1], COMMON[pair[0].1]
        );
        report.warning("KB405", &pair[1].0, message, "list what is most common first");
    }
    let at = root.get("symptom").map_or(0..0, |node| node.span.clone());
    if common.is_empty() {
        let words = files.iter().filter_map(|file| place(file.root.get("common")?));
        common.extend(words.map(|word| (at.clone(), word)));
    }
    if let [(first, place), rest @ ..] = &common[..]
        && rest.len() > 1
        && rest.iter().all(|(_, other)| other == place)
    {
        let message = format!("all {} causes are equally common: expected some to be more so", common.len());
        report.warning("KB402", first, message, "what is common is asked for and tried first");
    }
}

fn remedy(key: &Key, node: &Node, scope: &SymptomScope, report: &mut Report) -> Option<Remedy> {
    let fields = Fields::of(node);
    let told = scope.section(fields, "text", report);
    let agent = fields.get("agent").map(|_| scope.section(fields, "agent", report));
    let effort = fields.get("effort").and_then(|node| scope.base.scales.effort.number(node));
    let needs = scope.asked(fields.get("needs"), report);
    let only_when = scope.condition(fields.get("only-when"), report);
    let unless = scope.condition(fields.get("unless"), report);
    let brings = scope.implied(fields.get("brings"), report);
    let then = scope.leads_to(fields, report);
    let fixes = fixes(fields.items("fixes"), &scope.base.scales.given, report, |key, report| scope.cause(key, report));
    Some(Remedy {
        id: key.text.clone(),
        text: told?,
        agent: agent.flatten(),
        effort: effort?,
        destructive: fields.flag("destructive"),
        resets_factor: fields.flag("resets-factor"),
        needs: needs?,
        unless: unless?,
        only_when: only_when?,
        fixes,
        brings: brings?,
        then: then.ok()?,
    })
}

fn question(
    key: &Key,
    node: &Node,
    scope: &SymptomScope,
    is_told: impl Fn(&str) -> bool,
    report: &mut Report,
) -> Option<Question> {
    let fields = Fields::of(node);
    let ask = scope.said(fields, "ask", report);
    let agent = scope.said(fields, "agent", report);
    if let Some((sentence, node)) = &agent {
        safety::check_agent(sentence, &node.span, report);
    }
    for (sentence, node) in ask.iter().chain(&agent) {
        safety::check_wording(sentence, &node.span, report);
        wording::check_question(sentence, &node.span, report);
    }
    let why = scope.said(fields, "why", report);
    let cost = match fields.get("cost") {
        Some(node) => scope.base.scales.cost.number(node),
        None => scope.base.scales.cost.least(),
    };
    let errs = scope.base.errors[fields.word("answered-from", ERRORS).unwrap_or(0)];
    flags::check(key, node, scope.root, report);
    let only_when = scope.condition(fields.get("only-when"), report);
    wording::check_answers(fields.items("answers"), report);
    let answers = sound(fields.items("answers"), report, |key, node, report| {
        answer(key, node, scope, is_told(&key.text), report)
    });
    let said = |one: Option<(String, &Node)>| one.map(|(said, _)| said);
    Some(Question {
        id: key.text.clone(),
        ask: said(ask)?,
        agent: said(agent),
        why: said(why),
        cost: cost?,
        errs,
        first: fields.flag("first"),
        with_time: fields.flag("with-time"),
        noted: fields.flag("noted"),
        measured_by: fields.word("measured-by", &MeasuredBy::NAMES).map(|at| MeasuredBy::ALL[at]),
        only_when: only_when?,
        answers: unnamed(answers),
    })
}

/// `is_told`: a cause has a word for it in its own file.
fn answer(key: &Key, node: &Node, scope: &SymptomScope, is_told: bool, report: &mut Report) -> Option<Answer> {
    let fields = Fields::of(node);
    let label = scope.said(fields, "label", report);
    let words = fields.items("given").iter().map(|(_, word)| word).chain(fields.get(OTHERS));
    let others = fields.get(OTHERS).or_else(|| fields.get("given")?.get(OTHERS));
    if others.is_some() && !is_told && words.into_iter().all(|word| word.as_str() == Some(NEVER)) {
        report.error("KB308", &key.span, "an answer that nobody gives: it is `never` for every cause");
    } else if let Some(others) = fields.get(OTHERS) {
        cause::tell_never(others, report);
    }
    let scale = &scope.base.scales.given;
    let given = given(fields.items("given"), scale, report, |key, report| scope.cause(key, report));
    let others = fields.get(OTHERS).map_or(given.others, |word| scale.number(word));
    let locked_out = fields.flag("locked-out");
    let (implies, then) = (scope.implied(fields.get("implies"), report), scope.leads_to(fields, report));
    // What leads to another trouble is said by nobody who has a cause of this one, unless its file says so.
    let others = others.or_else(|| fields.get("then").map(|_| 0.0));
    let (id, label) = (key.text.clone(), label?.0);
    Some(Answer { id, label, locked_out, given: given.by_cause, others, implies: implies?, then: then.ok()? })
}

/// The rows of a first-match table; `None` unless all of them are sound.
fn outcomes(fields: Fields, scope: &SymptomScope, report: &mut Report) -> Option<Vec<Outcome>> {
    let Some(node) = fields.get("outcomes") else { return Some(Vec::new()) };
    report.sound(&node.span, |report| all(list(node).iter().map(|row| outcome(row, scope, report))))
}

fn outcome(node: &Node, scope: &SymptomScope, report: &mut Report) -> Option<Outcome> {
    let fields = Fields::of(node);
    let when = scope.asked(fields.get("when"), report)?;
    // What is named but not known is left out with its row.
    let one = |name: &str, read: &mut dyn FnMut(&Node) -> Option<String>| match fields.get(name) {
        Some(node) => read(node).map(Some),
        None => Some(None),
    };
    let remedy = one("remedy", &mut |node| {
        let id = text(node)?;
        scope.remedy(&id, &node.span, report).map(|()| id)
    });
    let escalate = one("escalate", &mut |node| {
        let role = text(node)?;
        scope.names.role(&role, &node.span, report).map(|()| role)
    });
    let then = scope.leads_to(fields, report);
    Some(Outcome { when, remedy: remedy?, escalate: escalate?, then: then.ok()? })
}

/// The symptom to go on with.
fn target(fields: Fields, scope: &SymptomScope, report: &mut Report) -> Option<String> {
    let node = fields.get("then")?;
    let id = text(node)?;
    scope.names.symptom(&id, &node.span, report)?;
    Some(id)
}

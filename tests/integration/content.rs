//! The shipped knowledge is sound, plain and harmless: what a reader of it may rely on, whoever edits it.

use std::collections::{BTreeMap, BTreeSet};

use otp_doctor::knowledge::{
    Condition, Decide, Holds, Knowledge, Outcome, Question, Section, SectionRef, Sources, Symptom,
};
use otp_doctor::probe::vocabulary;
use otp_doctor::verdict::UNSURE;

/// The shipped knowledge, which has no flaw.
pub(crate) fn knowledge() -> Knowledge {
    let compiled = Knowledge::compile(&Sources::embedded(), &vocabulary());
    let flaws: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    compiled.knowledge
}

/// `article.md#section`.
pub(crate) fn section<'k>(knowledge: &'k Knowledge, at: &str) -> Option<&'k Section> {
    let (article, anchor) = at.split_once('#')?;
    knowledge.section(&SectionRef { article: article.to_owned(), anchor: anchor.to_owned() })
}

/// Title and body in the words of a service, on one line: paragraphs are wrapped by hand.
pub(crate) fn rendered(knowledge: &Knowledge, service: &str, section: &Section) -> String {
    let mut text = format!("{} {}", section.title, section.body).split_whitespace().collect::<Vec<_>>().join(" ");
    let service = &knowledge.services[service];
    for (word, generic) in &knowledge.services["generic"].words {
        text = text.replace(&format!("{{{word}}}"), service.words.get(word).unwrap_or(generic));
    }
    text.replace("{service}", &service.name)
}

/// Words that only those know who need no help.
const JARGON: &[&str] = &[
    "2fa",
    "algorithm",
    "base32",
    "credential",
    "credentials",
    "drift",
    "enrol",
    "enroll",
    "enrolled",
    "enrolment",
    "epoch",
    "factors",
    "hash",
    "hmac",
    "hotp",
    "idp",
    "login session",
    "mfa",
    "ntp",
    "otp",
    "otpauth",
    "parameter",
    "payload",
    "provision",
    "provisioning",
    "secret",
    "secrets",
    "seed",
    "sha",
    "skew",
    "sso",
    "timestamp",
    "token",
    "tokens",
    "totp",
    "uri",
    "url",
    "utc",
    "validate",
];

/// Placeholders that the session fills in where a sentence is said.
const SAID: &[&str] = &[
    "account",
    "answer",
    "base",
    "calls",
    "cause",
    "code",
    "command",
    "comparisons",
    "conclusion",
    "count",
    "date",
    "day",
    "digest",
    "digits",
    "duration",
    "entry",
    "first",
    "found",
    "from",
    "host",
    "id",
    "last",
    "length",
    "list",
    "longest",
    "look",
    "matched",
    "median",
    "month",
    "name",
    "note",
    "number",
    "odds",
    "offset",
    "others",
    "percent",
    "position",
    "probe",
    "question",
    "ratio",
    "reason",
    "reference",
    "remedies",
    "remedy",
    "role",
    "script",
    "second",
    "seconds",
    "step",
    "ticket",
    "time",
    "to",
    "tries",
    "trouble",
    "version",
    "weekday",
    "what",
    "year",
];
/// The reports are also for those who keep the secrets of a service.
const OF_A_REPORT: [&str; 2] = ["not-provable", "said-"];

/// Every text that a person may get to see, with the place it stands in.
fn texts(knowledge: &Knowledge) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut add = |place: String, text: &str| texts.push((place, text.to_owned()));
    for (path, article) in &knowledge.articles {
        add(path.clone(), &article.title);
        add(path.clone(), &article.description);
        for section in &article.sections {
            add(format!("{path}#{}", section.anchor), &format!("{}\n{}", section.title, section.body));
        }
    }
    for symptom in knowledge.symptoms.values() {
        for cause in &symptom.causes {
            add(format!("{}/{}", symptom.id, cause.id), &cause.title);
            add(format!("{}/{}", symptom.id, cause.id), cause.says.as_deref().unwrap_or_default());
        }
        for question in &symptom.questions {
            let place = format!("{}/{}", symptom.id, question.id);
            add(place.clone(), &question.ask);
            add(place.clone(), question.agent.as_deref().unwrap_or_default());
            add(place.clone(), question.why.as_deref().unwrap_or_default());
            question.answers.iter().for_each(|answer| add(place.clone(), &answer.label));
        }
    }
    for service in knowledge.services.values() {
        service.words.values().for_each(|word| add(service.id.clone(), word));
        service.messages.iter().for_each(|message| add(service.id.clone(), &message.text));
        for contact in service.escalate.values() {
            add(service.id.clone(), &contact.says);
            contact.bring.iter().for_each(|thing| add(service.id.clone(), thing));
        }
    }
    for script in knowledge.scripts.values() {
        let place = format!("script {}", script.id);
        add(place.clone(), &script.title);
        script.wordings.values().for_each(|words| add(place.clone(), words));
        let steps = script.steps.iter().chain(&script.goodbye);
        steps.flat_map(|step| step.say.iter().chain(&step.note)).for_each(|words| add(place.clone(), words));
    }
    knowledge.phrases.iter().for_each(|(id, phrase)| add(id.clone(), phrase));
    texts
}

fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// The text without link targets and placeholders: what is read.
fn read_aloud(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', ']']) {
        let (before, after) = rest.split_at(at);
        kept.push_str(before);
        let end = if after.starts_with('{') { after.find('}') } else { after.strip_prefix("](").and(after.find(')')) };
        rest = &after[end.map_or(1, |end| end + 1)..];
    }
    kept + rest
}

#[test]
fn no_jargon() {
    for (place, text) in texts(&knowledge()) {
        if OF_A_REPORT.iter().any(|start| place.starts_with(start)) {
            continue;
        }
        // The name of an app is what it is.
        let text = read_aloud(&text).replace("2FAS", "").to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
        for word in words {
            assert!(!JARGON.contains(&word), "{place}: {word}");
        }
        assert!(!text.contains("is your clock right"), "{place}");
    }
}

#[test]
fn every_placeholder_is_one_of_the_closed_list() {
    let knowledge = knowledge();
    let words = &knowledge.services["generic"].words;
    let provided: BTreeSet<&str> = vocabulary()
        .probes
        .iter()
        .flat_map(|probe| probe.explanations.iter().flat_map(|one| one.provides.iter().copied()))
        .collect();
    let symptoms: BTreeSet<&str> = knowledge.symptoms.keys().map(String::as_str).collect();
    for (place, text) in texts(&knowledge) {
        for name in placeholders(&text) {
            let cause = place.split_once('/').is_some_and(|(symptom, _)| symptoms.contains(symptom));
            let known = words.contains_key(name) || matches!(name, "service" | "app");
            let said = knowledge.phrases.contains_key(&place) && SAID.contains(&name);
            assert!(known || said || cause && provided.contains(name), "{place}: {{{name}}}");
        }
    }
    for service in knowledge.services.values() {
        let strange = service.words.keys().find(|word| !words.contains_key(*word));
        assert_eq!(strange, None, "{}: a word that generic.yaml does not have", service.id);
    }
    assert_eq!(knowledge.services["datarobot"].words.len(), words.len());
}

/// The section of a remedy, and those that an app has in place of it.
fn sections<'k>(knowledge: &'k Knowledge, at: &SectionRef) -> Vec<&'k Section> {
    let own = knowledge.apps.values().flat_map(|app| &app.sections).filter(|(general, _)| general == at);
    let all = std::iter::once(at).chain(own.map(|(_, own)| own));
    all.map(|at| knowledge.section(at).unwrap()).collect()
}

fn steps(section: &Section) -> Vec<&str> {
    let numbered = |line: &&str| line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
    section.body.lines().filter(numbered).collect()
}

#[test]
fn every_remedy_tells_how_in_a_few_steps() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values() {
        for remedy in &symptom.remedies {
            for section in sections(&knowledge, &remedy.text) {
                let count = steps(section).len();
                assert!((1..=6).contains(&count), "{}/{}: {count} steps", symptom.id, remedy.id);
                for (at, step) in steps(section).iter().enumerate() {
                    assert!(step.starts_with(&format!("{}. ", at + 1)), "{}: {step}", remedy.id);
                }
            }
        }
    }
}

#[test]
fn what_deletes_or_turns_off_warns_first() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values() {
        for remedy in &symptom.remedies {
            for section in sections(&knowledge, &remedy.text) {
                let takes = steps(section).iter().any(|step| {
                    step.contains("{toggle-2fa} off") || step.contains("{disable-button}") || step.contains("REMOVE")
                });
                let warns = section.body.contains("!!! warning");
                assert!(!(takes || remedy.destructive) || warns, "{}: {}", remedy.id, section.title);
                assert!(!takes || remedy.destructive, "{} takes something away", remedy.id);
            }
        }
    }
}

#[test]
fn every_cause_has_several_remedies_and_an_explanation() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values() {
        for cause in &symptom.causes {
            let fixing = symptom.remedies.iter().filter(|remedy| remedy.works_for(&cause.id) > 0.1).count();
            assert!(fixing >= 2, "{}/{}: {fixing}", symptom.id, cause.id);
            assert!(!knowledge.section(&cause.text).unwrap().body.is_empty());
        }
        let useless = |remedy: &&otp_doctor::knowledge::Remedy| remedy.fixes.is_empty();
        if symptom.decide == Decide::Weigh {
            assert_eq!(symptom.remedies.iter().find(useless).map(|remedy| &remedy.id), None, "{}", symptom.id);
        }
    }
}

#[test]
fn the_troubles_are_offered_in_this_order() {
    let knowledge = knowledge();
    let order = ["invalid-code", "many-codes", "lost-codes", "turn-off", "forgot-password", "new-phone", "device-lost"];
    assert_eq!(knowledge.offered, order);
    // Those that only others lead to.
    let led_to = ["push", "security-key", "sent-code", "set-up-anew", "token"];
    let all: BTreeSet<&str> = order.into_iter().chain(led_to).collect();
    assert_eq!(knowledge.symptoms.keys().map(String::as_str).collect::<BTreeSet<_>>(), all);
    assert_eq!(knowledge.symptoms["invalid-code"].questions[0].id, "where");
    for symptom in knowledge.symptoms.values().filter(|symptom| symptom.id != "invalid-code") {
        let table = symptom.decide == Decide::FirstMatch;
        assert_eq!(table, symptom.id != "many-codes", "{}: recovery is never weighed", symptom.id);
    }
}

fn leads_to(symptom: &Symptom) -> BTreeSet<&str> {
    symptom.outcomes.iter().filter_map(|row| row.then.as_deref()).chain(symptom.then.as_deref()).collect()
}

#[test]
fn no_circle_of_troubles() {
    let knowledge = knowledge();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    // Layer by layer from those that lead nowhere; in a circle nobody is ever reached.
    for _ in &knowledge.symptoms {
        let ends = knowledge.symptoms.values().filter(|symptom| leads_to(symptom).is_subset(&reached));
        let ends: Vec<&str> = ends.map(|symptom| symptom.id.as_str()).collect();
        reached.extend(ends);
    }
    assert_eq!(reached.len(), knowledge.symptoms.len());
    assert!(leads_to(&knowledge.symptoms["lost-codes"]).is_empty());
}

#[test]
fn questions_are_short_and_ask_one_thing() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values() {
        for question in &symptom.questions {
            let place = format!("{}/{}", symptom.id, question.id);
            for wording in [Some(&question.ask), question.agent.as_ref()].into_iter().flatten() {
                let words = wording.split_whitespace().count();
                assert!(words <= 20, "{place}: {words} words");
                assert_eq!(wording.matches('?').count(), 1, "{place}: {wording}");
                let lower = wording.to_lowercase();
                assert!(![" not ", "n't "].iter().any(|no| lower.contains(no)), "{place}: {wording}");
            }
            assert!((2..=5).contains(&question.answers.len()), "{place}");
            assert!(question.why.is_some(), "{place}: no reason why it is asked");
            let labels = question.answers.iter().map(|answer| answer.label.split_whitespace().count());
            assert!(labels.max().unwrap() <= 13, "{place}: a long answer");
        }
    }
}

#[test]
fn a_question_has_the_same_answers_in_every_symptom() {
    let knowledge = knowledge();
    let mut seen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for question in knowledge.symptoms.values().flat_map(|symptom| &symptom.questions) {
        let answers: Vec<&str> = question.answers.iter().map(|answer| answer.id.as_str()).collect();
        assert_eq!(seen.entry(&question.id).or_insert_with(|| answers.clone()), &answers, "{}", question.id);
    }
    for shared in ["where", "second-way-in", "has-recovery", "has-device"] {
        assert!(seen.contains_key(shared));
    }
}

fn conditions(symptom: &Symptom) -> impl Iterator<Item = &Condition> {
    let causes = symptom.causes.iter().map(|cause| &cause.only_when);
    let remedies = symptom.remedies.iter().flat_map(|remedy| [&remedy.needs, &remedy.unless, &remedy.only_when]);
    let questions = symptom.questions.iter().map(|question| &question.only_when);
    causes.chain(remedies).chain(questions).chain(symptom.outcomes.iter().map(|row| &row.when))
}

#[test]
fn every_answer_changes_something() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values() {
        for question in &symptom.questions {
            let weighed = question.answers.iter().any(|answer| !answer.given.is_empty() || answer.others.is_some());
            let gates = conditions(symptom).any(|one| one.0.iter().any(|clause| clause.fact == question.id));
            assert!(weighed || gates, "{}/{}", symptom.id, question.id);
        }
    }
}

/// The words of the answers of one question leave room for the one without words, and add up else.
#[test]
fn the_words_of_a_question_add_up() {
    let knowledge = knowledge();
    // Where nothing is weighed, nothing has to add up.
    for symptom in knowledge.symptoms.values().filter(|symptom| !symptom.causes.is_empty()) {
        for question in &symptom.questions {
            let causes = symptom.causes.iter().map(|cause| cause.id.as_str()).chain(["unknown"]);
            for cause in causes {
                check_sum(symptom, question, cause);
            }
        }
    }
}

fn check_sum(symptom: &Symptom, question: &Question, cause: &str) {
    let word = |answer: &otp_doctor::knowledge::Answer| {
        let led = answer.then.as_ref().map(|_| 0.0);
        answer.given.iter().find(|(of, _)| of == cause).map(|(_, often)| *often).or(answer.others).or(led)
    };
    let spoken: Vec<f64> = question.answers.iter().filter_map(word).collect();
    let sum: f64 = spoken.iter().sum();
    let silent = question
        .answers
        .iter()
        .filter(|one| one.given.is_empty() && one.others.is_none() && one.then.is_none())
        .count();
    let place = format!("{}/{}/{cause}: {sum}", symptom.id, question.id);
    match (spoken.len(), silent) {
        (0, _) => {}
        (_, 0) => assert!((0.8..=1.2).contains(&sum), "{place}"),
        (_, 1) => assert!(sum <= 1.0 + 1e-9, "{place}"),
        _ => panic!("{place}: several answers without words beside some with"),
    }
}

/// Whether somebody with these answers may come to this condition.
fn open(condition: &Condition, answers: &BTreeMap<&str, &str>) -> bool {
    condition.holds(|fact| answers.get(fact).copied()) != Holds::No
}

#[test]
fn nobody_who_is_locked_out_is_sent_to_the_settings() {
    let knowledge = knowledge();
    let locked_out = BTreeMap::from([("second-way-in", "nothing")]);
    let unsure = BTreeMap::from([("second-way-in", UNSURE)]);
    let mut checked = 0;
    for answers in [locked_out, unsure] {
        for symptom in knowledge.symptoms.values() {
            for remedy in symptom.remedies.iter().filter(|remedy| open(&remedy.needs, &answers)) {
                for section in sections(&knowledge, &remedy.text) {
                    let text = format!("{}{}", section.title, section.body);
                    for only_inside in ["{settings-page}", "{toggle-2fa}", "{disable-button}"] {
                        assert!(!text.contains(only_inside), "{}/{}: {text}", symptom.id, remedy.id);
                    }
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 30);
}

#[test]
fn a_remedy_is_possible_where_its_row_offers_it() {
    for symptom in knowledge().symptoms.values() {
        for row in &symptom.outcomes {
            let Some(remedy) = row.remedy.as_deref() else { continue };
            for need in &symptom.remedy(remedy).unwrap().needs.0 {
                let given = row.when.0.iter().find(|clause| clause.fact == need.fact);
                let sure = given.is_some_and(|clause| clause.one_of.iter().all(|one| need.one_of.contains(one)));
                assert!(sure, "{}/{remedy}: {} is not sure", symptom.id, need.fact);
            }
        }
    }
}

/// All ways of answering the questions of a symptom, `unsure` among them.
fn all_answers(symptom: &Symptom) -> Vec<BTreeMap<&str, &str>> {
    let mut all = vec![BTreeMap::new()];
    for question in &symptom.questions {
        let ids = question.answers.iter().map(|answer| answer.id.as_str()).chain([UNSURE]);
        let with = |id| {
            all.iter().map(move |so_far: &BTreeMap<&str, &str>| {
                so_far.iter().map(|(key, value)| (*key, *value)).chain([(question.id.as_str(), id)]).collect()
            })
        };
        all = ids.flat_map(with).collect();
    }
    all
}

#[test]
fn every_table_ends_in_help_whatever_is_answered() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values().filter(|symptom| symptom.decide == Decide::FirstMatch) {
        let mut used = BTreeSet::new();
        for answers in all_answers(symptom) {
            // A row that has nothing but a remedy leaves whoever that does not help to the rows below it.
            let holds = |row: &&Outcome| row.when.holds(|fact| answers.get(fact).copied()) == Holds::Yes;
            let mut rows = symptom.outcomes.iter().filter(holds);
            let mut row = rows.next().unwrap();
            used.insert(symptom.outcomes.iter().position(|one| one == row));
            while row.leaves() {
                row = rows.next().unwrap_or_else(|| panic!("{}: {answers:?}", symptom.id));
                used.insert(symptom.outcomes.iter().position(|one| one == row));
            }
            assert!(!(row.escalate.is_some() && row.then.is_some()), "{}: {answers:?}", symptom.id);
        }
        assert_eq!(used.len(), symptom.outcomes.len(), "{}: a row that is never reached", symptom.id);
        assert!(symptom.outcomes.last().unwrap().when.is_empty(), "{}", symptom.id);
    }
}

#[test]
fn every_service_has_somebody_to_turn_to() {
    let knowledge = knowledge();
    for service in knowledge.services.values() {
        for role in ["administrator", "support"] {
            assert!(service.escalate[role].bring.len() >= 3, "{}/{role}", service.id);
        }
        assert!(service.verify_identity.is_some(), "{}", service.id);
    }
}

#[test]
fn every_app_tells_what_people_need() {
    let knowledge = knowledge();
    let allowed: [(&str, &[&str]); 4] = [
        ("new-entries", &["bottom", "top", "alphabetical", "unknown"]),
        ("same-label", &["overwrites", "adds", "unknown"]),
        ("exports", &["qr", "file", "sync", "no"]),
        ("export-screenshot", &["allowed", "blocked", "unknown"]),
    ];
    assert!(knowledge.apps.len() >= 8);
    for app in knowledge.apps.values() {
        for (fact, values) in allowed {
            assert!(values.contains(&app.facts[fact].as_str()), "{}: {fact}", app.id);
        }
        for general in ["last-entry", "keep-one-entry", "rename-entries", "move-entries", "find-codes-elsewhere"] {
            assert!(app.sections.iter().any(|(at, _)| at.anchor == general), "{}: {general}", app.id);
        }
    }
}

/// A sentence that the program never says, or one that it says and nobody wrote, helps no one.
#[test]
fn every_phrase_is_said_somewhere() {
    let source: String =
        crate::house::files("src", "rs").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let knowledge = knowledge();
    for id in knowledge.phrases.keys() {
        // One of two forms of a count, one of a list by its number, or a word of a probe, which has a test of its own; or
        // what a family is told by.
        let causes = knowledge.symptoms.values().flat_map(|symptom| &symptom.causes);
        let families: Vec<&str> = causes.filter_map(|cause| cause.stands_for.as_deref()).collect();
        let counted = ["-one", "-other"].iter().find_map(|form| id.strip_suffix(form));
        let numbered = id.rsplit_once('-').filter(|(_, number)| number.parse::<u8>().is_ok());
        let said = match (counted, numbered) {
            _ if id.starts_with("said-") => true,
            // What a page says in the place of another phrase.
            _ if id.strip_prefix("web-").is_some_and(|of| knowledge.phrases.contains_key(of)) => true,
            _ if id.strip_prefix("alike-").is_some_and(|family| families.contains(&family)) => true,
            (Some(stem), _) => source.contains(&format!("\"{stem}\"")) || source.contains(&format!("\"{id}\"")),
            (None, Some((stem, _))) => source.contains(&format!("\"{stem}-{{")),
            (None, None) => source.contains(&format!("\"{id}\"")),
        };
        assert!(said, "nothing says `{id}`");
    }
}

#[test]
fn sentences_are_said_once() {
    let phrases = knowledge().phrases;
    // English has one form where another language has two: "2 million".
    let different = phrases.iter().filter(|(id, _)| !id.ends_with("-one")).map(|(_, phrase)| phrase);
    let sentences: BTreeSet<&String> = different.clone().collect();
    assert_eq!(sentences.len(), different.count());
    assert!(phrases.len() >= 45);
    for line in ["opening-stay", "opening-keep", "opening-stop", "unsure", "consent", "keep-entry-one", "cannot-know"] {
        assert!(phrases.contains_key(line), "{line}");
    }
}

//! A session as a good helper leads it, without a screen: each kind of thing that once misled somebody.

use std::collections::BTreeSet;

use otp_doctor::case::TypedCode;
use otp_doctor::entry::{self, Entry};
use otp_doctor::knowledge::Knowledge;
use otp_doctor::otp::{Key, step};
use otp_doctor::probe;
use otp_doctor::session::{Ending, Event, Mode, Next, Session, Transcript, Tried};
use otp_doctor::talk::{About, Beside, Block, Complaint, Input, Means, Now, Prompt, Talk};

use crate::content::knowledge;

const AT: i64 = 1_768_513_212;
const KEY: &str = "otpauth://totp/Lantern:sam%40example.org?secret=T5EFR34FRGZK6Y64ZMQBTZFGFNX5AWZE&issuer=Lantern";

fn now(seconds: i64) -> Now {
    Now { millis: (AT + seconds) * 1_000 }
}

fn person(knowledge: &Knowledge) -> Talk<'_> {
    let means = Means { live: true, material: true, ..Means::default() };
    let mut talk = Talk::new(Session::new(knowledge, Mode::Person, None, None), means);
    talk.begin(now(0));
    talk
}

/// Somebody who says that, in that order, and nothing that can be measured.
fn said<'k>(knowledge: &'k Knowledge, symptom: &str, answers: &[(&str, &str)]) -> Talk<'k> {
    let mut talk = person(knowledge);
    take(&mut talk, Input::Choice(symptom.to_owned()));
    for (question, answer) in answers {
        while matches!(talk.prompt().choose().map(|one| one.about.clone()), Some(About::Material | About::AppHere)) {
            let last = talk.prompt().choose().unwrap().choices.last().unwrap().0.clone();
            take(&mut talk, Input::Choice(last));
        }
        let asked = About::Question((*question).to_owned());
        let input = match talk.prompt().choose().filter(|choose| choose.about == asked) {
            Some(_) => Input::Choice((*answer).to_owned()),
            None => Input::Answer { question: (*question).to_owned(), answer: (*answer).to_owned() },
        };
        take(&mut talk, input);
    }
    talk
}

fn take(talk: &mut Talk<'_>, input: Input) {
    talk.take(input, now(0)).unwrap_or_else(|Complaint(text)| panic!("{text}"));
}

/// What whoever is sure of nothing does: nothing helps, and nothing is at hand.
fn at_a_loss(talk: &mut Talk<'_>) {
    let input = match talk.prompt() {
        Prompt::Choose(choose) if matches!(choose.about, About::Remedy(_)) => Input::Choice("failed".to_owned()),
        Prompt::Choose(choose) | Prompt::Press { question: choose, .. }
            if choose.beside.iter().any(|(one, _)| *one == Beside::Unsure) =>
        {
            Input::Unsure
        }
        Prompt::Choose(choose) => Input::Choice(choose.choices.last().unwrap().0.clone()),
        _ => Input::Nothing,
    };
    take(talk, input);
}

/// What is said now, as text.
fn shown(talk: &Talk<'_>) -> String {
    let text = |block: &Block| match block {
        Block::Paragraph(text) | Block::Turn(text) | Block::Finding(text) | Block::Heading(text) => text.clone(),
        _ => String::new(),
    };
    talk.said().iter().map(text).collect::<Vec<_>>().join("\n")
}

/// The remedy that is offered now.
fn offered(talk: &Talk<'_>) -> String {
    match talk.session().next() {
        Next::Remedy(remedy) => remedy,
        other => panic!("{other:?}"),
    }
}

fn failed(talk: &mut Talk<'_>, remedy: &str) {
    take(talk, Input::Tried { remedy: remedy.to_owned(), result: Tried::Failed });
}

fn helped(talk: &mut Talk<'_>, remedy: &str) {
    take(talk, Input::Tried { remedy: remedy.to_owned(), result: Tried::Helped });
}

#[test]
fn how_the_code_comes_is_the_second_question_and_each_way_has_its_own() {
    let knowledge = knowledge();
    let ways = [("message", "sent-code"), ("push", "push"), ("token", "token")];
    for (way, trouble) in ways {
        let mut talk = said(&knowledge, "invalid-code", &[("where", "signing-in")]);
        assert_eq!(talk.session().next(), Next::Ask("code-source".to_owned()));
        take(&mut talk, Input::Choice(way.to_owned()));
        assert_eq!(talk.session().symptom().unwrap().id, trouble);
        let title = &knowledge.symptoms[trouble].title;
        assert!(shown(&talk).contains(title), "it is said which trouble it is now: {}", shown(&talk));
        assert!(!shown(&talk).contains("does not wait"), "{}", shown(&talk));
        // Whatever is answered, it comes to a remedy.
        while let Next::Ask(_) = talk.session().next() {
            let first = talk.prompt().choose().unwrap().choices[0].0.clone();
            take(&mut talk, Input::Choice(first));
        }
        assert!(matches!(talk.session().next(), Next::Remedy(_)), "{trouble}: {:?}", talk.session().next());
    }
    let mut talk = said(&knowledge, "invalid-code", &[("where", "signing-in"), ("code-source", "token")]);
    take(&mut talk, Input::Choice("key".to_owned()));
    assert_eq!(talk.session().symptom().unwrap().id, "security-key");
    // An app, and the list of recovery codes, stay where they are.
    for way in ["app", "saved-list"] {
        let talk = said(&knowledge, "invalid-code", &[("where", "signing-in"), ("code-source", way)]);
        assert_eq!(talk.session().symptom().unwrap().id, "invalid-code");
    }
}

#[test]
fn the_clock_is_the_next_question_with_the_right_time_beside_it() {
    let knowledge = knowledge();
    let mut talk = said(&knowledge, "invalid-code", &[("where", "signing-in"), ("code-source", "app")]);
    assert_eq!(talk.prompt().choose().map(|one| &one.about), Some(&About::Material));
    take(&mut talk, Input::Choice("nothing".to_owned()));
    assert_eq!(talk.session().next(), Next::Ask("clock-auto".to_owned()));
    assert!(talk.said().iter().any(|block| matches!(block, Block::ReferenceTime(_))), "{:?}", talk.said());
    let why = talk.prompt().choose().unwrap().why.clone().unwrap();
    assert!(why.contains("iPhone") && why.contains("Android") && why.contains("zone"), "{why}");
}

#[test]
fn nothing_is_deleted_or_renamed_by_whoever_is_outside() {
    let knowledge = knowledge();
    for (symptom, way_in) in [("many-codes", "nothing"), ("many-codes", "recovery-code"), ("invalid-code", "nothing")] {
        let mut talk = said(&knowledge, symptom, &[("where", "signing-in"), ("second-way-in", way_in)]);
        for _ in 0..60 {
            if let Next::Remedy(id) = talk.session().next() {
                let remedy = talk.session().symptom().unwrap().remedy(&id).unwrap();
                assert!(!remedy.destructive && id != "rename-entries", "{symptom}, {way_in}: {id}");
            }
            if talk.ending().is_some() {
                break;
            }
            at_a_loss(&mut talk);
        }
        assert!(talk.ending().is_some());
    }
}

#[test]
fn while_setting_up_the_code_on_the_page_is_scanned_before_anything_leaves_it() {
    let knowledge = knowledge();
    let mut talk = said(&knowledge, "invalid-code", &[("where", "setting-up"), ("code-source", "app")]);
    let mut scanned = false;
    for _ in 0..80 {
        match talk.session().next() {
            Next::Remedy(id) if id == "scan-current-code" => scanned = true,
            Next::Remedy(id) => assert!(id != "start-over" || scanned, "the page is closed before it was scanned"),
            _ => {}
        }
        if talk.ending().is_some() {
            break;
        }
        at_a_loss(&mut talk);
    }
    assert!(scanned);
}

#[test]
fn after_a_recovery_code_a_stolen_phone_is_still_to_be_made_worthless() {
    let knowledge = knowledge();
    let mut talk = said(&knowledge, "device-lost", &[("second-way-in", "recovery-code")]);
    assert_eq!(offered(&talk), "use-recovery-code");
    helped(&mut talk, "use-recovery-code");
    assert_eq!(offered(&talk), "replace-lost-device", "it is not over");
    let remedy = talk.session().symptom().unwrap().remedy("replace-lost-device").unwrap();
    let steps = &knowledge.section(&remedy.text).unwrap().body;
    for what in ["Lock", "End every other session", "change your password", "scan the QR code"] {
        assert!(steps.contains(what), "{what}");
    }
    helped(&mut talk, "replace-lost-device");
    assert_eq!(talk.ending(), Some(Ending::Remedy));
}

#[test]
fn after_any_recovery_code_it_is_offered_to_set_up_anew() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values() {
        for remedy in symptom.remedies.iter().filter(|remedy| remedy.text.anchor == "use-recovery-code") {
            let state = format!("{}/{}", symptom.id, remedy.id);
            assert!(remedy.then.as_deref() == Some("set-up-anew") || !remedy.brings.is_empty(), "{state}");
        }
    }
    let mut talk = said(&knowledge, "lost-codes", &[("second-way-in", "recovery-code")]);
    helped(&mut talk, "use-recovery-code");
    assert_eq!(offered(&talk), "set-up-anew");
    let title = &knowledge.symptoms["set-up-anew"].title;
    assert!(shown(&talk).contains(title), "{}", shown(&talk));
}

#[test]
fn a_copy_elsewhere_is_asked_for_and_not_sure_is_perhaps() {
    let knowledge = knowledge();
    for symptom in ["device-lost", "lost-codes"] {
        let mut talk = said(&knowledge, symptom, &[("second-way-in", "nothing")]);
        let mut asked = BTreeSet::new();
        while let Next::Ask(question) = talk.session().next() {
            asked.insert(question);
            take(&mut talk, Input::Unsure);
        }
        assert!(asked.contains("has-backup"), "{symptom}: {asked:?}");
        assert_eq!(offered(&talk), "find-codes-elsewhere", "{symptom}");
        assert!(!asked.contains("has-recovery"), "who has neither has no recovery code: {asked:?}");
    }
}

#[test]
fn nobody_without_recovery_codes_is_sent_to_their_field() {
    let knowledge = knowledge();
    let answers = [("where", "signing-in"), ("code-source", "saved-list"), ("second-way-in", "nothing")];
    let talk = said(&knowledge, "invalid-code", &answers);
    assert_eq!(talk.session().known().get("has-recovery").map(String::as_str), Some("no"));
    if let Next::Remedy(id) = talk.session().next() {
        assert!(!["use-recovery-field", "take-next-recovery-code", "use-recovery-code"].contains(&&*id), "{id}");
    }
}

/// Somebody with the key, up to the prompt for the refused code.
fn with_the_key(knowledge: &Knowledge) -> Talk<'_> {
    let mut talk = said(knowledge, "invalid-code", &[("where", "signing-in")]);
    take(&mut talk, Input::Choice("app".to_owned()));
    take(&mut talk, Input::Choice("key".to_owned()));
    take(&mut talk, Input::Key(KEY.to_owned().into()));
    assert!(matches!(talk.prompt(), Prompt::Code(_)), "{:?}", talk.prompt());
    talk
}

fn code_at(entry: &Entry, seconds: i64) -> Input {
    let key = Key::new(entry.algorithm, &entry.secret);
    Input::Code(TypedCode::new(format!("{:06}", key.code(step(AT + seconds, 30) as u64, entry.digits))))
}

/// Answers, waits and goes on until a code is asked for.
fn to_the_next_code(talk: &mut Talk<'_>, mut seconds: i64) -> i64 {
    while !matches!(talk.prompt(), Prompt::Code(_)) {
        let input = match talk.prompt() {
            Prompt::Wait { until, .. } => {
                seconds = until - AT;
                Input::Waited
            }
            _ => Input::Unsure,
        };
        talk.take(input, now(seconds)).unwrap();
    }
    seconds
}

#[test]
fn the_same_code_at_both_prompts_is_a_clock_that_is_behind() {
    let knowledge = knowledge();
    let entry = entry::read(KEY).unwrap().entry;
    let mut talk = with_the_key(&knowledge);
    // The device is 45 seconds behind: it shows the code of then, now and after the next change.
    take(&mut talk, code_at(&entry, -45));
    take(&mut talk, Input::When("just now".to_owned()));
    let seconds = to_the_next_code(&mut talk, 0);
    talk.take(code_at(&entry, -45), now(seconds)).unwrap();
    let verdict = talk.session().verdict().unwrap();
    let of = |cause: &str| verdict.of(cause);
    assert!(
        of("device-clock-off") > of("expired-code") && of("device-clock-off") > of("stale-autofill"),
        "{verdict:?}"
    );
    assert!(of("device-clock-off") > of("old-entry"), "{verdict:?}");
}

#[test]
fn what_is_typed_is_checked_and_a_complaint_says_what_is_expected() {
    let knowledge = knowledge();
    let mut talk = said(&knowledge, "invalid-code", &[("where", "signing-in"), ("code-source", "app")]);
    take(&mut talk, Input::Choice("key".to_owned()));
    let complains = |talk: &mut Talk<'_>, input: Input, says: &str| {
        let before = (format!("{:?}", talk.prompt()), talk.events().len());
        let Err(Complaint(text)) = talk.take(input, now(0)) else { panic!("taken without a word: {says}") };
        assert!(text.contains(says), "{text}");
        assert_eq!((format!("{:?}", talk.prompt()), talk.events().len()), before, "nothing has changed");
    };
    for (key, says) in [("hello", "16"), ("123456", "code"), ("JBSW Y3DP", "16"), ("https://example.org/x", "web link")]
    {
        complains(&mut talk, Input::Key(key.to_owned().into()), says);
    }
    take(&mut talk, Input::Key(KEY.to_owned().into()));
    let code = |text: &str| Input::Code(TypedCode::new(text.to_owned()));
    for text in ["abc", "x", "---", "secret!"] {
        complains(&mut talk, code(text), "six digits");
    }
    // What is no code of this app may still be what was typed there: it is said, and taken.
    take(&mut talk, code("12a45"));
    assert!(shown(&talk).contains("otherwise"), "{}", shown(&talk));
    for text in ["soon", "-5", "twenty bananas", "9:30"] {
        complains(&mut talk, Input::When(text.to_owned()), "20 minutes");
    }
    take(&mut talk, Input::When("2 hours ago".to_owned()));
    let seconds = to_the_next_code(&mut talk, 0);
    for text in ["12345", "123456789", "12a456", "abcdef", ""] {
        let before = talk.events().len();
        let Err(Complaint(says)) = talk.take(code(text), now(seconds)) else { panic!("{text} was taken") };
        assert!(says.contains('6') && talk.events().len() == before, "{says}");
    }
    talk.take(code("123 456"), now(seconds)).unwrap();
}

#[test]
fn what_nobody_has_thought_of_is_never_likely() {
    let knowledge = knowledge();
    let mut talk = said(&knowledge, "invalid-code", &[("where", "signing-in"), ("code-source", "app")]);
    take(&mut talk, Input::Choice("nothing".to_owned()));
    for _ in 0..80 {
        let text = shown(&talk);
        let says = |phrase: &str| text.contains(&knowledge.phrases[phrase]);
        assert!(!(says("no-cause") && (says("likely") || says("sure") || text.contains("likeliest"))), "{text}");
        if talk.ending().is_some() {
            return;
        }
        at_a_loss(&mut talk);
    }
    panic!("it does not end");
}

#[test]
fn what_helped_is_what_the_last_screen_speaks_of() {
    let knowledge = knowledge();
    let answers = [("where", "signing-in"), ("code-source", "app"), ("time-left", "changed")];
    let mut talk = said(&knowledge, "invalid-code", &answers);
    helped(&mut talk, "wait-for-fresh-code");
    assert_eq!(talk.ending(), Some(Ending::Remedy));
    let text = shown(&talk);
    let section = knowledge.section(&talk.session().symptom().unwrap().remedy("wait-for-fresh-code").unwrap().text);
    assert!(text.contains(&section.unwrap().title), "what helped: {text}");
    let cause = talk.session().symptom().unwrap().cause("expired-code").unwrap();
    assert!(text.contains(&cause.title) && text.contains(cause.avoid.as_deref().unwrap()), "{text}");
    assert!(!text.contains('?'), "no row of question marks: {text}");
    assert!(!text.contains("The clock of your device"), "{text}");
}

#[test]
fn later_is_no_end_and_whoever_comes_back_is_asked_about_it() {
    let knowledge = knowledge();
    let answers = [("where", "signing-in"), ("code-source", "app"), ("clock-auto", "by-hand")];
    let mut talk = said(&knowledge, "invalid-code", &answers);
    take(&mut talk, Input::Tried { remedy: "set-clock".to_owned(), result: Tried::Later });
    assert_eq!(talk.ending(), Some(Ending::Remedy));
    assert!(shown(&talk).contains("Come back"), "{}", shown(&talk));
    let text = talk.transcript().write();
    let read = Transcript::read(&text, &probe::vocabulary()).unwrap();
    let means = Means { live: true, ..Means::default() };
    let mut again = Talk::new(Session::resume(&knowledge, read), means);
    again.begin(now(86_400));
    assert!(matches!(again.prompt(), Prompt::Choose(choose) if choose.about == About::Remedy("set-clock".to_owned())));
    assert!(shown(&again).contains(&knowledge.phrases["welcome-back"]), "{}", shown(&again));
    assert!(again.said().iter().any(|block| matches!(block, Block::Section(_))), "and how it goes");
    // It did not help: the session goes on.
    again.take(Input::Choice("failed".to_owned()), now(86_400)).unwrap();
    assert!(again.ending().is_none() && again.session().state().failed.contains(&"set-clock".to_owned()));
}

#[test]
fn back_undoes_the_last_thing_at_the_choice_of_an_app_and_after_a_picture() {
    let knowledge = knowledge();
    let means = Means { live: true, material: true, apps: true, ..Means::default() };
    let mut talk = Talk::new(Session::new(&knowledge, Mode::Person, None, None), means);
    talk.begin(now(0));
    take(&mut talk, Input::Choice("many-codes".to_owned()));
    let mut before = talk.prompt();
    take(&mut talk, Input::Choice("signing-in".to_owned()));
    while talk.prompt().choose().is_none_or(|one| one.about != About::App) {
        before = talk.prompt();
        take(&mut talk, Input::Unsure);
    }
    take(&mut talk, Input::Back);
    assert_eq!(talk.prompt(), before);
    let mut talk = said(&knowledge, "invalid-code", &[("where", "signing-in")]);
    take(&mut talk, Input::Choice("app".to_owned()));
    take(&mut talk, Input::Choice("picture".to_owned()));
    take(&mut talk, Input::Back);
    assert_eq!(talk.prompt().choose().map(|one| &one.about), Some(&About::Material));
    take(&mut talk, Input::Back);
    assert_eq!(talk.prompt().choose().map(|one| &one.about), Some(&About::Question("code-source".to_owned())));
}

#[test]
fn what_was_said_under_one_trouble_is_known_under_the_next() {
    let knowledge = knowledge();
    let mut talk =
        said(&knowledge, "turn-off", &[("second-way-in", "signed-in"), ("has-device", "no"), ("has-recovery", "no")]);
    assert_eq!(talk.session().symptom().unwrap().id, "lost-codes");
    let mut asked = Vec::new();
    while let Next::Ask(question) = talk.session().next() {
        asked.push(question);
        take(&mut talk, Input::Unsure);
    }
    for known in ["where", "second-way-in", "has-device", "has-recovery"] {
        assert!(!asked.contains(&known.to_owned()), "{asked:?}");
    }
}

#[test]
fn signing_in_first_is_not_the_end_of_turning_it_off() {
    let knowledge = knowledge();
    let mut talk = said(&knowledge, "turn-off", &[("second-way-in", "nothing"), ("has-device", "yes")]);
    assert_eq!(offered(&talk), "sign-in-first");
    helped(&mut talk, "sign-in-first");
    assert_eq!(offered(&talk), "turn-off-with-code");
    helped(&mut talk, "turn-off-with-code");
    assert_eq!(talk.ending(), Some(Ending::Remedy));
    // Nobody wanted to get in here.
    let labels = knowledge.phrases["helped-yes"].clone();
    assert!(!labels.contains("I am in"), "{labels}");
}

#[test]
fn not_knowing_where_takes_nothing_back_that_codes_have_proved() {
    let knowledge = knowledge();
    let entry = entry::read(KEY).unwrap().entry;
    let mut talk = with_the_key(&knowledge);
    take(&mut talk, code_at(&entry, -120 - 600));
    take(&mut talk, Input::When("2 minutes".to_owned()));
    let seconds = to_the_next_code(&mut talk, 0);
    talk.take(code_at(&entry, seconds - 600), now(seconds)).unwrap();
    let before = talk.session().verdict().unwrap().of("device-clock-off");
    assert!(before > 0.9, "{before}");
    talk.take(Input::Answer { question: "where".to_owned(), answer: "unsure".to_owned() }, now(seconds)).unwrap();
    assert!(talk.session().verdict().unwrap().of("device-clock-off") > 0.9);
    assert!(talk.events().iter().any(|event| matches!(event, Event::Observed(_))));
    failed(&mut talk, "set-clock");
}

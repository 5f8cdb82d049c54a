//! What a person may have at hand: a picture of the QR code, a key, a file; a phone whose codes change.

use std::io::ErrorKind;
use std::path::Path;

use chrono::{DateTime, Datelike};

use super::super::entries::{facts, held};
use super::super::material::{known, unlocked};
use super::ui::{Ask, Extra, Halt, Pick};
use super::walk::{MATERIAL, Walk};
use crate::case::{Interval, TypedCode};
use crate::diagnostic::Severity;
use crate::entry::EntryError;
use crate::finding::{Detail, Finding, Measure, Newest, Odd, Reading, Source};
use crate::host::{self, FileError, Input};
use crate::import::{self, Imported};
use crate::knowledge::{App, Service};
use crate::probe::{self, side_by_side};
use crate::report::{self, Voice};
use crate::session::{ENTRY_FOUND, Event, Move};

/// Entries that a person is asked to read codes from, at most.
const MOST_ENTRIES: usize = 8;
/// Accounts with several entries that are told of, at most.
const MOST_TOLD: usize = 3;
/// With so many seconds to wait there is time to answer something.
const TIME_FOR_A_QUESTION: u64 = 8;
/// How far a remembered minute may be off, in seconds.
const MINUTE: i64 = 60;
/// A rhythm within this many seconds is in step.
const IN_STEP: f64 = 4.0;
/// A new code shows this long before the hand presses the key, in seconds.
const REACTION: f64 = 0.3;
/// The ids of their phrases.
const ORDINALS: [&str; MOST_ENTRIES] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];

/// Asks once, with consent, for something to read; then for the codes.
pub(super) fn offer(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    let weighs = walk.guided.session.symptom().is_some_and(|symptom| symptom.cause("device-clock-off").is_some());
    if walk.is_agent() || !weighs || walk.answer(MATERIAL).is_some() || !walk.ui.is_live() {
        return Ok(());
    }
    let choices = vec![
        ("picture".to_owned(), walk.phrase("have-picture")),
        ("key".to_owned(), walk.phrase("have-key")),
        ("entries".to_owned(), walk.phrase("have-entries")),
        ("nothing".to_owned(), walk.phrase("have-nothing")),
    ];
    let quit = (Extra::Quit, walk.phrase("quit"));
    let ask = Ask { key: MATERIAL, prompt: walk.phrase("consent"), choices, extras: vec![quit] };
    let kind = match walk.ui.choose(&ask)? {
        Pick::Choice(kind) => kind,
        Pick::Extra(_) => return Err(Halt::Stopped),
    };
    walk.record(Event::Asked { question: MATERIAL.to_owned(), answer: kind.clone() })?;
    let imported = match kind.as_str() {
        "nothing" => return Ok(()),
        "key" => key(walk)?,
        _ => file(walk)?,
    };
    if imported.entries.is_empty() {
        return Ok(());
    }
    if kind == "entries" || imported.exported || imported.entries.len() > 1 {
        several(walk, &imported)?;
        let app = imported.app;
        walk.guided.hold(known(imported));
        // Whose export it is need not be asked.
        if let (Some(app), None) = (app, walk.answer(App::ASKED)) {
            walk.record(Event::Asked { question: App::ASKED.to_owned(), answer: app.to_owned() })?;
        }
    } else if let Some(one) = imported.entries.into_iter().next() {
        walk.guided.checks_against(one.entry);
        let issuer = report::foreign::plain(walk.guided.issuer());
        if !issuer.is_empty() && walk.service.id == Service::GENERIC {
            walk.words.insert("service".to_owned(), issuer);
        }
    }
    codes(walk)?;
    if kind == "picture" {
        walk.say_phrase("delete-screenshot")?;
    }
    Ok(())
}

fn key(walk: &mut Walk<'_, '_>) -> Result<Imported, Halt> {
    loop {
        let prompt = walk.phrase("ask-key");
        let Some(text) = walk.ui.hidden(&prompt)? else { return Ok(Imported::default()) };
        match crate::entry::read(&text) {
            Ok(_) => return Ok(import::read(text.trim().as_bytes(), "")),
            Err(error) => {
                let text = walk.phrase("not-a-key").replace("{reason}", &walk.phrase(no_key(error)));
                walk.say(&text)?;
            }
        }
    }
}

/// What a file holds; of an export in several parts, what all the files hold that are given.
fn file(walk: &mut Walk<'_, '_>) -> Result<Imported, Halt> {
    let mut files = Vec::new();
    let mut prompt = walk.phrase("ask-material");
    while let Some(path) = walk.ui.line(&prompt)? {
        let path = path.trim_matches(['\'', '"']);
        let input = Input::new(Path::new(path));
        match host::read(&input) {
            Err(error) => unread(walk, no_file(&error))?,
            Ok(bytes) => {
                let imported = unlocked(&bytes, &input.name(), None, |again, _| {
                    let prompt = walk.phrase(if again { "ask-password-again" } else { "ask-password" });
                    walk.ui.hidden(&prompt)
                })?;
                for problem in imported.problems.iter().filter(|problem| problem.severity == Severity::Error) {
                    unread(walk, no_entry(problem.code))?;
                }
                if !imported.entries.is_empty() {
                    files.push(imported);
                    let all = import::joined(files.clone());
                    if !all.problems.iter().any(|problem| problem.code == import::MISSING_BATCH) {
                        return Ok(all);
                    }
                    prompt = walk.phrase("ask-other-parts");
                }
            }
        }
    }
    Ok(import::joined(files))
}

/// Accounts of which the app holds several entries, since only the newest of them counts; the first few.
fn several(walk: &mut Walk<'_, '_>, imported: &Imported) -> Result<(), Halt> {
    let app = imported.app.and_then(|app| walk.guided.session.knowledge().apps.get(app));
    // Of which app an export is need not be known: it is one's.
    let facts = probe::App { is_of_an_app: imported.exported, ..app.map(facts).unwrap_or_default() };
    let several = side_by_side(&held(imported), &facts).into_iter().filter_map(|oddity| match oddity.odd {
        Odd::SameAccount { newest, .. } => Some((oddity.entries, newest)),
        _ => None,
    });
    for (places, newest) in several.take(MOST_TOLD) {
        let entry = &imported.entries[places[0]].entry;
        let names = [&entry.issuer, &entry.account].map(|name| report::foreign::plain(name));
        let account = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
        let text = walk.phrase("app-holds-several").replace("{number}", &places.len().to_string());
        let which = match newest {
            Newest::Dated(place) => made_on(walk, imported.entries[place].created),
            Newest::Placed(_) => Some(walk.phrase("newest-is-last")),
            Newest::Unknown => None,
        };
        let text = [text.replace("{account}", &account)].into_iter().chain(which).collect::<Vec<_>>().join(" ");
        walk.say(&text)?;
    }
    Ok(())
}

fn made_on(walk: &Walk<'_, '_>, created: Option<i64>) -> Option<String> {
    let made = DateTime::from_timestamp(created?, 0)?;
    let date = walk.speech().date(made.day(), made.month(), made.year());
    Some(walk.phrase("newest-is-of").replace("{date}", &date))
}

fn unread(walk: &mut Walk<'_, '_>, reason: &str) -> Result<(), Halt> {
    let text = walk.phrase("file-unread").replace("{reason}", &walk.phrase(reason));
    walk.say(&text)
}

/// Why a text is no key: the id of a phrase.
fn no_key(error: EntryError) -> &'static str {
    match error {
        EntryError::Empty | EntryError::NoSecret => "key-empty",
        EntryError::TooLong => "key-too-long",
        EntryError::WebLink => "key-web-link",
        EntryError::Migration => "key-migration",
        EntryError::NotAnEntry | EntryError::SecretNotBase32 { .. } => "key-characters",
        _ => "key-unknown",
    }
}

/// Why a file could not be opened.
fn no_file(error: &FileError) -> &'static str {
    match error {
        FileError::Io { reason, .. } => match reason.kind() {
            ErrorKind::NotFound => "file-missing",
            ErrorKind::PermissionDenied => "file-forbidden",
            ErrorKind::IsADirectory => "file-is-folder",
            _ => "file-failed",
        },
        FileError::TooLarge { .. } => "file-too-large",
        _ => "file-failed",
    }
}

/// Why there is no entry in a file, by the code of the problem.
fn no_entry(code: &str) -> &'static str {
    match code {
        import::UNREADABLE_PICTURE => "file-picture",
        import::NO_QR_CODE => "file-no-qr-code",
        import::QR_CODE_WITHOUT_ENTRY => "file-qr-code-without-entry",
        import::NOT_UTF8 => "file-not-text",
        import::TOO_LARGE | import::TOO_MANY => "file-too-large",
        import::BROKEN_FILE => "file-broken",
        import::PASSWORD_NEEDED | import::WRONG_PASSWORD => "file-password",
        import::TOO_COSTLY | import::CANNOT_DECRYPT => "file-encrypted",
        _ => "file-no-entry",
    }
}

/// The refused code if it is remembered, then what the app shows now.
fn codes(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    let prompt = walk.phrase("ask-refused-code");
    if let Some(code) = walk.ui.hidden(&prompt)? {
        let minutes = walk.phrase("ask-when-refused");
        let minutes = walk.ui.line(&minutes)?.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0).clamp(0, 1_440);
        let about = walk.clock.now() - minutes * MINUTE;
        let slack = if minutes == 0 { MINUTE / 2 } else { MINUTE };
        walk.guided.refused(TypedCode::new((*code).clone()), Interval { from: about - slack, to: about });
        walk.guided.examine();
    }
    if walk.guided.knows_the_service() && walk.answer("entries-shown").is_none() && ask_entries(walk)? {
        return each_entry(walk);
    }
    next_code(walk)
}

/// Whether the app shows several entries of the service.
fn ask_entries(walk: &mut Walk<'_, '_>) -> Result<bool, Halt> {
    let Some(question) = walk.guided.session.symptom().and_then(|symptom| symptom.question("entries-shown")) else {
        return Ok(false);
    };
    let fill = |text: &str| report::fill(text, &walk.words);
    let choices = question.answers.iter().map(|answer| (answer.id.clone(), fill(&answer.label))).collect();
    let unsure = (Extra::Unsure, walk.phrase("unsure"));
    let ask = Ask { key: &question.id, prompt: fill(&question.ask), choices, extras: vec![unsure] };
    let answer = match walk.ui.choose(&ask)? {
        Pick::Choice(answer) => answer,
        Pick::Extra(_) => crate::verdict::UNSURE.to_owned(),
    };
    let several = answer == "several";
    walk.record(Event::Asked { question: "entries-shown".to_owned(), answer })?;
    Ok(several)
}

/// The code of each entry, top to bottom: the one that fits is to be kept.
fn each_entry(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    let intro = walk.phrase("ask-each-entry");
    walk.say(&intro)?;
    let mut codes: Vec<(TypedCode, i64)> = Vec::new();
    while codes.len() < MOST_ENTRIES {
        let prompt = walk.phrase("ask-code-of-entry").replace("{position}", &walk.phrase(ORDINALS[codes.len()]));
        let Some(code) = walk.ui.hidden(&prompt)? else { break };
        codes.push((TypedCode::new((*code).clone()), walk.clock.now()));
    }
    let fits = walk.guided.which_fit(&codes);
    let kept: Vec<usize> = (0..fits.len()).filter(|&index| fits[index]).collect();
    let [kept] = kept[..] else {
        // None fits, or more than one does: the plain comparison goes on with the last code.
        if !codes.is_empty() {
            walk.say_phrase("no-entry-fits")?;
        }
        for (code, at) in codes {
            walk.guided.shown(code, at);
        }
        walk.guided.examine();
        return Ok(());
    };
    let others: Vec<usize> = (0..codes.len()).filter(|&index| index != kept).collect();
    if others.is_empty() {
        walk.guided.shown(codes[kept].0.clone(), codes[kept].1);
        walk.guided.examine();
        return Ok(());
    }
    let speech = walk.speech();
    let others: Vec<&str> = others.iter().map(|&index| speech.phrase(ORDINALS[index])).collect();
    let text = walk.phrase(if others.len() == 1 { "keep-entry-one" } else { "keep-entry-other" });
    let text = text.replace("{position}", speech.phrase(ORDINALS[kept])).replace("{others}", &speech.list(&others));
    walk.ui.say("")?;
    walk.say(&text)?;
    let measure = Measure {
        explanation: "old-entry",
        with: None,
        ratio: 1e5,
        chance: 3e-6 * codes.len() as f64,
        codes: codes.len(),
        tried: codes.len() as u64,
        provable: true,
        detail: Detail::default(),
    };
    let reading = Reading::Measured(vec![measure]);
    walk.record(Event::Observed(Finding { probe: "code-match", source: Source::Entries, reading }))?;
    // Which one it is has been said; a remedy that guesses would only contradict it.
    walk.record(Event::Asked { question: ENTRY_FOUND.to_owned(), answer: "yes".to_owned() })
}

/// The code that the app shows now, after waiting for one that is new.
pub(super) fn next_code(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    if walk.guided.wait(walk.clock.now()) >= TIME_FOR_A_QUESTION && !meanwhile(walk)? {
        return Ok(());
    }
    let left = walk.guided.wait(walk.clock.now());
    if left > 0 {
        let text = walk.phrase("wait-seconds");
        walk.ui.wait(left, &text)?;
    }
    let prompt = walk.phrase("ask-current-code");
    match walk.ui.hidden(&prompt)? {
        Some(code) => {
            walk.guided.shown(TypedCode::new((*code).clone()), walk.clock.now());
            walk.guided.examine();
            (walk.keep)(&walk.guided.session)
        }
        None => no_further_code(walk),
    }
}

/// Uses the wait for a question. Whether to go on waiting: not if the person went back.
fn meanwhile(walk: &mut Walk<'_, '_>) -> Result<bool, Halt> {
    let Some(Move::Ask { question, why }) = walk.guided.session.meanwhile() else { return Ok(true) };
    walk.say_phrase("while-waiting")?;
    walk.ask(&question, why)?;
    Ok(walk.answer(&question).is_some())
}

/// Records that no code is to be had, so that none is asked for again.
pub(super) fn no_further_code(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    walk.record(Event::Observed(Finding::no_further_code()))
}

/// Enter pressed three times as the code changes: codes change at whole half minutes of true time in every zone, so the
/// presses give the clock's offset modulo the period.
pub(super) fn rhythm(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    let period = f64::from(walk.guided.period());
    let mut presses = Vec::new();
    for index in 0..3 {
        let prompt = walk.press(index == 0)?;
        if walk.ui.enter(&prompt)?.is_none() {
            break;
        }
        presses.push(walk.clock.precise_now());
    }
    let question = "code-rhythm".to_owned();
    let Some(offset) = offset_in_period(&presses, period) else {
        return walk.record(Event::Asked { question, answer: crate::verdict::UNSURE.to_owned() });
    };
    let in_step = offset.abs() <= IN_STEP;
    let text = walk.phrase(if in_step { "rhythm-in-step" } else { "rhythm-out-of-step" });
    walk.voiced(Voice::Say, &text.replace("{seconds}", &format!("{:.0}", offset.abs())))?;
    let text = walk.phrase("rhythm-cannot-see");
    walk.voiced(Voice::Note, &text)?;
    let answer = if in_step { "in-step" } else { "out-of-step" }.to_owned();
    walk.record(Event::Asked { question, answer })
}

/// The middle of the presses' phases, in seconds from −P/2 to P/2; `None` with none, or if they contradict each other.
fn offset_in_period(presses: &[f64], period: f64) -> Option<f64> {
    let phases: Vec<f64> =
        presses.iter().map(|press| (press + period / 2.0).rem_euclid(period) - period / 2.0).collect();
    let first = *phases.first()?;
    let near = |phase: &f64| (phase - first + period * 1.5).rem_euclid(period) - period / 2.0;
    let mut differences: Vec<f64> = phases.iter().map(near).collect();
    differences.sort_by(f64::total_cmp);
    let spread = differences[differences.len() - 1] - differences[0];
    let middle = differences[differences.len() / 2];
    (spread <= 3.0).then_some(first + middle - REACTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presses_give_the_offset_within_a_period() {
        let presses = [1_000_000_012.3, 1_000_000_042.4, 1_000_000_072.1];
        // 1,000,000,000 lies ten seconds after a change.
        let offset = offset_in_period(&presses, 30.0).unwrap();
        assert!((offset - (-8.0)).abs() < 0.5, "{offset}");
        assert!(offset_in_period(&[0.0, 40.0], 30.0).is_none(), "they contradict each other");
        assert!(offset_in_period(&[], 30.0).is_none());
    }
}

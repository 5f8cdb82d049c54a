//! Logs of refusals.

use otp_doctor::report::{Look, Overview};
use otp_doctor::triage::{Line, Log, Refusal, Triage, read};

use super::super::KNOWLEDGE;
use super::cases::assert_quiet;
use super::shown::assert_inert;

const MOST: usize = 200;

pub(super) fn log(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut refusals = Vec::new();
    for line in text.lines().take(MOST) {
        match read(line) {
            Ok(Line::Refusal(refusal)) => refusals.push(refusal),
            Ok(Line::Case(_)) => {}
            Err(error) => assert_quiet(line, &error),
        }
    }
    let triage = triage(refusals.iter());
    assert_counts(&triage, refusals.len());
    assert_eq!(self::triage(refusals.iter().rev()), triage, "the order of lines does not matter");
    let overview = Overview { triage: &triage, knowledge: &KNOWLEDGE };
    assert_inert(&overview.sentence());
    assert_inert(&overview.json());
    serde_json::from_str::<serde_json::Value>(&overview.json()).expect("a triage is JSON");
    let look = Look { width: 60, styled: false };
    for text in [overview.text(look), overview.status(look), overview.svg(400)] {
        text.lines().for_each(assert_inert);
    }
}

fn triage<'a>(refusals: impl Iterator<Item = &'a Refusal>) -> Triage {
    let mut log = Log::default();
    refusals.for_each(|refusal| log.add(refusal));
    log.triage()
}

fn assert_counts(triage: &Triage, lines: usize) {
    let of = |count: fn(&otp_doctor::triage::Group) -> usize| triage.groups.iter().map(count).sum::<usize>();
    assert_eq!(triage.lines, lines);
    assert_eq!(of(|group| group.lines), lines, "every line is in a group");
    assert_eq!(of(|group| group.people), triage.people, "every person is counted once");
}

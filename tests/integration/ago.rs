//! How long ago something was, as people say it.

use otp_doctor::knowledge::Knowledge;
use otp_doctor::speech::Speech;

use crate::content::knowledge;

const NOW: i64 = 1_800_000_000;

/// Seconds between then and now, at least and at most.
fn ago(knowledge: &Knowledge, text: &str) -> Option<(i64, i64)> {
    Speech::of(knowledge).ago(text, NOW).map(|at| (NOW - at.end(), NOW - at.start()))
}

#[test]
fn lengths_of_time_are_understood_in_each_language() {
    let english = knowledge();
    let german = knowledge().in_language("de");
    let minutes = |number: i64| Some((number * 60, number * 60 + 60));
    let hours = |number: i64| Some((number * 3_600 - 1_800, number * 3_600 + 1_800));
    for (knowledge, text, wanted) in [
        (&english, "20", minutes(20)),
        (&english, "20 minutes", minutes(20)),
        (&english, "20min ago", minutes(20)),
        (&english, "about 2 hours", hours(2)),
        (&english, "an hour ago", hours(1)),
        (&english, "one and a half hours", Some((3_600, 7_200))),
        (&english, "half an hour", Some((0, 3_600))),
        (&english, "1 h 30 min", minutes(90)),
        (&english, "1h30m", minutes(90)),
        (&english, "0,5", Some((30, 60))),
        (&english, "0.5 minutes", Some((30, 60))),
        (&english, "45 seconds", Some((45, 75))),
        (&english, "a few minutes ago", minutes(4)),
        (&english, "two days", None),
        (&english, "2 days", Some((129_600, 216_000))),
        (&english, "Just now.", Some((0, 30))),
        (&english, "yesterday", Some((0, 172_800))),
        (&english, "this morning", Some((0, 86_400))),
        (&english, "", Some((0, 86_400))),
        (&german, "vor 20 Minuten", minutes(20)),
        (&german, "gerade eben", Some((0, 30))),
        (&german, "vor einer Stunde", hours(1)),
        (&german, "eine halbe Stunde", Some((0, 3_600))),
        (&german, "gestern", Some((0, 172_800))),
    ] {
        assert_eq!(ago(knowledge, text), wanted, "{text}");
    }
    for text in ["soon", "20 bananas", "-5", "9:30", "1e400", "in an hour", "minutes", "5 6", "400 days"] {
        assert_eq!(ago(&english, text), None, "{text}");
    }
}

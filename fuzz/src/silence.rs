//! Whether a message about a private text keeps quiet.

/// Stand in the seeds and in the dictionary for a secret and a code, and in no message of ours.
const CANARIES: [&str; 3] = ["KANARYVOGEL", "kanaryvogel", "748291"];
/// Long numbers in messages of ours: the most that a parameter may be.
const OURS: [&str; 3] = ["4294967295", "9223372036854775807", "18446744073709551615"];

/// Whether a character belongs to a run of its kind.
type Belongs = fn(char) -> bool;

/// Panics if `message` repeats what looks like a secret or a code from `text`.
pub(crate) fn assert_silent(text: &str, message: &str) {
    for canary in CANARIES {
        assert!(!message.contains(canary), "a canary is in a message");
    }
    let alike: [(Belongs, usize); 2] =
        [(|c| c.is_ascii_digit(), 6), (|c| c.is_ascii_uppercase() || ('2'..='7').contains(&c), 8)];
    for (belongs, long) in alike {
        let runs = message.split(|c| !belongs(c)).filter(|run| run.len() >= long && !OURS.contains(run));
        for run in runs {
            assert!(!text.contains(run), "a part of a private text is in a message");
        }
    }
}

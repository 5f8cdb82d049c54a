//! What fuzzing found, made small (`fuzz/`, CONTRIBUTING.md); the inputs are in `tests/fuzzed/`.

use otp_doctor::triage::{Line, Log, Refusal, Triage, read};

fn triage<'a>(refusals: impl Iterator<Item = &'a Refusal>) -> Triage {
    let mut log = Log::default();
    refusals.for_each(|refusal| log.add(refusal));
    log.triage()
}

#[test]
fn the_order_of_lines_that_name_nobody_does_not_matter() {
    let text = include_str!("../fuzzed/log-of-nobody.ndjson");
    let refusal = |line| match read(line) {
        Ok(Line::Refusal(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let refusals: Vec<Refusal> = text.lines().map(refusal).collect();
    assert_eq!(triage(refusals.iter()), triage(refusals.iter().rev()));
}

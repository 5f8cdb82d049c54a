//! What fuzzing found, made small (`fuzz/`, CONTRIBUTING.md); the inputs are in `tests/fuzzed/`.

use otp_doctor::case;
use otp_doctor::finding::Reading;
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::probe::vocabulary;
use otp_doctor::session::{Session, Transcript};
use otp_doctor::triage::{Line, Log, Refusal, Triage, read};
use otp_doctor::verdict::{UNKNOWN, Verdict};

use crate::accuracy::knowledge;

/// What one case is compared with has bounds (docs/inference.md). Beyond them a code is not compared; it is no error, and
/// nothing is made of it.
#[test]
fn a_time_that_is_hardly_known_is_not_compared() {
    let told = |period: u32, days: u32| {
        let uri = |letter: char| {
            let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ".to_owned();
            format!("otpauth://totp/Lantern:{letter}?secret={key}{letter}&period={period}")
        };
        let entries: Vec<_> = "ABCDEF".chars().map(|letter| serde_json::json!({ "uri": uri(letter) })).collect();
        let at =
            serde_json::json!({ "from": "2026-01-01T00:00:00Z", "to": format!("2026-01-{:02}T00:00:00Z", 1 + days) });
        let attempts: Vec<_> =
            (0..8).map(|number| serde_json::json!({ "code": format!("{:06}", 123_457 * number), "at": at })).collect();
        let case = serde_json::json!({ "expected": uri('Q'), "entries": entries, "attempts": attempts }).to_string();
        let diagnosis = otp_doctor::engine::diagnose(&case::read(&case).unwrap(), &knowledge()).unwrap();
        assert_is_a_distribution(diagnosis.verdict.as_ref().unwrap());
        let measures = diagnosis.findings.iter().filter_map(|finding| match &finding.reading {
            Reading::Measured(measures) => Some(measures),
            Reading::Unavailable(_) => None,
        });
        measures.flatten().find(|measure| measure.explanation == "device-clock-off").map_or(0, |measure| measure.tried)
    };
    // Half minutes of a day are compared, seconds of a week are not.
    assert!(told(30, 1) > 2_880, "{}", told(30, 1));
    assert_eq!(told(1, 7), 0);
}

#[test]
fn a_list_of_more_than_a_thousand_is_refused_with_its_place() {
    let many = |name: &str, item: &str| format!(r#"{{"{name}":[{}]}}"#, vec![item; 1_001].join(","));
    for (name, item) in [("attempts", r#"{"code":"123456"}"#), ("entries", r#"{"uri":"GEZDGNBVGY3TQOJQ"}"#)] {
        let error = case::read(&many(name, item)).unwrap_err().to_string();
        assert_eq!(error, format!("{name}: more than 1000 items"));
    }
}

fn assert_is_a_distribution(verdict: &Verdict) {
    let sum: f64 = verdict.causes.iter().map(|one| one.probability).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    assert!(verdict.evidence.iter().all(|piece| piece.ratio.is_finite()));
}

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

/// RFC 3339 has no year before 0 and after 9999, and another offset than UTC's leads there.
#[test]
fn a_case_is_written_with_times_that_are_read() {
    for line in include_str!("../fuzzed/first-and-last-days.ndjson").lines() {
        match case::read(line) {
            Ok(case) => assert_eq!(case::read(&case::write(&case).to_string()), Ok(case)),
            Err(error) => assert!(error.message.starts_with("expected a time"), "{error}"),
        }
    }
}

#[test]
fn a_transcript_with_the_largest_numbers_comes_to_a_verdict() {
    let knowledge = knowledge();
    let transcript = Transcript::read(include_str!("../fuzzed/largest-ratios.ndjson"), &vocabulary()).unwrap();
    let session = Session::resume(&knowledge, transcript);
    let verdict = session.verdict().unwrap();
    assert_is_a_distribution(verdict);
    assert_eq!(verdict.first().cause, "device-clock-off");
}

#[test]
fn numbers_without_measure_are_flaws_and_where_nothing_weighs_nothing_is_known() {
    let shipped = Sources::embedded();
    let text = std::str::from_utf8(shipped.get("kb.yaml").unwrap()).unwrap();
    let changed = |line: &dyn Fn(&str) -> String| {
        let mut sources = shipped.clone();
        let lines: Vec<String> = text.lines().map(line).collect();
        sources.insert("kb.yaml", lines.join("\n"));
        Knowledge::compile(&sources, &vocabulary())
    };
    for number in ["inf", "1e308", "nan"] {
        let unknown =
            |line: &str| if line.starts_with("unknown:") { format!("unknown: {number}") } else { line.to_owned() };
        let compiled = changed(&unknown);
        assert!(compiled.diagnostics.iter().any(|one| one.message.contains("from 0 to")), "{number}");
        assert!(compiled.knowledge.numbers.unknown <= 1e6);
    }
    let weights = ["very-common: ", "common: ", "uncommon: ", "rare: ", "very-rare: ", "unknown: "];
    let nothing = changed(&|line: &str| match weights.iter().find(|word| line.trim_start().starts_with(**word)) {
        Some(_) => format!("{}: 0", line.split(':').next().unwrap_or_default()),
        None => line.to_owned(),
    });
    assert!(nothing.knowledge.numbers.unknown <= 0.0);
    let case = case::read(r#"{"attempts":[{"code":"123456"}]}"#).unwrap();
    let verdict = otp_doctor::engine::diagnose(&case, &nothing.knowledge).unwrap().verdict.unwrap();
    assert_is_a_distribution(&verdict);
    assert_eq!(verdict.first().cause, UNKNOWN);
}

//! What many refused logins have in common is found and said first; what has nothing in common is not made to.

use fastrand::Rng;
use otp_doctor::case::{self, AtSource, Attempt, Case, Interval, KnownEntry, Outcome, ServiceFacts, Status, TypedCode};
use otp_doctor::entry::{self, Entry};
use otp_doctor::otp::{Key, step};
use otp_doctor::report;
use otp_doctor::triage::{Log, Refusal};
use serde_json::{Value, json};

use crate::examples::{example, program};

/// 07:40 on 24 November 2026, UTC.
const BEGIN: i64 = 1_795_506_000;
const NODES: [&str; 3] = ["auth-1", "auth-2", "auth-3"];
const CAUSES: [&str; 6] =
    ["mistyped-code", "old-entry", "wrong-entry", "expired-code", "replayed-code", "device-clock-off"];
const APPS: [&str; 4] = ["aegis", "bitwarden", "freeotp-plus", "google-authenticator"];

/// Makes tickets; the same seed makes the same ones.
struct Desk {
    rng: Rng,
    made: usize,
}

impl Desk {
    fn new() -> Self {
        Self { rng: Rng::with_seed(20_261_124), made: 0 }
    }

    fn entry(&mut self) -> Entry {
        let bytes: Vec<u8> = (0..20).map(|_| self.rng.u8(..)).collect();
        let key = data_encoding::BASE32_NOPAD.encode(&bytes);
        entry::read(&format!("otpauth://totp/Lantern:someone?secret={key}&issuer=Lantern")).unwrap().entry
    }

    /// A person at the login page at `at` by the service's clock, with the code that `spoil` makes of a right one and a
    /// device that is `offset` seconds ahead of the service.
    fn ticket(&mut self, at: i64, node: &str, offset: i64, spoil: impl Fn(&str) -> String) -> Case {
        self.made += 1;
        let entry = self.entry();
        let read = at - self.rng.i64(2..=18);
        let code = spoil(&shown(&entry, read + offset));
        let mut attempt =
            Attempt::new(TypedCode::new(code), Interval::instant(at), AtSource::Service, Outcome::Refused);
        attempt.node = Some(node.to_owned());
        let next = at + 60;
        let next_code = TypedCode::new(shown(&entry, next - 5 + offset));
        let second = Attempt::new(next_code, Interval::instant(next), AtSource::ThisComputer, Outcome::Untried);
        let id = Some("login".to_owned());
        Case {
            id: Some(format!("ticket-{}", self.made)),
            person: Some(format!("p{}", self.made)),
            app: Some(APPS[self.rng.usize(..APPS.len())].to_owned()),
            entries: vec![KnownEntry::from(entry.clone())],
            expected: Some(entry),
            service: ServiceFacts { id, past: Some(1), future: Some(1), ..ServiceFacts::default() },
            attempts: vec![attempt, second],
            ..Case::default()
        }
    }

    /// Somebody who types the code of an entry that the service has replaced.
    fn old_entry(&mut self, at: i64, node: &str) -> Case {
        let mut case = self.ticket(at, node, 0, str::to_owned);
        case.expected = Some(self.entry());
        case.entries[0].status = Some(Status::Revoked);
        case
    }

    fn node(&mut self) -> &'static str {
        NODES[self.rng.usize(..NODES.len())]
    }

    fn minute(&mut self) -> i64 {
        self.rng.i64(0..5_400)
    }

    /// A clock that is off by an amount of its own.
    fn own_clock(&mut self) -> i64 {
        let sign = if self.rng.bool() { 1 } else { -1 };
        sign * (90.0 * 60.0_f64.powf(self.rng.f64())) as i64
    }
}

fn shown(entry: &Entry, time: i64) -> String {
    format!("{:06}", Key::new(entry.algorithm, &entry.secret).code(step(time, 30) as u64, entry.digits))
}

/// The first digit, one higher.
fn one_wrong(code: &str) -> String {
    let first = (code.as_bytes()[0] - b'0' + 1) % 10;
    format!("{first}{}", &code[1..])
}

/// 150 people at a node whose clock is ahead, 30 with an old entry in one app, 20 with a trouble of their own.
fn two_hundred() -> Vec<Case> {
    let mut desk = Desk::new();
    let mut cases = Vec::new();
    for number in 0..150 {
        let at = BEGIN + if number == 0 { 12 } else { 12 + desk.minute() };
        cases.push(desk.ticket(at, "auth-2", -312, str::to_owned));
    }
    for _ in 0..30 {
        let (at, node) = (BEGIN - 7_200 + 2 * desk.minute(), desk.node());
        let mut case = desk.old_entry(at, node);
        case.app = Some("authy".to_owned());
        cases.push(case);
    }
    for number in 0..20 {
        let (at, node) = (BEGIN - 7_200 + 2 * desk.minute(), desk.node());
        let offset = desk.own_clock();
        cases.push(match number % 2 {
            0 => desk.ticket(at, node, offset, str::to_owned),
            _ => desk.ticket(at, node, 0, one_wrong),
        });
    }
    cases.sort_by_key(|case| case.attempts[0].at.map(|at| at.from));
    cases
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    values.map(|value| value.to_string() + "\n").collect()
}

fn tickets(cases: &[Case]) -> String {
    lines(cases.iter().map(case::write))
}

/// Exit code, standard output, standard error.
fn triage(input: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut command = program();
    let output = command.args(["triage", "-"]).args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn found(input: &str) -> (i32, Value) {
    let (code, out, _) = triage(input, &["--json"]);
    (code, serde_json::from_str(&out).unwrap())
}

/// A refusal in the short form, `minutes` after the beginning.
fn short(person: &str, minutes: i64, rest: Value) -> Value {
    let at = chrono::DateTime::from_timestamp(BEGIN + 60 * minutes, 0).unwrap();
    let mut value = rest;
    for (field, text) in [("at", at.to_rfc3339().as_str()), ("person", person), ("service", "login")] {
        value[field] = text.into();
    }
    value
}

/// A clock that is off, in the short form.
fn clock(person: &str, minutes: i64, offset: i64) -> Value {
    short(person, minutes, json!({ "cause": "device-clock-off", "offset_seconds": offset }))
}

#[test]
fn three_faults_among_two_hundred_tickets_are_found_and_the_sentence_comes_first() {
    let input = tickets(&two_hundred());
    let (code, text, _) = triage(&input, &["--width", "100"]);
    assert_eq!(code, 0);
    let sentence: String = text.split("\n\n").next().unwrap().replace('\n', " ");
    assert!(sentence.starts_with("150 of 200 people share −3"), "{sentence}");
    assert!(sentence.contains("since 07:40 UTC on 24 November 2026, all on auth-2"), "{sentence}");
    assert!(sentence.ends_with("not the people."), "{sentence}");
    let (_, json) = found(&input);
    let lead = &json["groups"][0];
    assert_eq!(
        (&lead["cause"], &lead["node"], &lead["people"]),
        (&json!("uneven-service-clocks"), &json!("auth-2"), &json!(150))
    );
    assert_eq!(lead["conclusion"], "confirmed");
    let offset = lead["offset_seconds"].as_i64().unwrap();
    assert!((-322..=-302).contains(&offset), "{offset}");
    let second = &json["groups"][1];
    assert_eq!(
        (&second["cause"], &second["app"], &second["people"]),
        (&json!("old-entry"), &json!("authy"), &json!(30))
    );
    let people: u64 = json["groups"].as_array().unwrap().iter().map(|group| group["people"].as_u64().unwrap()).sum();
    assert_eq!((people, json["lines"].as_u64()), (200, Some(200)));
    assert_eq!(json["own_clocks"], 10);
    for case in two_hundred() {
        assert!(!text.contains(case.attempts[0].code.text()), "a code is shown");
    }
}

#[test]
fn what_people_see() {
    let input = tickets(&two_hundred());
    insta::assert_snapshot!("triage_at_eighty_columns", triage(&input, &["--width", "80"]).1);
    insta::assert_snapshot!("triage_at_forty_columns", triage(&input, &["--width", "40"]).1);
    insta::assert_snapshot!("triage_status", triage(&input, &["--status", "--width", "80"]).1);
}

#[test]
fn two_people_have_nothing_in_common() {
    let (code, json) = found(&lines([clock("p1", 0, -312), clock("p2", 3, -310)].into_iter()));
    assert_eq!((code, &json["lead"]), (1, &json!(false)));
}

#[test]
fn three_people_are_likely_and_how_likely_by_chance_is_told() {
    let (code, json) = found(&lines((0..3).map(|number| clock(&format!("p{number}"), number, -312 + number))));
    assert_eq!((code, &json["lead"]), (0, &json!(true)));
    let lead = &json["groups"][0];
    assert_eq!((&lead["cause"], &lead["people"]), (&json!("service-clock-off"), &json!(3)));
    let chance = lead["chance"].as_f64().unwrap();
    assert!(chance > 1e-6 && chance < 1e-2, "{chance}");
}

#[test]
fn three_of_many_with_clocks_of_their_own_are_chance() {
    let mut desk = Desk::new();
    let own = (0..200).map(|number| clock(&format!("p{number}"), number, desk.own_clock()));
    let (code, json) = found(&lines(own.collect::<Vec<_>>().into_iter()));
    assert_eq!((code, &json["lead"]), (1, &json!(false)), "{json}");
    assert_eq!(json["own_clocks"], 200);
}

#[test]
fn one_person_fifty_times_is_one_person() {
    let (code, json) = found(&lines((0..50).map(|number| clock("p1", number, -312))));
    assert_eq!((code, &json["lead"], &json["people"]), (1, &json!(false), &json!(1)));
}

#[test]
fn the_same_shift_over_a_month_is_not_the_services() {
    let month = (0..30).map(|day| clock(&format!("p{day}"), day * 1_440, -312));
    let (code, json) = found(&lines(month));
    assert_eq!((code, &json["lead"]), (1, &json!(false)));
}

#[test]
fn a_long_trouble_is_one_trouble() {
    let days = (0..60).map(|number| clock(&format!("p{number}"), number * 120, -312));
    let (_, json) = found(&lines(days));
    assert_eq!((&json["groups"][0]["people"], json["groups"].as_array().unwrap().len()), (&json!(60), 1));
}

#[test]
fn different_services_have_different_clocks() {
    let two = (0..2).flat_map(|number| {
        ["login", "mail"].map(|service| {
            let mut refusal = clock(&format!("{service}{number}"), number, -312);
            refusal["service"] = service.into();
            refusal
        })
    });
    assert_eq!(found(&lines(two)).0, 1);
}

#[test]
fn a_line_without_a_service_is_of_the_named_one() {
    let log = lines((0..8).map(|number| {
        let mut refusal = clock(&format!("p{number}"), number, -312);
        refusal["service"] = if number % 2 == 0 { Value::Null } else { "example".into() };
        refusal
    }));
    let groups = |named: &[&str]| {
        let (_, out, _) = triage(&log, &[&["--json"], named].concat());
        let answer: Value = serde_json::from_str(&out).unwrap();
        let groups = answer["groups"].as_array().unwrap().iter();
        groups.map(|group| (group["service"].clone(), group["people"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(groups(&[]), [(Value::Null, json!(4)), (json!("example"), json!(4))]);
    assert_eq!(groups(&["--service", "example"]), [(json!("example"), json!(8))]);
}

#[test]
fn a_shift_of_an_hour_may_be_the_regions() {
    let (_, text, _) = triage(&lines((0..20).map(|number| clock(&format!("p{number}"), number, 3_600))), &[]);
    let text = text.replace('\n', " ");
    assert!(text.contains("the size of a time zone") && text.contains("the region of these people"), "{text}");
}

#[test]
fn a_node_that_answers_everybody_is_not_named_as_the_one() {
    let everybody = (0..40).map(|number| {
        let offset = if number < 30 { -312 } else { 300 * (number - 20) };
        let mut refusal = clock(&format!("p{number}"), number, offset);
        refusal["node"] = if number == 39 { "auth-1" } else { "auth-2" }.into();
        refusal
    });
    let (_, json) = found(&lines(everybody));
    assert_eq!(
        (&json["groups"][0]["cause"], &json["groups"][0]["node"]),
        (&json!("service-clock-off"), &json!("auth-2"))
    );
}

/// 120 people, each with a trouble, a node and an app of their own.
fn mixture(seed: u64) -> Log {
    let mut desk = Desk { rng: Rng::with_seed(seed), made: 0 };
    let mut log = Log::default();
    for number in 0..120 {
        let cause = CAUSES[desk.rng.usize(..CAUSES.len())];
        log.add(&Refusal {
            at: Some(BEGIN + desk.rng.i64(0..36_000)),
            person: Some(format!("p{number}")),
            app: Some(APPS[desk.rng.usize(..APPS.len())].to_owned()),
            node: Some(desk.node().to_owned()),
            cause: Some(cause.to_owned()),
            offset_seconds: (cause == "device-clock-off").then(|| desk.own_clock()),
            ..Refusal::default()
        });
    }
    log
}

#[test]
fn random_mixtures_have_nothing_in_common() {
    // What luck brings about in one of a hundred counts as remarkable, so a few of many mixtures do have a lead.
    let leads = (0..1_000).filter(|seed| mixture(*seed).triage().lead().is_some()).count();
    assert!(leads <= 10, "{leads} of 1,000 mixtures have a lead");
    eprintln!("{leads} of 1,000 mixtures have a lead");
    let (code, text, _) = triage(
        &lines(
            (0..9).map(|number| short(&format!("p{number}"), number, json!({ "cause": CAUSES[number as usize % 3] }))),
        ),
        &[],
    );
    assert_eq!(code, 1);
    assert!(text.starts_with("9 refused logins of 9 people have nothing in common"), "{text}");
}

#[test]
fn the_order_of_the_lines_does_not_matter() {
    let mut refusals: Vec<Value> =
        (0..90).map(|number| clock(&format!("p{number}"), number, -312 + number % 9)).collect();
    refusals.extend((0..30).map(|number| {
        let app = json!({ "cause": CAUSES[number as usize % 4], "app": APPS[number as usize % 4] });
        short(&format!("q{number}"), 7 * number, app)
    }));
    let told = found(&lines(refusals.iter().cloned()));
    for seed in 0..3 {
        Rng::with_seed(seed).shuffle(&mut refusals);
        assert_eq!(found(&lines(refusals.iter().cloned())), told);
    }
}

#[test]
fn findings_only_and_an_app_leads() {
    let people = (0..40).map(|number| {
        let rest = match number {
            0..25 => json!({ "cause": "algorithm-ignored", "app": "Quill", "app_version": "2.1" }),
            _ => json!({ "cause": "mistyped-code", "app": APPS[number as usize % 4], "app_version": "1" }),
        };
        short(&format!("p{number}"), number, rest)
    });
    let (code, json) = found(&lines(people));
    assert_eq!(code, 0);
    let lead = &json["groups"][0];
    assert_eq!((&lead["common"], &lead["app"], &lead["people"]), (&json!("app"), &json!("Quill 2.1"), &json!(25)));
    assert!(json["status"].as_str().unwrap().contains("you did nothing wrong"));
}

#[test]
fn whoever_is_left_beside_a_faulty_app_is_no_second_fault() {
    let people = (0..24).map(|number| {
        let (cause, app) = [("old-entry", "Quill"), ("wrong-entry", "aegis")][number as usize % 2];
        short(&format!("p{number}"), number, json!({ "cause": cause, "app": app }))
    });
    let (_, json) = found(&lines(people));
    let apps = json["groups"].as_array().unwrap().iter().filter(|group| group["common"] == "app").count();
    assert_eq!(apps, 1, "{json}");
    let slips = (0..24).map(|number| {
        let (cause, app) = [("mistyped-code", "Quill"), ("unknown", "aegis")][number as usize % 2];
        short(&format!("p{number}"), number, json!({ "cause": cause, "app": app }))
    });
    let (_, json) = found(&lines(slips));
    assert_eq!((&json["groups"][0]["app"], json["groups"][0].get("cause")), (&json!("aegis"), None), "{json}");
}

#[test]
fn answers_of_diagnose_are_read() {
    let answer = |number: i64| {
        json!({
            "schema": 1, "id": format!("c{number}"), "conclusion": "confirmed", "person": format!("p{number}"),
            "at": "2026-11-24T07:41:12Z", "chance": 2.9e-9, "next": { "do": "remedy", "id": "set-clock" },
            "causes": [
                { "cause": "device-clock-off", "probability": 0.9993, "detail": { "offset_seconds": -120, "offset_range": [-134, -106] } },
                { "cause": "unknown", "probability": 0.0002 }
            ]
        })
    };
    let (code, json) = found(&lines((0..20).map(answer)));
    assert_eq!((code, &json["groups"][0]["offset_seconds"]), (0, &json!(-120)));
    let output = program().args(["diagnose", "--json", "--cases"]).arg(example("many.ndjson")).output().unwrap();
    let (code, json) = found(&String::from_utf8(output.stdout).unwrap());
    // They are of one account, which an answer tells where nobody is named.
    assert_eq!((code, &json["lines"], &json["nameless"]), (1, &json!(10), &json!(1)));
}

#[test]
fn many_codes_that_nothing_explains_look_like_guessing() {
    let mut desk = Desk::new();
    let mut cases = vec![desk.ticket(BEGIN, "auth-1", 0, one_wrong)];
    let victim = desk.entry();
    for number in 0..12 {
        let mut case = desk.ticket(BEGIN + 20 * number, "auth-1", 0, str::to_owned);
        case.attempts.truncate(1);
        case.person = Some("victim".to_owned());
        case.entries.clear();
        case.expected = Some(victim.clone());
        cases.push(case);
    }
    let (code, json) = found(&tickets(&cases));
    assert_eq!(code, 0);
    let group = json["groups"].as_array().unwrap().iter().find(|group| group["common"] == "guessing").unwrap();
    assert_eq!(group["person"], "victim", "{json}");
    assert!(group["tries"].as_u64().unwrap() >= 10 && group.get("cause").is_none());
    assert!(json["sentence"].as_str().unwrap().contains("looks like guessing"));
}

#[test]
fn what_is_undetermined_is_counted() {
    let (code, json) = found(&lines((0..4).map(|number| short(&format!("p{number}"), number, json!({})))));
    assert_eq!((code, &json["undetermined"]), (1, &json!(4)));
}

#[test]
fn an_unreadable_line_is_told_and_the_rest_goes_on() {
    let good: Vec<Value> = (0..6).map(|number| clock(&format!("p{number}"), number, -312)).collect();
    let broken = "{\"cause\":\"not an id: 123456\"}\n\nnonsense 123456\n{\"schema\":1,\"line\":7,\"error\":\"x\"}\n";
    let (code, out, err) =
        triage(&format!("{}{broken}{}", lines(good[..3].iter().cloned()), lines(good[3..].iter().cloned())), &[]);
    assert_eq!(code, 2);
    assert!(out.starts_with("6 of 6 people share −312 s"), "{out}");
    for place in ["line 4: cause: ", "line 6: ", "line 7: "] {
        assert!(err.contains(place), "{err}");
    }
    assert!(!format!("{out}{err}").contains("123456") && out.contains("Not read: 3 lines"), "{out}{err}");
}

#[test]
fn an_empty_file_has_nothing_in_it() {
    for input in ["", "\n\n"] {
        let (code, out, _) = triage(input, &[]);
        assert_eq!((code, out.lines().next()), (1, Some("There is no refused login to be read.")));
    }
}

#[test]
fn hostile_names_stay_inert() {
    let payload = "\u{1b}[2J\u{202e}\n</text><script>alert(1)</script>&\"auth";
    let people = (0..20).map(|number| {
        let mut refusal =
            clock(&format!("{payload}{number}"), number, if number < 15 { -312 } else { 900 * (number - 10) });
        refusal["node"] = if number < 15 { payload } else { "auth-1" }.into();
        refusal["service"] = payload.into();
        refusal
    });
    let input = lines(people);
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("line.svg");
    for arguments in [&[][..], &["--json"], &["--status"]] {
        let mut command = program();
        command.args(["triage", "-", "--svg"]).arg(&picture).args(arguments);
        let output = command.write_stdin(input.clone()).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let out = String::from_utf8(output.stdout).unwrap();
        let svg = std::fs::read_to_string(&picture).unwrap();
        for text in [&out, &svg] {
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
        }
        assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"));
    }
}

#[test]
fn the_picture_is_as_wide_as_is_wanted() {
    let people = (0..60).map(|number| {
        let mut refusal = clock(&format!("p{number}"), number, if number < 40 { -312 } else { 900 * (number - 30) });
        refusal["node"] = format!("authentication-node-with-a-long-name-{}", number % 7).into();
        if number >= 50 {
            refusal["cause"] = "old-entry".into();
        }
        refusal
    });
    let input = lines(people);
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("line.svg");
    let drawn = |width: &str| {
        let mut command = program();
        let output = command.args(["triage", "-", "--svg-width", width, "--svg"]).arg(&picture);
        (output.write_stdin(input.clone()).output().unwrap(), std::fs::read_to_string(&picture).unwrap_or_default())
    };
    for width in [320, 400, 639, 960, 4_000] {
        let (output, svg) = drawn(&width.to_string());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let document = roxmltree::Document::parse(&svg).unwrap();
        assert_eq!(document.root_element().attribute("width"), Some(width.to_string().as_str()));
        let number = |node: &roxmltree::Node<'_, '_>, name: &str| {
            node.attribute(name).and_then(|value| value.parse::<f64>().ok()).unwrap_or_default()
        };
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            for name in ["x1", "x2", "cx"] {
                assert!(number(&node, name) <= f64::from(width) - 20.0, "{width}: {node:?}");
            }
            if let (Some("start"), Some(text)) = (node.attribute("text-anchor"), node.text()) {
                // Of the fonts that a system has, letters are 7 to 8 pixels wide in the mean.
                let reach = number(&node, "x") + 7.5 * text.chars().count() as f64;
                assert!(reach <= f64::from(width), "{width}: {text} reaches {reach}");
            }
        }
    }
    for width in ["319", "4001", "wide", "-1"] {
        assert_eq!(drawn(width).0.status.code(), Some(2), "{width}");
    }
}

#[test]
fn a_hundred_thousand_lines_are_sorted_out() {
    let mut rng = Rng::with_seed(1);
    let many = (0..100_000).map(|number| {
        let offset = if number % 3 == 0 { -312 + rng.i64(-20..20) } else { rng.i64(-40_000..40_000) };
        clock(&format!("p{number}"), number / 100, offset)
    });
    let (code, json) = found(&lines(many));
    assert_eq!((code, &json["groups"][0]["cause"]), (0, &json!("service-clock-off")));
    assert!(json["groups"][0]["people"].as_u64().unwrap() >= 33_333);
}

#[test]
fn what_a_verifier_logs_is_what_triage_reads() {
    let refusal = Refusal {
        at: Some(BEGIN),
        person: Some("p7".to_owned()),
        node: Some("auth-2".to_owned()),
        cause: Some("device-clock-off".to_owned()),
        offset_seconds: Some(-312),
        tries: 1,
        ..Refusal::default()
    };
    let line = report::refusal(&refusal);
    let Ok(otp_doctor::triage::Line::Refusal(read)) = otp_doctor::triage::read(&line) else { panic!("{line}") };
    assert_eq!(read, refusal);
}

#[path = "../../examples/verifier.rs"]
#[allow(dead_code)]
pub(crate) mod verifier;

#[test]
fn the_log_of_the_verifier_has_causes_and_no_codes() {
    let read = |name: &str| std::fs::read_to_string(example(name)).unwrap();
    let (accounts, logins) = (read("verifier/accounts.txt"), read("verifier/logins.txt"));
    let (mut replies, mut log) = (Vec::new(), Vec::new());
    verifier::serve(&accounts, logins.as_bytes(), &mut replies, &mut log).unwrap();
    let replies = String::from_utf8(replies).unwrap();
    assert_eq!(replies.lines().filter(|reply| *reply == "welcome").count(), 2, "{replies}");
    assert_eq!(replies.lines().filter(|reply| *reply == "wrong code").count(), 11, "{replies}");
    let log = String::from_utf8(log).unwrap();
    for code in logins.lines().map(|line| line.rsplit(' ').next().unwrap()) {
        assert!(!log.contains(code), "{log}");
    }
    let (code, json) = found(&log);
    let lead = &json["groups"][0];
    assert_eq!(
        (code, &lead["cause"], &lead["node"]),
        (0, &json!("uneven-service-clocks"), &json!("auth-2")),
        "{log}{json}"
    );
    assert_eq!(json["groups"][1]["common"], "nothing", "a sound node is not blamed for the faulty one: {json}");
}

//! Triage accuses nobody who stands beside the guilty: every accusation with its opposite, and many seeded logs of both kinds.

use fastrand::Rng;
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::probe;
use otp_doctor::triage::{CausePlace, Common, Log, Refusal, Shares, Triage};
use serde_json::{Value, json};

use crate::examples::{example, program};

/// 07:40 on 24 November 2026, UTC.
const BEGIN: i64 = 1_795_506_000;
const CAUSES: [&str; 8] = [
    "mistyped-code",
    "old-entry",
    "wrong-entry",
    "expired-code",
    "replayed-code",
    "device-clock-off",
    "mixed-codes",
    "unknown",
];
const APPS: [&str; 5] = ["aegis", "bitwarden", "freeotp-plus", "google-authenticator", "quill"];
const NODES: [&str; 3] = ["auth-1", "auth-2", "auth-3"];

fn at(minutes: i64) -> String {
    chrono::DateTime::from_timestamp(BEGIN + 60 * minutes, 0).unwrap().to_rfc3339()
}

/// One refusal a line: person and time are those of the place, the rest is given.
fn log(prefix: &str, number: i64, rest: impl Fn(i64) -> Value) -> String {
    let line = |index: i64| {
        let mut line = json!({ "at": at(index), "person": format!("{prefix}{index}"), "service": "login" });
        for (field, value) in rest(index).as_object().unwrap() {
            line[field] = value.clone();
        }
        line.to_string() + "\n"
    };
    (0..number).map(line).collect()
}

/// Exit code, the answer, standard error.
fn triage(input: &str) -> (i32, Value, String) {
    let output = program().args(["triage", "--json", "-"]).write_stdin(input).output().unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), answer, String::from_utf8(output.stderr).unwrap())
}

fn groups(answer: &Value, common: &str) -> Vec<Value> {
    let groups = answer["groups"].as_array().unwrap().iter();
    groups.filter(|group| group["common"] == common).cloned().collect()
}

#[test]
fn a_shift_within_the_window_is_none() {
    for offset in [0, 1, -29, 30] {
        for cause in [Value::Null, "device-clock-off".into(), "service-clock-off".into()] {
            let (code, answer, _) = triage(&log("p", 20, |_| json!({ "cause": cause, "offset_seconds": offset })));
            assert_eq!(groups(&answer, "shift"), Vec::<Value>::new(), "{offset} {cause}: {answer}");
            // That all of them say it is the service's clock is in common all the same.
            assert_eq!(code == 0, cause == "service-clock-off", "{offset} {cause}: {answer}");
        }
    }
    let (code, answer, _) = triage(&log("p", 20, |_| json!({ "cause": "device-clock-off", "offset_seconds": -60 })));
    assert_eq!((code, &groups(&answer, "shift")[0]["people"]), (0, &json!(20)));
    // A service that forgives ten minutes forgives five.
    let wide = |_| json!({ "cause": "device-clock-off", "offset_seconds": -312, "window_seconds": [600, 30] });
    assert_eq!(triage(&log("p", 20, wide)).0, 1);
    let other_side = |_| json!({ "cause": "device-clock-off", "offset_seconds": 312, "window_seconds": [600, 30] });
    assert_eq!(triage(&log("p", 20, other_side)).0, 0);
}

#[test]
fn a_cause_outside_the_clocks_takes_no_part_in_shifts() {
    for cause in ["old-entry", "mistyped-code", "expired-code", "a-cause-of-their-own"] {
        for offset in [0, -312, 3_600] {
            let (_, answer, _) = triage(&log("p", 20, |_| json!({ "cause": cause, "offset_seconds": offset })));
            assert_eq!(groups(&answer, "shift"), Vec::<Value>::new(), "{cause} {offset}");
            assert!(!answer["sentence"].as_str().unwrap().contains("clock, not the people"), "{answer}");
        }
    }
    for cause in ["device-clock-off", "service-clock-off", "unknown"] {
        let (_, answer, _) = triage(&log("p", 20, |_| json!({ "cause": cause, "offset_seconds": -312 })));
        assert_eq!(groups(&answer, "shift").len(), 1, "{cause}");
    }
}

#[test]
fn only_against_others_who_do_not_share_it() {
    for (field, common) in [("app", "app"), ("node", "node"), ("network", "network")] {
        let sharing = |cause: &'static str, name: &'static str| move |_: i64| json!({ "cause": cause, field: name });
        let twelve = log("p", 12, sharing("old-entry", "one"));
        // Alone; with others that do not say where they are; with others who share it.
        let elsewhere_unknown = log("q", 9, |_| json!({ "cause": "wrong-entry" }));
        let all_there = log("q", 9, sharing("wrong-entry", "one"));
        for others in ["", &elsewhere_unknown, &all_there] {
            let (_, answer, _) = triage(&format!("{twelve}{others}"));
            assert_eq!(groups(&answer, common), Vec::<Value>::new(), "{field}: {answer}");
            assert!(!answer["sentence"].as_str().unwrap().contains("not the people"), "{answer}");
        }
        let elsewhere =
            log("q", 9, |number| json!({ "cause": "wrong-entry", field: (["two", "three"][number as usize % 2]) }));
        let (code, answer, _) = triage(&format!("{twelve}{elsewhere}"));
        assert_eq!((code, &answer["groups"][0][field]), (0, &json!("one")), "{field}: {answer}");
        assert!(answer["sentence"].as_str().unwrap().contains("not the people"), "{answer}");
    }
}

#[test]
fn a_version_is_accused_against_other_versions() {
    let version = |cause: &'static str, version: &'static str| move |_: i64| json!({ "cause": cause, "app": "quill", "app_version": version });
    let faulty = log("p", 12, version("algorithm-ignored", "2.1"));
    let (_, answer, _) = triage(&format!("{faulty}{}", log("q", 12, version("wrong-entry", "2.1"))));
    assert_eq!(groups(&answer, "app"), Vec::<Value>::new(), "{answer}");
    let (_, answer, _) = triage(&format!("{faulty}{}", log("q", 12, version("wrong-entry", "2.0"))));
    assert_eq!(groups(&answer, "app")[0]["app"], "quill 2.1", "{answer}");
}

#[test]
fn a_shift_is_blamed_on_what_its_people_share_and_others_do_not() {
    let shifted = |field: &'static str| move |_: i64| json!({ "cause": "device-clock-off", "offset_seconds": -3_600, field: "one" });
    let others = |field: &'static str| {
        log(
            "q",
            20,
            move |number| json!({ "cause": CAUSES[number as usize % 3], field: (["two", "three"][number as usize % 2]) }),
        )
    };
    for (field, cause) in
        [("node", "uneven-service-clocks"), ("app", "device-clock-off"), ("network", "device-clock-off")]
    {
        let (_, answer, _) = triage(&format!("{}{}", log("p", 20, shifted(field)), others(field)));
        let shift = &groups(&answer, "shift")[0];
        assert_eq!((&shift["cause"], &shift[field]), (&json!(cause), &json!("one")), "{answer}");
        let sentence = answer["sentence"].as_str().unwrap();
        assert!(!sentence.contains("service's clock"), "{sentence}");
    }
}

/// Refusals on nodes without any cause: so many a minute before, and so many more on one from a time on.
fn nodes(seed: u64, before: usize, more: usize, node: Option<&str>) -> String {
    let mut rng = Rng::with_seed(seed);
    let mut lines = String::new();
    let mut line = |second: i64, number: usize, node: &str| {
        let at = chrono::DateTime::from_timestamp(BEGIN + second, 0).unwrap().to_rfc3339();
        lines += &json!({ "at": at, "person": format!("p{number}"), "node": node }).to_string();
        lines.push('\n');
    };
    for number in 0..before {
        line(rng.i64(-9_600..4_800), number, NODES[number % 3]);
    }
    for number in 0..more {
        line(rng.i64(0..4_800), before + number, node.unwrap_or(NODES[number % 3]));
    }
    lines
}

#[test]
fn a_node_whose_share_jumps_is_named_with_the_time_and_needs_no_code() {
    for seed in 0..20 {
        let (code, answer, _) = triage(&nodes(seed, 54, 156, Some("auth-2")));
        let lead = &answer["groups"][0];
        assert_eq!((code, &lead["common"], &lead["node"]), (0, &json!("surge"), &json!("auth-2")), "{answer}");
        let since = chrono::DateTime::parse_from_rfc3339(lead["since"].as_str().unwrap()).unwrap().timestamp();
        assert!((since - BEGIN).abs() < 600, "{lead}");
        assert!(lead["chance"].as_f64().unwrap() < 1e-3);
        assert!(answer["sentence"].as_str().unwrap().contains("on auth-2"), "{answer}");
        // The same number on all nodes: when, and no node.
        let (code, answer, _) = triage(&nodes(seed, 54, 156, None));
        let lead = &answer["groups"][0];
        assert_eq!((code, &lead["common"], lead.get("node")), (0, &json!("surge"), None), "{answer}");
        // As many as before, or no time before.
        for innocent in [nodes(seed, 210, 0, None), nodes(seed, 0, 210, Some("auth-2")), nodes(seed, 0, 210, None)] {
            assert_eq!(triage(&innocent).0, 1);
        }
    }
}

#[test]
fn a_node_that_takes_over_from_others_is_not_accused() {
    for seed in 0..20 {
        let mut rng = Rng::with_seed(seed);
        let line = |number: i64| {
            let second = rng.i64(-9_600..9_600);
            let node = if second >= 0 { "auth-2" } else { NODES[number as usize % 3] };
            json!({ "at": chrono::DateTime::from_timestamp(BEGIN + second, 0).unwrap().to_rfc3339(), "person": format!("p{number}"), "node": node })
        };
        let lines: String = (0..180).map(line).map(|line| line.to_string() + "\n").collect();
        let (code, answer, _) = triage(&lines);
        assert_eq!(code, 1, "{answer}");
    }
}

#[test]
fn guessing_on_many_accounts_from_one_network_is_spraying() {
    let innocent = log("p", 60, |number| json!({ "network": format!("198.51.100.{}", number % 23) }));
    let sprayed = |number: i64| json!({ "at": at(20 + number / 8), "network": "203.0.113.9" });
    let (code, answer, _) = triage(&format!("{innocent}{}", log("victim", 64, sprayed)));
    let group = &groups(&answer, "spraying")[0];
    assert_eq!((code, &group["network"], &group["people"]), (0, &json!("203.0.113.9"), &json!(64)), "{answer}");
    assert!(group.get("cause").is_none() && group["tries"] == 64);
    // The same codes, each explained; the same accounts from networks of their own; one office among others as large.
    let explained = |number: i64| json!({ "at": at(20 + number / 8), "network": "203.0.113.9", "cause": CAUSES[number as usize % 5] });
    let of_their_own = |number: i64| json!({ "at": at(20 + number), "network": format!("203.0.113.{number}") });
    let office =
        log("e", 80, |number| json!({ "at": at(20 + number / 8), "network": format!("192.0.2.{}", number % 5) }));
    for innocents in [log("q", 64, explained), log("q", 64, of_their_own), office] {
        let (_, answer, _) = triage(&format!("{innocent}{innocents}"));
        assert_eq!(groups(&answer, "spraying"), Vec::<Value>::new(), "{answer}");
    }
    assert_eq!(triage(&innocent).0, 1);
}

#[test]
fn answers_say_whose_and_when_and_come_to_the_same_as_their_cases() {
    let cases = program().args(["lab", "make", "--one-service", "--n", "40", "--seed", "5"]).output().unwrap().stdout;
    let answers =
        program().args(["diagnose", "--json", "--cases", "-"]).write_stdin(cases.clone()).output().unwrap().stdout;
    let first: Value = serde_json::from_slice(answers.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    let case: Value = serde_json::from_slice(cases.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    assert_eq!((&first["person"], &first["service"]), (&case["person"], &json!("one-service")));
    assert!(first["at"].is_string() || case["attempts"][0].get("at").is_none(), "{first}");
    let [by_case, by_answer] = [cases, answers].map(|text| triage(&String::from_utf8(text).unwrap()));
    assert_eq!(by_case, by_answer);
    assert_eq!((&by_case.1["people"], &by_case.1["nameless"]), (&json!(40), &json!(0)));
    // The laboratory's people are as many as its cases, in the world as well.
    for arguments in [&["lab", "make", "--n", "12"][..], &["lab", "make", "--world", "--n", "12"]] {
        let cases = program().args(arguments).output().unwrap().stdout;
        assert_eq!(triage(&String::from_utf8(cases).unwrap()).1["people"], 12);
    }
}

#[test]
fn without_times_nothing_is_said_of_a_common_time() {
    let untimed = |log: &str, every: usize| {
        let lines = log.lines().enumerate().map(|(index, line)| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            if index % every == 0 {
                line.as_object_mut().unwrap().remove("at");
            }
            line.to_string() + "\n"
        });
        lines.collect::<String>()
    };
    let shifted = log("p", 20, |_| json!({ "cause": "device-clock-off", "offset_seconds": -312 }));
    for every in [1, 2] {
        let input = untimed(&shifted, every);
        let (_, answer, _) = triage(&input);
        let (sentence, lead) = (answer["sentence"].as_str().unwrap(), &answer["groups"][0]);
        assert!(!sentence.contains("since") && !sentence.contains("time that"), "{sentence}");
        assert_eq!((lead.get("since"), &lead["conclusion"]), (None, &json!("likely")));
        let text = program().args(["triage", "-"]).write_stdin(input).output().unwrap().stdout;
        assert!(!String::from_utf8(text).unwrap().contains("one day"));
    }
    let single = untimed(&log("p", 3, |number| json!({ "cause": CAUSES[number as usize] })), 1);
    assert!(!triage(&single).1["sentence"].as_str().unwrap().contains("within a day"));
    assert!(triage(&shifted).1["sentence"].as_str().unwrap().contains("since 07:40"));
}

#[test]
fn what_is_no_refusal_is_told_once_with_what_is_known() {
    let transcript = "{\"transcript\":1,\"knowledge\":\"801a374682fb950a\",\"version\":\"0.1.0\",\"mode\":\"person\",\"service\":\"login\"}\n{\"about\":{\"symptom\":\"invalid-code\"}}\n{\"asked\":{\"question\":\"where\",\"answer\":\"signing-in\"}}\n";
    let syslog =
        "Nov 24 07:41:12 auth-2 sshd(pam_google_authenticator)[7]: Invalid verification code for kim\n".repeat(50);
    let pretty = "{\n  \"at\": \"2026-11-24T07:41:12Z\",\n  \"person\": \"p7\"\n}\n";
    for (text, kinds) in [
        ("{}\n{}\n{}\n", 1),
        (transcript, 1),
        (&syslog, 1),
        (pretty, 2),
        ("{\"at\":\"2026-11-24T07:41:12Z\",\"level\":\"info\"}\n", 1),
    ] {
        let (code, answer, err) = triage(text);
        assert_eq!((code, &answer["lines"]), (2, &json!(0)), "{text}");
        assert!((1..=kinds).contains(&err.matches("expected").count()), "{err}");
        assert!(err.contains("person"), "{err}");
        assert!(err.lines().count() <= 2 * kinds, "{err}");
    }
    // Of a thousand lines of each of two kinds two messages, and two that count.
    let broken = "nonsense\n{\"person\":\"p\",\"cause\":\"Not An Id\"}\n".repeat(1_000);
    let (_, answer, err) =
        triage(&format!("{broken}{}", log("p", 6, |_| json!({ "cause": "device-clock-off", "offset_seconds": -312 }))));
    assert_eq!((err.lines().count(), &answer["unreadable"]), (4, &json!(2_000)), "{err}");
    assert!(err.contains("999 more like line 1") && err.contains("999 more like line 2: line 4, "), "{err}");
}

#[test]
fn a_list_is_read_item_by_item() {
    let lines = log("p", 20, |_| json!({ "cause": "device-clock-off", "offset_seconds": -312, "node": "a],[\"{" }));
    let items: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (_, plain, _) = triage(&lines);
    for list in [
        serde_json::to_string(&items).unwrap(),
        format!("\u{feff}\n {}\n", serde_json::to_string_pretty(&items).unwrap()),
    ] {
        assert_eq!(triage(&list), (0, plain.clone(), String::new()));
    }
    assert_eq!(triage("[]").1["lines"], 0);
    let (code, answer, err) = triage("[{\"person\":\"p\"}, 7, {\"person\":");
    assert_eq!((code, &answer["lines"]), (2, &json!(1)));
    assert!(err.contains("item 2: ") && err.contains("the list does not end"), "{err}");
    let (_, _, err) = triage("[{\"person\":\"p\"}] nonsense");
    assert!(err.contains("no JSON object"), "{err}");
    // Cases of `diagnose` come in a list, too.
    let cases = std::fs::read_to_string(example("many.ndjson")).unwrap();
    let list = format!("[{}]", cases.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(",\n"));
    let answers = |text: &str| program().args(["diagnose", "--cases", "-"]).write_stdin(text).output().unwrap().stdout;
    assert_eq!(answers(&list), answers(&cases));
}

/// An answer of `diagnose` with these probabilities.
fn answer(number: i64, conclusion: &str, causes: &[(&str, f64)]) -> Value {
    let causes: Vec<Value> =
        causes.iter().map(|(cause, share)| json!({ "cause": cause, "probability": share })).collect();
    json!({ "schema": 1, "at": at(number), "person": format!("p{number}"), "conclusion": conclusion, "causes": causes })
}

#[test]
fn causes_are_pooled_and_not_counted_by_their_winners() {
    // A rare cause fits all of them nearly as well as whatever is common and fits each by itself.
    let torn = |number: i64| {
        let first = ["old-entry", "wrong-entry", "expired-code", "replayed-code"][number as usize % 4];
        answer(number, "likely", &[(first, 0.5), ("algorithm-ignored", 0.45), ("unknown", 0.05)])
    };
    let lines: String = (0..20).map(|number| torn(number).to_string() + "\n").collect();
    let (code, answers, _) = triage(&lines);
    let lead = &answers["groups"][0];
    assert_eq!(
        (code, &lead["common"], &lead["cause"], &lead["people"]),
        (0, &json!("cause"), &json!("algorithm-ignored"), &json!(20))
    );
    // What is confirmed of each stays what it is.
    let firm = |number: i64| {
        let first = ["old-entry", "wrong-entry", "expired-code", "replayed-code"][number as usize % 4];
        answer(number, "confirmed", &[(first, 0.9995), ("algorithm-ignored", 0.0004), ("unknown", 0.0001)])
    };
    let lines: String = (0..20).map(|number| firm(number).to_string() + "\n").collect();
    let (code, answers, _) = triage(&lines);
    assert_eq!((code, answers["groups"].as_array().unwrap().len()), (1, 4), "{answers}");
    // Nobody's cause is settled, and all say what is usual: nothing is in common.
    let usual =
        |number: i64| answer(number, "undetermined", &[("old-entry", 0.12), ("wrong-entry", 0.1), ("unknown", 0.01)]);
    let lines: String = (0..20).map(|number| usual(number).to_string() + "\n").collect();
    assert_eq!(triage(&lines).0, 1);
}

#[test]
fn a_clock_that_is_proven_to_be_off_does_not_speak_against_the_service() {
    let proven = |number: i64| {
        let mut line = answer(number, "confirmed", &[("device-clock-off", 0.9995), ("unknown", 0.0002)]);
        line["causes"][0]["detail"] = json!({ "offset_seconds": -312 });
        line
    };
    let lines: String = (0..20).map(|number| proven(number).to_string() + "\n").collect();
    let (_, told, _) = triage(&lines);
    assert_eq!(told["groups"][0]["cause"], "device-clock-off");
    assert!(!told["sentence"].as_str().unwrap().contains("the service's clock"), "{told}");
    let open = |number: i64| {
        let mut line = proven(number);
        line["family"] = "clocks-differ".into();
        line
    };
    let lines: String = (0..20).map(|number| open(number).to_string() + "\n").collect();
    let (_, told, _) = triage(&lines);
    assert_eq!(told["groups"][0]["cause"], "service-clock-off");
}

/// A log in the making, by a seed.
struct Desk {
    rng: Rng,
    made: usize,
    log: Log,
    /// How much of the load each node has, and each app: not evenly.
    nodes: Vec<f64>,
    apps: Vec<f64>,
    /// How common the causes are.
    causes: Vec<f64>,
}

impl Desk {
    fn new(seed: u64, shares: &Shares) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut uneven = |many: usize| (0..many).map(|_| 0.2 + rng.f64()).collect::<Vec<f64>>();
        let (nodes, apps, causes) = (uneven(NODES.len()), uneven(APPS.len()), uneven(CAUSES.len()));
        // Nothing known explains few of them only.
        let causes =
            causes.into_iter().zip(CAUSES).map(|(share, cause)| if cause == "unknown" { share / 4.0 } else { share });
        let causes = causes.collect();
        Self { rng, made: 0, log: Log::new(shares.clone()), nodes, apps, causes }
    }

    fn pick(&mut self, weights: &[f64]) -> usize {
        let mut rest = self.rng.f64() * weights.iter().sum::<f64>();
        weights
            .iter()
            .position(|weight| {
                rest -= weight;
                rest < 0.0
            })
            .unwrap_or(0)
    }

    /// Somebody with a trouble of their own, within four hours; one in five comes again.
    fn innocent(&mut self) -> Refusal {
        self.made += 1;
        let (nodes, apps, causes) = (self.nodes.clone(), self.apps.clone(), self.causes.clone());
        let cause = CAUSES[self.pick(&causes)];
        let sign = if self.rng.bool() { 1 } else { -1 };
        let off = sign * (90.0 * 60.0_f64.powf(self.rng.f64())) as i64;
        Refusal {
            at: Some(BEGIN + self.rng.i64(-7_200..7_200)),
            person: Some(format!("p{}", self.made)),
            app: Some(APPS[self.pick(&apps)].to_owned()),
            app_version: Some(["1.0", "1.1"][self.rng.usize(..2)].to_owned()),
            node: Some(NODES[self.pick(&nodes)].to_owned()),
            network: Some(format!("net-{}", self.rng.usize(..40))),
            service: Some("login".to_owned()),
            cause: Some(cause.to_owned()).filter(|cause| cause != "unknown"),
            offset_seconds: (cause == "device-clock-off").then_some(off),
            tries: 1,
            ..Refusal::default()
        }
    }

    fn add_innocents(&mut self, many: usize) {
        for _ in 0..many {
            let refusal = self.innocent();
            self.log.add(&refusal);
            if self.rng.usize(..5) == 0 {
                let again = refusal.at.map(|at| at + self.rng.i64(20..1_200));
                self.log.add(&Refusal { at: again, ..refusal });
            }
        }
    }
}

fn shares() -> Shares {
    Shares::of(&Knowledge::compile(&Sources::embedded(), &probe::vocabulary()).knowledge)
}

#[test]
fn innocent_people_have_nothing_in_common() {
    let shares = shares();
    let logs = 1_000;
    let mut leads = Vec::new();
    for seed in 0..1_000_u64 {
        let mut desk = Desk::new(seed, &shares);
        let many = desk.rng.usize(20..260);
        desk.add_innocents(many);
        let triage = desk.log.triage();
        leads.extend(triage.lead().map(|lead| (seed, lead.common.clone())));
    }
    eprintln!("{} of {logs} innocent logs have a lead: {leads:?}", leads.len());
    assert!(leads.len() * 100 <= logs, "{leads:?}");
}

/// What was done to twenty people, and what of a triage blames it rightly.
const FAULTS: [&str; 6] = ["service's clock", "a node's clock", "an app", "a version", "a node", "a network"];

fn guilty(fault: &str, desk: &mut Desk) -> Refusal {
    let refusal = desk.innocent();
    let at = Some(BEGIN + desk.rng.i64(0..5_400));
    let shift = Some(-312 + desk.rng.i64(-15..=15));
    let (cause, clock) = (Some("algorithm-ignored".to_owned()), Some("device-clock-off".to_owned()));
    let refusal = Refusal { at, cause: None, offset_seconds: None, ..refusal };
    match fault {
        "service's clock" => Refusal { cause: clock, offset_seconds: shift, ..refusal },
        "a node's clock" => Refusal { cause: clock, offset_seconds: shift, node: Some("auth-2".to_owned()), ..refusal },
        "an app" => Refusal { cause, app: Some("quill".to_owned()), ..refusal },
        "a version" => Refusal { cause, app: Some("quill".to_owned()), app_version: Some("1.1".to_owned()), ..refusal },
        "a node" => Refusal { node: Some("auth-2".to_owned()), ..refusal },
        _ => Refusal { cause, network: Some("net-7".to_owned()), ..refusal },
    }
}

fn is_blamed(fault: &str, triage: &Triage) -> bool {
    let Some(lead) = triage.lead() else { return false };
    match (&lead.common, fault) {
        (Common::Shift(shift), "service's clock") => shift.tied.is_none() && (shift.seconds + 312).abs() < 30,
        (Common::Shift(shift), "a node's clock") => shift.node.as_deref() == Some("auth-2") && shift.is_uneven(),
        (Common::Place { place, name, .. }, _) => match fault {
            "an app" => *place == CausePlace::App && name.starts_with("quill"),
            "a version" => *place == CausePlace::App && name == "quill 1.1",
            "a node" => *place == CausePlace::Node && name == "auth-2",
            "a network" => *place == CausePlace::Network && name == "net-7",
            _ => false,
        },
        (Common::Surge(surge), "a node") => surge.place == Some((CausePlace::Node, "auth-2".to_owned())),
        _ => false,
    }
}

#[test]
fn a_fault_of_twenty_among_two_hundred_is_found_and_blamed_rightly() {
    let shares = shares();
    let logs = 1_000;
    let mut missed = Vec::new();
    for seed in 0..1_000_u64 {
        let fault = FAULTS[seed as usize % FAULTS.len()];
        let mut desk = Desk::new(seed, &shares);
        desk.add_innocents(180);
        for _ in 0..20 {
            let refusal = guilty(fault, &mut desk);
            desk.log.add(&refusal);
        }
        let triage = desk.log.triage();
        if !is_blamed(fault, &triage) {
            missed.push((seed, fault, triage.lead().map(|lead| lead.common.clone())));
        }
    }
    eprintln!("{} of {logs} faults were not found or blamed wrongly: {missed:?}", missed.len());
    assert!(missed.len() * 100 <= 3 * logs, "{} of {logs}: {missed:?}", missed.len());
}

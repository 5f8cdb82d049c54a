//! The public threads retold: each well-formed and cited, and how many come to what the people concluded.

use std::fs;
use std::path::Path;

use otp_doctor::knowledge::Sources;
use otp_doctor::rehearse::{self, REPORTED, Scenario};

use crate::content::knowledge;
use crate::examples::program;
use crate::house::files;

/// Those that do not come to what the people concluded. It is a measure: a change of the knowledge may move it either way,
/// and this list and `docs/accuracy.md` say so then. Nothing in the knowledge is to be mended for one of them.
const MISSES: &[&str] = &[
    "bitwarden-clients-16490",
    "brave-intl-publishers-2091",
    "django-two-factor-auth-261",
    "google-authenticator-141",
    "google-authenticator-android-51",
    "google2fa-126",
    "keycloak-3487",
    "modrinth-code-2875",
    "mozilla-fxa-644",
    "osf-io-884",
    "otphp-124",
    "securedrop-820",
];
const OF: usize = 20;

fn reported() -> Vec<Scenario> {
    let (scenarios, flaws) = rehearse::read(&Sources::embedded(), &knowledge());
    assert!(flaws.is_empty(), "{flaws:?}");
    scenarios.into_iter().filter(Scenario::is_reported).collect()
}

#[test]
fn as_many_as_published_come_to_what_the_people_concluded() {
    let scenarios = reported();
    let knowledge = knowledge();
    let tally = rehearse::rehearse(&scenarios, &knowledge).reported;
    for miss in &tally.misses {
        eprintln!("{}: {}", miss.scenario.name, miss.differs.join("; "));
    }
    let misses: Vec<&str> = tally.misses.iter().map(|miss| miss.scenario.name.as_str()).collect();
    assert_eq!((misses.as_slice(), tally.of.len()), (MISSES, OF));
    let published = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/accuracy.md")).unwrap();
    let (_, section) = published.split_once("\n## What people reported\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let sum = format!("**{} of {}**", OF - MISSES.len(), OF);
    assert!(section.contains(&sum), "docs/accuracy.md does not say {sum}");
    let told = |name: &&str| section.lines().any(|line| line.starts_with(&format!("| `{name}` |")));
    let untold: Vec<_> = MISSES.iter().filter(|name| !told(name)).collect();
    assert!(untold.is_empty(), "docs/accuracy.md does not tell why: {untold:?}");
}

#[test]
fn each_is_one_thread_cited_in_our_own_words() {
    let scenarios = reported();
    let mut broken = Vec::new();
    for path in files(&format!("knowledge/{REPORTED}"), "yaml") {
        let text = fs::read_to_string(&path).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let inside: Vec<&Scenario> =
            scenarios.iter().filter(|one| one.place.path == format!("{REPORTED}{stem}.yaml")).collect();
        let [scenario] = inside[..] else {
            broken.push(format!("{stem}: expected one scenario in it, found {}", inside.len()));
            continue;
        };
        let cited = rehearse::thread(&text);
        let id = cited.map(|cited| cited.to_lowercase().replace(['/', '#', '.'], "-"));
        if !id.is_some_and(|id| id.ends_with(&stem)) {
            broken.push(format!("{stem}: expected a name made of the thread that it cites, {cited:?}"));
        }
        if scenario.name != stem || scenario.expect.cause.is_none() {
            broken.push(format!("{stem}: expected an id like the file's name, and a cause"));
        }
        let comment: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("# ")).collect();
        let missing = ["Thread: ", "Reported: ", "Concluded: ", "Assumed: "]
            .into_iter()
            .filter(|part| comment.iter().filter(|line| line.starts_with(part)).count() != 1);
        broken.extend(missing.map(|part| format!("{stem}: expected one line beginning with `{part}`")));
        // An otpauth URI is the only address there is.
        if text.replace("otpauth://", "").contains("://") {
            broken.push(format!("{stem}: an address in it"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_miss_is_told_and_does_not_fail() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(REPORTED)).unwrap();
    let scenario = "- scenario: own-12\n  answers: { where: signing-in }\n  expect: { cause: shared-counter }\n";
    fs::write(folder.path().join(REPORTED).join("own-12.yaml"), scenario).unwrap();
    let run = |flags: &[&str]| {
        let output = program().args(["kb", "test"]).arg(folder.path()).args(flags).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    // Nobody who tests knowledge of their own asked for them.
    let (code, text) = run(&[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(!text.contains("reported") && text.starts_with("0 of yours, "), "{text}");
    let (code, text) = run(&["--json"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, document.get("reported")), (Some(0), None), "{text}");
    let (code, text) = run(&["--reported"]);
    assert_eq!(code, Some(0), "{text}");
    let sum = format!("reported: {} of {} as the people concluded\n", OF - MISSES.len(), OF + 1);
    assert!(text.contains(&sum) && text.contains("\n  own-12: cause: expected `shared-counter`"), "{text}");
    assert!(text.trim_end().ends_with("all of them pass"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let (code, text) = run(&["--json", "--reported"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, document["errors"].as_u64()), (Some(0), Some(0)), "{text}");
    assert_eq!(document["tests"]["misses"], serde_json::json!([]));
    let reported = &document["reported"];
    assert_eq!(reported["scenarios"].as_u64(), Some(OF as u64 + 1), "{text}");
    assert_eq!(reported["right"].as_u64(), Some((OF - MISSES.len()) as u64), "{text}");
    let misses = reported["misses"].as_array().unwrap();
    let own = misses.iter().find(|miss| miss["scenario"] == "own-12").unwrap();
    assert!(own["path"].as_str().unwrap().ends_with("own-12.yaml") && own["line"] == 1, "{text}");
}

use chrono::{DateTime, SecondsFormat};
use serde::Serialize;

use super::Overview;
use crate::report::Look;
use crate::report::json::{significant, written};
use crate::triage::{CausePlace, Common, Group, Refusal};

/// So wide that nothing is broken into lines but at paragraphs.
const UNBROKEN: Look = Look { width: usize::MAX, styled: false };

#[derive(Serialize)]
struct Listed {
    schema: u8,
    lead: bool,
    sentence: String,
    status: String,
    lines: usize,
    people: usize,
    nameless: usize,
    unreadable: usize,
    undetermined: usize,
    own_clocks: usize,
    groups: Vec<ListedGroup>,
}

#[derive(Serialize, Default)]
struct ListedGroup {
    common: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    people: usize,
    lines: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conclusion: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset_range: Option<(i64, i64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tries: Option<usize>,
}

impl Overview<'_> {
    /// One line, without the newline.
    pub fn json(&self) -> String {
        let triage = self.triage;
        written(&Listed {
            schema: 1,
            lead: triage.lead().is_some(),
            sentence: self.sentence(),
            status: self.status(UNBROKEN).trim_end().to_owned(),
            lines: triage.lines,
            people: triage.people,
            nameless: triage.nameless,
            unreadable: triage.unreadable,
            undetermined: triage.undetermined,
            own_clocks: triage.own_clocks,
            groups: triage.groups.iter().map(listed).collect(),
        })
    }
}

fn listed(group: &Group) -> ListedGroup {
    let all = ListedGroup {
        cause: group.cause.clone(),
        people: group.people,
        lines: group.lines,
        since: group.since.and_then(instant),
        until: group.until.and_then(instant),
        ..ListedGroup::default()
    };
    let conclusion = Some(group.conclusion().name());
    match &group.common {
        Common::Shift(shift) => ListedGroup {
            common: "shift",
            conclusion,
            chance: Some(significant(shift.luck)),
            offset_seconds: Some(shift.seconds),
            offset_range: Some(shift.range),
            zone: Some(shift.zone),
            service: shift.service.clone(),
            node: shift.node.clone(),
            ..all
        },
        Common::Place { place, name, luck, .. } => {
            let (app, node) = match place {
                CausePlace::App => (Some(name.clone()), None),
                CausePlace::Node => (None, Some(name.clone())),
            };
            let common = if *place == CausePlace::App { "app" } else { "node" };
            ListedGroup { common, conclusion, chance: Some(significant(*luck)), app, node, ..all }
        }
        Common::Cause => ListedGroup { common: "cause", conclusion, ..all },
        Common::Guessing { person, tries } => {
            let person = Some(person.clone()).filter(|person| !person.is_empty());
            ListedGroup { common: "guessing", person, tries: Some(*tries), ..all }
        }
        Common::Nothing => ListedGroup { common: "nothing", ..all },
    }
}

fn instant(at: i64) -> Option<String> {
    Some(DateTime::from_timestamp(at, 0)?.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[derive(Serialize)]
struct Short<'a> {
    schema: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    cause: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset_seconds: Option<i64>,
    #[serde(skip_serializing_if = "is_one")]
    tries: usize,
}

// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(number: &usize) -> bool {
    *number <= 1
}

/// One refusal for a log, in one line without the newline: no code and no secret is in it.
pub fn refusal(refusal: &Refusal) -> String {
    written(&Short {
        schema: 1,
        at: refusal.at.and_then(instant),
        person: refusal.person.as_deref(),
        app: refusal.app.as_deref(),
        app_version: refusal.app_version.as_deref(),
        node: refusal.node.as_deref(),
        service: refusal.service.as_deref(),
        cause: refusal.cause.as_deref().unwrap_or(crate::verdict::UNKNOWN),
        offset_seconds: refusal.offset_seconds,
        tries: refusal.tries,
    })
}

use serde::Serialize;

use super::Overview;
use crate::report::Look;
use crate::report::json::{Login, instant, significant, written};
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
    network: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    during: Option<[usize; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_other_times: Option<[usize; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<[i64; 2]>,
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
        Common::Shift(shift) => {
            let all = ListedGroup { node: shift.node.clone(), ..all };
            ListedGroup {
                common: "shift",
                conclusion,
                chance: Some(significant(shift.luck)),
                offset_seconds: Some(shift.seconds),
                offset_range: Some(shift.range),
                zone: Some(shift.zone),
                service: shift.service.clone(),
                ..placed(shift.tied.as_ref(), all)
            }
        }
        Common::Place { place, name, luck, .. } => ListedGroup {
            common: place.name(),
            conclusion,
            chance: Some(significant(*luck)),
            ..placed(Some(&(*place, name.clone())), all)
        },
        Common::Surge(surge) => ListedGroup {
            common: "surge",
            conclusion,
            chance: Some(significant(surge.luck)),
            during: Some(surge.during.into()),
            at_other_times: Some(surge.else_when.into()),
            seconds: Some(surge.seconds.into()),
            ..placed(surge.place.as_ref(), all)
        },
        Common::Cause { luck } => ListedGroup { common: "cause", conclusion, chance: Some(significant(*luck)), ..all },
        Common::Spraying { network, tries, luck } => ListedGroup {
            common: "spraying",
            network: Some(network.clone()),
            tries: Some(*tries),
            chance: Some(significant(*luck)),
            ..all
        },
        Common::Guessing { person, tries } => {
            let person = Some(person.clone()).filter(|person| !person.is_empty());
            ListedGroup { common: "guessing", person, tries: Some(*tries), ..all }
        }
        Common::Nothing => ListedGroup { common: "nothing", ..all },
    }
}

/// The same with the name of a place in its field.
fn placed(place: Option<&(CausePlace, String)>, group: ListedGroup) -> ListedGroup {
    let name = place.map(|(_, name)| name.clone());
    match place {
        None => group,
        Some((CausePlace::App, _)) => ListedGroup { app: name, ..group },
        Some((CausePlace::Node, _)) => ListedGroup { node: name, ..group },
        Some((CausePlace::Network, _)) => ListedGroup { network: name, ..group },
    }
}

#[derive(Serialize)]
struct Short<'a> {
    schema: u8,
    #[serde(flatten)]
    login: Login<'a>,
    cause: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset_seconds: Option<i64>,
}

/// One refusal for a log, in one line without the newline: no code and no secret is in it.
pub fn refusal(refusal: &Refusal) -> String {
    written(&Short {
        schema: 1,
        login: Login::of(refusal),
        cause: refusal.cause.as_deref().unwrap_or(crate::verdict::UNKNOWN),
        offset_seconds: refusal.offset_seconds,
    })
}

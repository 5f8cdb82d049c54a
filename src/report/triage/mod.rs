//! What many refused logins come to: one sentence, a table, a picture, a text for customers.
//!
//! The one idea: the sentence comes first, and everything else stands behind it. It must not group or judge.

mod json;
mod status;
mod svg;
mod text;

use chrono::DateTime;

use crate::knowledge::Knowledge;
use crate::speech::{Speech, count, foreign};
use crate::triage::{Common, Group, Place, Shift, Triage};

pub use json::refusal;

/// A triage, with the knowledge that has the titles of causes.
#[derive(Debug, Clone, Copy)]
pub struct Overview<'a> {
    /// What was found.
    pub triage: &'a Triage,
    /// The titles of the causes.
    pub knowledge: &'a Knowledge,
}

/// Where a time is not known.
const NO_TIME: &str = "at a time that is not told";

impl Overview<'_> {
    /// What explains most, in one sentence; or that there is no such thing.
    pub fn sentence(&self) -> String {
        let triage = self.triage;
        let Some(lead) = triage.lead() else { return self.nothing() };
        let of = format!("{} of {}", count(lead.people as u64), people(triage.people));
        let since = since(lead);
        match &lead.common {
            Common::Shift(shift) => {
                format!(
                    "{of} share {}{} {since}{}: {}.",
                    seconds(shift.seconds),
                    service(shift),
                    on(shift),
                    whose(shift)
                )
            }
            Common::Place { place, name, among, .. } => {
                let name = foreign::plain(name);
                let all = if *among > lead.people { "nearly all" } else { "all" };
                let (at, who) = match place {
                    Place::App => (format!("with {name}"), "the app"),
                    Place::Node => (format!("on {name}"), "that node"),
                };
                format!("{of} have {} {since}, {all} {at}: {who}, not the people.", self.trouble(lead))
            }
            Common::Guessing { person, tries } => {
                let account = match foreign::plain(person).as_str() {
                    "" => "one account".to_owned(),
                    person => format!("the account of {person}"),
                };
                let tries = count(*tries as u64);
                let within = lead.since.zip(lead.until).filter(|(from, to)| to > from);
                let within = within.map_or(String::new(), |(from, to)| {
                    format!(" within {}", self.speech().duration((to - from) as u64))
                });
                format!(
                    "{tries} codes were tried on {account}{within}, and nothing explains them: this looks like guessing, and gets no diagnosis."
                )
            }
            Common::Cause | Common::Nothing => format!("{of} have the same cause {since}: {}.", self.trouble(lead)),
        }
    }

    /// Says numbers and times.
    fn speech(&self) -> Speech<'_> {
        Speech::of(self.knowledge)
    }

    fn nothing(&self) -> String {
        let triage = self.triage;
        if triage.lines == 0 {
            return "There is no refused login to be read.".to_owned();
        }
        let logins = if triage.lines == 1 { "login" } else { "logins" };
        format!(
            "{} refused {logins} of {} have nothing in common: within a day, no three people share a shift, or an app or a node with the same trouble.",
            count(triage.lines as u64),
            people(triage.people),
        )
    }

    /// The cause as people know it, with its id.
    fn trouble(&self, group: &Group) -> String {
        let Some(cause) = &group.cause else { return "codes that nothing explains".to_owned() };
        match self.title(cause) {
            Some(title) => format!("“{title}” ({cause})"),
            None => cause.clone(),
        }
    }

    fn title(&self, cause: &str) -> Option<&str> {
        let symptoms = self.knowledge.symptoms.values();
        let mut known = symptoms.filter_map(|symptom| symptom.cause(cause)).map(|cause| cause.title.as_str());
        // A title with a placeholder needs a case to fill it.
        known.find(|title| !title.contains('{'))
    }
}

/// The cause and what is shared, in a few words.
fn brief(group: &Group) -> String {
    let cause = group.cause.as_deref().unwrap_or("not settled");
    let shared: Vec<String> = match &group.common {
        Common::Shift(shift) => {
            let places = [&shift.node, &shift.service].into_iter().flatten();
            std::iter::once(seconds(shift.seconds)).chain(places.map(|place| foreign::plain(place))).collect()
        }
        Common::Place { name, .. } => vec![foreign::plain(name)],
        Common::Guessing { person, tries } => {
            let tries = format!("{} tries", count(*tries as u64));
            let person = Some(foreign::plain(person)).filter(|person| !person.is_empty());
            return format!(
                "looks like guessing: {}",
                person.into_iter().chain([tries]).collect::<Vec<_>>().join(", ")
            );
        }
        Common::Cause | Common::Nothing => return cause.to_owned(),
    };
    format!("{cause}: {}", shared.join(", "))
}

/// `187 people`.
fn people(number: usize) -> String {
    format!("{} {}", count(number as u64), if number == 1 { "person" } else { "people" })
}

/// `1 line`, `12 lines`.
fn lines(number: usize) -> String {
    format!("{} {}", count(number as u64), if number == 1 { "line" } else { "lines" })
}

/// `−312 s`, with a minus that is as wide as a plus.
fn seconds(seconds: i64) -> String {
    let sign = if seconds < 0 { '−' } else { '+' };
    format!("{sign}{} s", count(seconds.unsigned_abs()))
}

/// `since 07:40 UTC on 24 November 2026`.
fn since(group: &Group) -> String {
    let at = group.since.and_then(|at| DateTime::from_timestamp(at, 0));
    at.map_or_else(|| NO_TIME.to_owned(), |at| format!("since {}", at.format("%H:%M UTC on %-d %B %Y")))
}

/// ` at login`, where the service has a name.
fn service(shift: &Shift) -> String {
    shift.service.as_ref().map_or_else(String::new, |service| format!(" at {}", foreign::plain(service)))
}

/// On which node, as far as that is known.
fn on(shift: &Shift) -> String {
    match (&shift.node, shift.nodes) {
        (Some(node), _) => format!(", all on {}", foreign::plain(node)),
        (None, 0 | 1) => String::new(),
        (None, nodes) => format!(", on {nodes} nodes"),
    }
}

/// Whose clock it is that the shift shows.
fn whose(shift: &Shift) -> &'static str {
    match (shift.zone, shift.uneven) {
        (_, true) => "the clock of that node, not the people",
        (true, false) => {
            "the size of a time zone, so it is the service's clock or the region of these people, not each one's mistake"
        }
        (false, false) => "the service's clock, not the people",
    }
}

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
use crate::triage::{CausePlace, Common, Group, Shift, Surge, Triage};

pub use json::refusal;
pub use svg::{USUAL_WIDTH, WIDTHS};

/// A triage, with the knowledge that has the titles of causes.
#[derive(Debug, Clone, Copy)]
pub struct Overview<'a> {
    /// What was found.
    pub triage: &'a Triage,
    /// The titles of the causes.
    pub knowledge: &'a Knowledge,
}

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
                    "{of} share {}{}{since}{}: {}.",
                    seconds(shift.seconds),
                    service(shift),
                    on(shift),
                    whose(shift)
                )
            }
            Common::Place { place, name, among, .. } => {
                let share = match lead.people {
                    people if people >= *among => ", all",
                    people if people * 10 >= among * 9 => ", nearly all",
                    _ => ", far more than usual",
                };
                format!(
                    "{of} have {}{since}{share} {}: {}, not the people.",
                    self.trouble(lead),
                    at(*place, name),
                    the(*place)
                )
            }
            Common::Surge(surge) => self.surge(lead, surge),
            Common::Guessing { person, tries } => {
                let account = match foreign::plain(person).as_str() {
                    "" => "one account".to_owned(),
                    person => format!("the account of {person}"),
                };
                let (tries, within) = (count(*tries as u64), self.within(lead));
                format!(
                    "{tries} codes were tried on {account}{within}, and nothing explains them: this looks like guessing, and gets no diagnosis."
                )
            }
            Common::Spraying { network, tries, .. } => {
                let (tries, within, network) = (count(*tries as u64), self.within(lead), foreign::plain(network));
                format!(
                    "{tries} codes were tried on {} accounts from {network}{within}, and nothing explains them: this looks like guessing on many accounts (spraying), and gets no diagnosis.",
                    count(lead.people as u64)
                )
            }
            Common::Cause { .. } | Common::Nothing => {
                format!("{of} have the same cause{since}: {}.", self.trouble(lead))
            }
        }
    }

    /// From when on more people are refused than before, and where.
    fn surge(&self, lead: &Group, surge: &Surge) -> String {
        let since = lead.since.map_or_else(String::new, |at| format!("Since {}", moment(at)));
        let (here, all) = surge.during;
        let (here_else, all_else) = surge.else_when;
        let long = |seconds: i64| self.speech().duration(seconds.unsigned_abs());
        let (lasts, other) = (long(surge.seconds.0), long(surge.seconds.1));
        match &surge.place {
            Some((place, name)) => format!(
                "{since} {} of {} were refused {}, against {} of {} at other times: {}, not the people.",
                count(here as u64),
                people(all),
                at(*place, name),
                count(here_else as u64),
                count(all_else as u64),
                the(*place),
            ),
            None => format!(
                "{since} far more people are refused than before: {} within {lasts}, against {} in the other {other}; they share nothing that the file tells.",
                count(all as u64),
                count(all_else as u64),
            ),
        }
    }

    /// ` within 4 minutes`, where that is known.
    fn within(&self, group: &Group) -> String {
        let within = group.since.zip(group.until).filter(|(from, to)| to > from);
        within.map_or_else(String::new, |(from, to)| format!(" within {}", self.speech().duration((to - from) as u64)))
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
            "{} refused {logins} of {} have nothing in common: {}no three people share a shift, or an app, a node or a network with the same trouble.",
            count(triage.lines as u64),
            people(triage.people),
            // Where no line has a time, nothing is known of days.
            if triage.dots.is_empty() { "" } else { "within a day, " },
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
            let tied = shift.tied.as_ref().map(|(_, name)| name);
            let node = shift.node.as_ref().filter(|node| tied != Some(*node));
            let places = [tied, node, shift.service.as_ref()].into_iter().flatten();
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
        Common::Spraying { network, tries, .. } => {
            let (network, tries) = (foreign::plain(network), count(*tries as u64));
            return format!("looks like guessing on many accounts: {network}, {tries} tries");
        }
        Common::Surge(surge) => {
            let place = surge.place.as_ref().map_or("everywhere".to_owned(), |(_, name)| foreign::plain(name));
            let cause = group.cause.as_ref().map_or_else(String::new, |cause| format!(", {cause}"));
            return format!("more than before: {place}{cause}");
        }
        Common::Cause { .. } | Common::Nothing => return cause.to_owned(),
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

/// ` since 07:40 UTC on 24 November 2026`, where that is known.
fn since(group: &Group) -> String {
    group.since.map_or_else(String::new, |at| format!(" since {}", moment(at)))
}

/// `07:40 UTC on 24 November 2026`.
fn moment(at: i64) -> String {
    let at = DateTime::from_timestamp(at, 0);
    at.map_or_else(String::new, |at| at.format("%H:%M UTC on %-d %B %Y").to_string())
}

/// ` at login`, where the service has a name.
fn service(shift: &Shift) -> String {
    shift.service.as_ref().map_or_else(String::new, |service| format!(" at {}", foreign::plain(service)))
}

/// `with quill 2.1`, `on auth-2`.
fn at(place: CausePlace, name: &str) -> String {
    let preposition = match place {
        CausePlace::App => "with",
        CausePlace::Node => "on",
        CausePlace::Network => "from",
    };
    format!("{preposition} {}", foreign::plain(name))
}

/// What is to blame.
fn the(place: CausePlace) -> &'static str {
    match place {
        CausePlace::App => "the app",
        CausePlace::Node => "that node",
        CausePlace::Network => "that network",
    }
}

/// Where, as far as that is known.
fn on(shift: &Shift) -> String {
    match (&shift.tied, &shift.node, shift.nodes) {
        (Some((place, name)), ..) => format!(", all {}", at(*place, name)),
        (None, Some(node), _) => format!(", all on {}", foreign::plain(node)),
        (None, None, 0 | 1) => String::new(),
        (None, None, nodes) => format!(", on {nodes} nodes"),
    }
}

/// Whose clock it is that the shift shows.
fn whose(shift: &Shift) -> &'static str {
    match (&shift.tied, shift.zone) {
        (Some((CausePlace::App, _)), _) => "how that app reckons the time, not the people",
        (Some((CausePlace::Network, _)), _) => "what sets the clocks of that network, not the people",
        _ if shift.of_devices => {
            "the clocks of these devices are proven to be off, so it is what sets them, neither the service nor the people"
        }
        (Some((CausePlace::Node, _)), _) => "the clock of that node, not the people",
        (None, true) => {
            "the size of a time zone, so it is the service's clock or the region of these people, not each one's mistake"
        }
        (None, false) => "the service's clock, not the people",
    }
}

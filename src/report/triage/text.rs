use anstyle::Style;

use super::super::Look;
use super::super::text::{BOLD, GOOD, TextPage, WARNING};
use super::{Overview, brief, lines, people, seconds};
use crate::speech::{Speech, count, foreign};
use crate::triage::{CausePlace, Common, Group, Shift, Surge};
use crate::verdict::Conclusion;
use chrono::DateTime;

/// Groups in the table; the rest is counted.
const MOST_ROWS: usize = 20;
/// Narrower than this the time stands below.
const NARROW: usize = 60;
/// How wide a time is in the table.
const TIME: usize = 12;

impl Overview<'_> {
    /// The sentence, the table, how sure it is and what to do.
    pub fn text(&self, look: Look) -> String {
        let mut page = TextPage::new(look);
        page.title(&self.sentence(), self.style());
        self.table(&mut page);
        page.heading("How sure this is");
        for sentence in self.certainty() {
            page.item(&sentence);
        }
        let advice = self.advice();
        if !advice.is_empty() {
            page.heading("What to do");
            for sentence in advice {
                page.item(&sentence);
            }
        }
        page.out
    }

    fn style(&self) -> Style {
        match self.triage.lead() {
            Some(lead) if lead.conclusion() == Conclusion::Confirmed => GOOD,
            Some(_) => WARNING,
            None => BOLD,
        }
    }

    fn table(&self, page: &mut TextPage) {
        let groups = &self.triage.groups;
        if groups.is_empty() {
            return;
        }
        let narrow = page.look.width < NARROW;
        page.heading(&if narrow {
            format!("{:>6}  Cause", "People")
        } else {
            format!("{:>6}  {:<TIME$}  Cause", "People", "Since (UTC)")
        });
        for group in groups.iter().take(MOST_ROWS) {
            let since = group.since.and_then(|at| DateTime::from_timestamp(at, 0));
            let since = since.map_or_else(|| "–".to_owned(), |at| at.format("%-d %b %H:%M").to_string());
            let number = count(group.people as u64);
            let (first, row) = if narrow {
                (format!("{number:>6}  "), format!("{}, since {since}", brief(group)))
            } else {
                (format!("{number:>6}  {since:<TIME$}  "), brief(group))
            };
            page.row(&first, &row);
        }
        if groups.len() > MOST_ROWS {
            let more: usize = groups[MOST_ROWS..].iter().map(|group| group.people).sum();
            page.row(
                &format!("{:>6}  ", count(more as u64)),
                &format!("in {} more groups (--json)", groups.len() - MOST_ROWS),
            );
        }
    }

    fn certainty(&self) -> Vec<String> {
        let triage = self.triage;
        let mut sentences = Vec::new();
        if let Some(lead) = triage.lead() {
            let sure = if lead.conclusion() == Conclusion::Confirmed { "Confirmed" } else { "Likely" };
            match &lead.common {
                Common::Shift(shift) => sentences.extend(of_shift(sure, lead, shift, self.speech())),
                Common::Place { place, among, coincidences, luck, .. } => {
                    let (place, known) = (place.name(), people(*among));
                    sentences.push(format!(
                        "{sure}. With this cause and a known {place}: {known}. That they share it by luck: {}.",
                        self.speech().one_in(*luck)
                    ));
                    if *coincidences >= 0.5 {
                        let many = count(coincidences.round() as u64);
                        sentences.push(format!("About {many} of them may be there by coincidence, with a trouble of their own."));
                    }
                }
                Common::Surge(rise) => sentences.extend(self.of_surge(rise)),
                Common::Spraying { luck, .. } => sentences.push(format!(
                    "So many accounts from one network within ten minutes, if people came as from the other networks of the file: {}.",
                    self.speech().one_in(*luck)
                )),
                Common::Guessing { .. } => {
                    sentences.push("Many codes in a short time, none of which fits anything.".to_owned());
                }
                Common::Cause { luck } => sentences.push(format!(
                    "Likely. Half of all people or more have it; they share no app, node or network that others do not. By luck: {}.",
                    self.speech().one_in(*luck)
                )),
                Common::Nothing => {}
            }
        }
        if triage.own_clocks > 0 {
            let own = people(triage.own_clocks);
            sentences.push(format!(
                "With a clock that is off by an amount of its own, and not counted to anything shared: {own}."
            ));
        }
        if triage.undetermined > 0 {
            sentences.push(format!("Not settled: {}.", lines(triage.undetermined)));
        }
        if triage.nameless > 0 {
            sentences.push(format!("Without a person, each counted as one: {}.", lines(triage.nameless)));
        }
        let untimed = triage.lines - triage.dots.len();
        if untimed > 0 {
            sentences.push(format!("Without a time, so that nothing is known of a common one: {}.", lines(untimed)));
        }
        if triage.unreadable > 0 {
            sentences.push(format!("Not read: {}; standard error tells why.", lines(triage.unreadable)));
        }
        if sentences.is_empty() {
            sentences.push("Everything was read and settled.".to_owned());
        }
        sentences
    }

    fn of_surge(&self, surge: &Surge) -> Vec<String> {
        let speech = self.speech();
        let mut sentences =
            vec![format!("Likely. That it is luck, against all other times: {}.", speech.one_in(surge.luck))];
        if surge.place.is_some() {
            sentences.push("It needs no code: it rests on how many people were refused, and where.".to_owned());
        } else {
            let day = "It may be the time of day, if the file has no day before to compare with; or people of their own doing, if the service asked them for something.";
            sentences.push(day.to_owned());
        }
        sentences
    }

    fn advice(&self) -> Vec<String> {
        let Some(lead) = self.triage.lead() else { return Vec::new() };
        let cause = lead.cause.as_deref().filter(|cause| self.title(cause).is_some());
        let explain = cause.map(|cause| format!("otp-doctor explain {cause}: what it means and what helps."));
        match &lead.common {
            Common::Shift(shift) => of_clocks(shift, self.speech()),
            Common::Place { place: CausePlace::App, name, .. }
            | Common::Surge(Surge { place: Some((CausePlace::App | CausePlace::Network, name)), .. }) => {
                let name = foreign::plain(name);
                let mut advice =
                    vec![format!("Try {name} yourself with a fresh entry, and see what it does differently.")];
                advice.push(
                    "Until then, offer these people another app. They need not enrol again before that is known."
                        .to_owned(),
                );
                advice.extend(explain);
                advice
            }
            Common::Place { place: CausePlace::Network, name, .. } => {
                let name = foreign::plain(name);
                let mut advice = vec![format!(
                    "Ask what is between {name} and the service: what sets the clocks there, and what changes requests on their way."
                )];
                advice.extend(explain);
                advice
            }
            Common::Surge(Surge { place: None, .. }) => {
                let mut advice = vec![
                    "Look at what changed then: a release, a clock, a configuration, a page that people were sent to.".to_owned(),
                    "Where each account is tried once or twice, somebody may be guessing on many: look at where they come from.".to_owned(),
                ];
                advice.extend(explain);
                advice
            }
            Common::Spraying { network, .. } => vec![
                format!(
                    "Limit the tries from {}, and not those of the accounts: their owners need to sign in.",
                    foreign::plain(network)
                ),
                "If a right password came before the codes, it is known to somebody: have those passwords changed."
                    .to_owned(),
            ],
            Common::Place { place: CausePlace::Node, name, .. }
            | Common::Surge(Surge { place: Some((CausePlace::Node, name)), .. }) => {
                let name = foreign::plain(name);
                vec![
                    format!(
                        "Take {name} out of service, or compare its clock, its configuration and its data with another node."
                    ),
                    "Tell nobody to enrol again: on another node their codes may be right.".to_owned(),
                ]
            }
            Common::Guessing { .. } => vec![
                "Limit the tries on this account, and keep the owner able to sign in.".to_owned(),
                "Ask the owner whether it was them. If not, their password is known to somebody: have it changed."
                    .to_owned(),
            ],
            Common::Cause { .. } | Common::Nothing => {
                let late = lead.cause.as_deref() == Some("expired-code");
                let clock = "Compare the service's clock with a reference: if it is a minute or two ahead, good codes look late.";
                late.then(|| clock.to_owned()).into_iter().chain(explain).collect()
            }
        }
    }
}

fn of_shift(sure: &str, lead: &Group, shift: &Shift, speech: Speech<'_>) -> Vec<String> {
    let (from, to) = shift.range;
    let mut sentences = vec![format!(
        "{sure}. Of {} with any shift {} share this one; that so many share one by luck: {}.",
        people(shift.among),
        count(lead.people as u64),
        speech.one_in(shift.luck),
    )];
    sentences.push(format!(
        "Measured from {} to {}: one code tells a clock to a step and the typing delay.",
        seconds(from),
        seconds(to)
    ));
    if shift.coincidences >= 0.5 {
        let many = count(shift.coincidences.round() as u64);
        sentences.push(format!("About {many} of them may have a clock of their own that is off by the same amount."));
    }
    if let Some((place, _)) = &shift.tied {
        let place = match place {
            CausePlace::App => "apps",
            CausePlace::Node => "nodes of the service",
            CausePlace::Network => "networks",
        };
        sentences.push(format!("Other {place} are in the file, and do not show it."));
    } else if shift.node.is_some() {
        let few = "Too few were refused on other nodes to tell whether it is the clock of this one only.";
        sentences.push(few.to_owned());
    }
    sentences
}

fn of_clocks(shift: &Shift, speech: Speech<'_>) -> Vec<String> {
    if shift.cause() == "device-clock-off" {
        let what = match &shift.tied {
            Some((CausePlace::App, name)) => {
                format!("how {} reckons the time, its zone and its calendar", foreign::plain(name))
            }
            Some((_, name)) => format!("what sets the clocks of {}", foreign::plain(name)),
            None => "what sets the clocks of these devices".to_owned(),
        };
        return vec![
            format!("Look at {what}: the others of the service do not share it."),
            "Nobody needs to enrol again: with the right time their codes are right.".to_owned(),
        ];
    }
    let clock = match &shift.node {
        Some(node) => format!("the clock of {}", foreign::plain(node)),
        None => "the service's clock".to_owned(),
    };
    let side = speech.offset(-shift.seconds);
    let mut advice =
        vec![format!("Compare {clock} with a reference: it seems {side}. Its time service may have stopped.")];
    if shift.zone {
        let hint = "Or these people share a region whose clocks have changed: devices set by hand, or with an old table of zones, stay behind. Ask three of them what time their device shows.";
        advice.push(hint.to_owned());
    } else {
        advice.push("Tell nobody to change a clock or to enrol again: their devices are right.".to_owned());
    }
    advice
}

//! Clocks: this computer's, checked by a time server; the app's, where it runs here; the service's, as far as a page tells.

use super::ui::{Ask, Extra, Halt, Pick};
use super::walk::Walk;
use crate::case::Reference;
use crate::cli::clock::{Clock, Page};
use crate::host::PageError;
use crate::report::{self, Voice};
use crate::session::Event;

/// Who is asked for the time, with consent, where --ntp names nobody else.
const TIME_SERVER: &str = "pool.ntp.org";
/// The question whether the app runs on this computer.
const APP_HERE: &str = "app-here";

/// Has this computer's clock checked, if the person agrees; asks once.
pub(super) fn consent(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    if !walk.clock_asked && walk.ui.is_live() {
        let fill = |text: String| text.replace("{host}", TIME_SERVER);
        let choices =
            vec![("yes".to_owned(), walk.phrase("consent-yes")), ("no".to_owned(), walk.phrase("consent-no"))];
        let quit = (Extra::Quit, walk.phrase("quit"));
        let prompt = fill(walk.phrase("consent-clock"));
        let ask = Ask { key: "consent-clock", prompt, choices, extras: vec![quit] };
        match walk.ui.choose(&ask)? {
            Pick::Choice(answer) if answer == "yes" => check(walk, TIME_SERVER)?,
            Pick::Choice(_) => walk.clock_asked = true,
            Pick::Extra(_) => return Err(Halt::Stopped),
        }
    }
    Ok(())
}

/// The time to compare a phone with.
pub(super) fn show_reference(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    let text = walk.phrase("reference-time").replace("{time}", &walk.clock.shown(walk.speech()));
    walk.voiced(Voice::Say, &text)
}

/// Asks a time server how far this computer's clock is off, and says so; from then on the right time counts.
pub(super) fn check(walk: &mut Walk<'_, '_>, server: &str) -> Result<(), Halt> {
    walk.clock_asked = true;
    let checked = Clock::checked_by(server);
    let text = match checked.as_ref().map(|clock| clock.error()) {
        Err(_) => walk.phrase("clock-unchecked"),
        Ok(None) => walk.phrase("clock-right"),
        Ok(Some(error)) => {
            let id = if error < 0.0 { "clock-behind" } else { "clock-ahead" };
            walk.phrase(id).replace("{seconds}", &format!("{:.0}", error.abs()))
        }
    };
    walk.clock = checked.unwrap_or(walk.clock);
    walk.say(&text.replace("{host}", &report::foreign::plain(server)))
}

/// Whether the app runs on this computer, whose clock was checked: then that is the clock its codes are made by. It is asked
/// once, of somebody who sits here alone, and only where the clock of the device may be the trouble.
pub(super) fn of_app(walk: &mut Walk<'_, '_>) -> Result<(), Halt> {
    let weighs = walk.guided.session.symptom().is_some_and(|symptom| symptom.cause("device-clock-off").is_some());
    let asks = weighs && walk.ui.is_live() && !walk.is_agent() && walk.answer(APP_HERE).is_none();
    let Some(reading) = walk.clock.reading().filter(|_| asks) else { return Ok(()) };
    let choices = vec![("yes".to_owned(), walk.phrase("app-here-yes")), ("no".to_owned(), walk.phrase("app-here-no"))];
    let quit = (Extra::Quit, walk.phrase("quit"));
    let ask = Ask { key: APP_HERE, prompt: walk.phrase("app-here"), choices, extras: vec![quit] };
    let Pick::Choice(answer) = walk.ui.choose(&ask)? else { return Err(Halt::Stopped) };
    let here = answer == "yes";
    walk.record(Event::Asked { question: APP_HERE.to_owned(), answer })?;
    if here {
        walk.guided.reads_clock(reading);
        (walk.keep)(&walk.guided.session)?;
        let text = filled(walk, "app-here-noted", reading.offset_seconds, reading.uncertainty_seconds);
        walk.say(&text)?;
    }
    Ok(())
}

/// Whether the app's clock was measured, so that nobody need compare it by eye.
pub(super) fn app_is_here(walk: &Walk<'_, '_>) -> bool {
    walk.answer(APP_HERE) == Some("yes")
}

/// Asks a page of the service for its time, and says what that is and what it cannot know.
pub(super) fn of_service(walk: &mut Walk<'_, '_>, page: &Page) -> Result<(), Halt> {
    let clock = match walk.clock.of_page(page) {
        Ok(clock) => clock,
        Err(error) => {
            let reason = match error {
                PageError::Silent { .. } => "page-silent",
                PageError::Untrusted { .. } => "page-untrusted",
                PageError::NoDate { .. } => "page-no-date",
                PageError::Kept { .. } => "page-kept",
            };
            let text = walk.phrase("service-clock-unread").replace("{reason}", &walk.phrase(reason));
            return walk.say(&text.replace("{host}", &page.place()));
        }
    };
    walk.guided.reads_service_clock(clock);
    (walk.keep)(&walk.guided.session)?;
    let reference = match clock.against {
        Some(Reference::TimeServer) => "the-time-server",
        _ => "the-clock-here",
    };
    let text = filled(walk, "service-clock", clock.offset_seconds, clock.uncertainty_seconds);
    let text = text.replace("{reference}", &walk.phrase(reference)).replace("{host}", &page.place());
    walk.say(&text)?;
    walk.say_phrase("service-clock-hint")
}

fn filled(walk: &Walk<'_, '_>, phrase: &str, offset: f64, uncertainty: f64) -> String {
    let (text, speech) = (walk.phrase(phrase), walk.speech());
    let text = text.replace("{offset}", &speech.measured_offset(offset, uncertainty));
    text.replace("{seconds}", &speech.seconds(uncertainty))
}

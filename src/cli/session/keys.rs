//! Keys while nothing is asked for: hidden, and dropped.
//!
//! The one idea: what is typed while time passes must neither show nor land in the prompt that follows, which may be for a
//! code. It must not draw anything.

use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal;

use super::ui::{Given, Halt};
use crate::host;

/// How often keys are looked for.
const OFTEN: Duration = Duration::from_millis(50);

/// The terminal hands over each key at once and shows none, for as long as this lives.
struct Raw;

impl Raw {
    fn begin() -> Option<Self> {
        terminal::enable_raw_mode().ok().map(|()| Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = terminal::disable_raw_mode();
    }
}

/// Lets so many seconds pass, with `show` told how many are left.
pub(super) fn wait(seconds: u64, mut show: impl FnMut(u64) -> Result<(), Halt>) -> Result<Given<()>, Halt> {
    let raw = Raw::begin();
    for left in (1..=seconds).rev() {
        show(left)?;
        let until = host::now() + 1.0;
        while host::now() < until {
            host::pause(OFTEN);
            if raw.is_some() && goes_back()? {
                return Ok(Given::Back);
            }
        }
    }
    Ok(if raw.is_some() && goes_back()? { Given::Back } else { Given::This(()) })
}

/// Drops all that was typed; whether it was to go back.
fn goes_back() -> Result<bool, Halt> {
    let mut back = false;
    while event::poll(Duration::ZERO)? {
        let Event::Key(KeyEvent { code, modifiers, kind: KeyEventKind::Press, .. }) = event::read()? else { continue };
        match code {
            KeyCode::Char('c') if modifiers.contains(KeyModifiers::CONTROL) => return Err(Halt::Interrupted),
            KeyCode::Esc => back = true,
            _ => {}
        }
    }
    Ok(back)
}

//! A terminal: choices by arrow keys and filter, hidden input, seconds that count down.

use std::io::{self, Write};
use std::time::Duration;

use inquire::ui::RenderConfig;
use inquire::{InquireError, Password, PasswordDisplayMode, Select, Text};
use zeroize::Zeroizing;

use super::ui::{Halt, Pick, Ui};
use crate::cli::screen::Screen;
use crate::host;
use crate::talk::{Beside, Choose};

/// Columns that should be free behind a prompt.
const ROOM_TO_TYPE: usize = 12;

pub(super) struct Term {
    screen: Screen,
    /// Below every menu, so that a filter that fits nothing is no dead end.
    help: String,
}

impl Term {
    pub(super) fn new(screen: Screen, help: String) -> Self {
        let config = if screen.look.styled { RenderConfig::default_colored() } else { RenderConfig::empty() };
        inquire::set_global_render_config(config);
        Self { screen, help }
    }
}

fn halt(error: InquireError) -> Halt {
    match error {
        InquireError::OperationInterrupted => Halt::Interrupted,
        InquireError::IO(error) => Halt::Io(error),
        _ => Halt::Stopped,
    }
}

impl Ui for Term {
    fn say(&mut self, text: &str) -> Result<(), Halt> {
        Ok(self.screen.print(&format!("{text}\n"))?)
    }

    fn choose(&mut self, choose: &Choose) -> Result<Pick, Halt> {
        let labels = choose.choices.iter().map(|(_, label)| label.clone());
        let labels: Vec<String> = labels.chain(choose.beside.iter().map(|(_, label)| label.clone())).collect();
        let width = self.screen.look.width;
        let labels: Vec<String> = labels.into_iter().map(|label| shortened(&label, width.saturating_sub(4))).collect();
        // Question and answer stand on one line afterwards, where they fit.
        let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let fits = choose.ask.chars().count() + longest + 4 <= width;
        if !fits {
            self.say(&textwrap::fill(&choose.ask, width))?;
        }
        let prompt = if fits { choose.ask.as_str() } else { "" };
        let picked = Select::new(prompt, labels).with_page_size(12).with_help_message(&self.help).raw_prompt();
        let index = match picked {
            Ok(picked) => picked.index,
            // Esc goes back where there is something to go back to.
            Err(InquireError::OperationCanceled) => {
                let back = choose.beside.iter().find(|(one, _)| *one == Beside::Back);
                return Ok(Pick::Beside(back.map_or(Beside::Quit, |(one, _)| *one)));
            }
            Err(error) => return Err(halt(error)),
        };
        Ok(match choose.choices.get(index) {
            Some((id, _)) => Pick::Choice(id.clone()),
            None => Pick::Beside(choose.beside[index - choose.choices.len()].0),
        })
    }

    fn hidden(&mut self, prompt: &str) -> Result<Option<Zeroizing<String>>, Halt> {
        let prompt = self.lead_in(prompt)?;
        let password = Password::new(prompt)
            .without_confirmation()
            .with_display_mode(PasswordDisplayMode::Hidden)
            .with_formatter(&|_| String::new());
        match password.prompt() {
            Ok(text) => Ok(Some(Zeroizing::new(text)).filter(|text| !text.trim().is_empty())),
            Err(InquireError::OperationCanceled) => Ok(None),
            Err(error) => Err(halt(error)),
        }
    }

    fn line(&mut self, prompt: &str) -> Result<Option<String>, Halt> {
        let prompt = self.lead_in(prompt)?;
        match Text::new(prompt).prompt() {
            Ok(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Err(InquireError::OperationCanceled) => Ok(None),
            Err(error) => Err(halt(error)),
        }
    }

    fn enter(&mut self, prompt: &str) -> Result<Option<()>, Halt> {
        let prompt = self.lead_in(prompt)?;
        match Text::new(prompt).prompt() {
            Ok(_) => Ok(Some(())),
            Err(InquireError::OperationCanceled) => Ok(None),
            Err(error) => Err(halt(error)),
        }
    }

    fn wait(&mut self, seconds: u64, text: &str) -> Result<(), Halt> {
        let mut out = io::stdout();
        for left in (1..=seconds).rev() {
            write!(out, "\r\u{1b}[K{}", text.replace("{seconds}", &left.to_string()))?;
            out.flush()?;
            host::pause(Duration::from_secs(1));
        }
        write!(out, "\r\u{1b}[K")?;
        Ok(out.flush()?)
    }

    fn is_live(&self) -> bool {
        true
    }
}

impl Term {
    /// Says a long prompt beforehand, so that what is typed does not wrap.
    fn lead_in<'p>(&mut self, prompt: &'p str) -> Result<&'p str, Halt> {
        if prompt.chars().count() + ROOM_TO_TYPE <= self.screen.look.width {
            return Ok(prompt);
        }
        self.say(&textwrap::fill(prompt, self.screen.look.width))?;
        Ok("")
    }
}

/// A label on one line: the menu draws itself anew and must not wrap.
fn shortened(label: &str, width: usize) -> String {
    if label.chars().count() <= width {
        return label.to_owned();
    }
    label.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

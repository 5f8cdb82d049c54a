//! A terminal: choices by arrow keys and filter, hidden input, seconds that count down.

use std::io::{self, Write};

use crossterm::terminal;
use inquire::ui::{RenderConfig, Styled};
use inquire::{InquireError, Password, PasswordDisplayMode, Select, Text};
use zeroize::Zeroizing;

use super::keys;
use super::menu::{Entry, Menu};
use super::ui::{Given, Halt, LetterB, Pick, Ui};
use crate::cli::screen::Screen;
use crate::talk::{Beside, Choose};

/// Columns that should be free behind a prompt.
const ROOM_TO_TYPE: usize = 12;
/// A menu shows at least so many lines of choices, and more where what was said before stays in sight.
const LEAST_LINES: usize = 8;
/// Lines of a screen that tells no height.
const USUAL_HEIGHT: u16 = 24;

pub(super) struct Term {
    screen: Screen,
    /// Below every menu.
    help: String,
    /// In place of the choices where none fits what is typed.
    nothing_fits: String,
    /// Lines that were said since something was asked for.
    said: usize,
}

impl Term {
    pub(super) fn new(screen: Screen, help: String, nothing_fits: String) -> Self {
        let config = if screen.look.styled { RenderConfig::default_colored() } else { RenderConfig::empty() };
        // Esc goes back, and what comes next shows that.
        inquire::set_global_render_config(config.with_canceled_prompt_indicator(Styled::new("")));
        Self { screen, help, nothing_fits, said: 0 }
    }

    /// Says a long prompt beforehand, so that what is typed does not wrap.
    fn lead_in<'p>(&mut self, prompt: &'p str) -> Result<&'p str, Halt> {
        if prompt.chars().count() + ROOM_TO_TYPE <= self.screen.look.width {
            self.said = 0;
            return Ok(prompt);
        }
        self.say(&textwrap::fill(prompt, self.screen.look.width))?;
        self.said = 0;
        Ok("")
    }
}

/// What came of a prompt; Esc goes back.
fn given<T>(prompted: Result<T, InquireError>) -> Result<Given<T>, Halt> {
    match prompted {
        Ok(this) => Ok(Given::This(this)),
        Err(InquireError::OperationCanceled) => Ok(Given::Back),
        Err(InquireError::OperationInterrupted) => Err(Halt::Interrupted),
        Err(InquireError::IO(error)) => Err(Halt::Io(error)),
        Err(_) => Err(Halt::Stopped),
    }
}

fn unless_empty(text: Given<Zeroizing<String>>) -> Given<Zeroizing<String>> {
    match text {
        Given::This(text) if text.trim().is_empty() => Given::Nothing,
        other => other,
    }
}

impl Ui for Term {
    fn say(&mut self, text: &str) -> Result<(), Halt> {
        self.said += text.lines().count().max(1);
        Ok(self.screen.print(&format!("{text}\n"))?)
    }

    fn choose(&mut self, choose: &Choose) -> Result<Pick, Halt> {
        let labels = choose.choices.iter().map(|(_, label)| label.clone());
        let labels: Vec<String> = labels.chain(choose.beside.iter().map(|(_, label)| label.clone())).collect();
        let width = self.screen.look.width;
        // Question and answer stand on one line afterwards, where they fit.
        let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        let fits = choose.ask.chars().count() + longest + 4 <= width;
        if !fits {
            self.say(&textwrap::fill(&choose.ask, width))?;
        }
        let prompt = if fits { choose.ask.as_str() } else { "" };
        let help = textwrap::fill(&self.help, width.saturating_sub(3));
        let (menu, count) = (Menu::new(labels, self.nothing_fits.clone(), width), choose.choices.len());
        // The line to type on, the help, and the line below it.
        let taken = 2 + help.lines().count();
        let height = usize::from(terminal::size().map_or(USUAL_HEIGHT, |(_, height)| height));
        let room = height.saturating_sub(taken + self.said).max(LEAST_LINES).min(height.saturating_sub(taken + 1));
        self.said = 0;
        let index = loop {
            let place = |typed: &str, _: &Entry, _: &str, index: usize| menu.place(typed, index);
            let answer = |entry: inquire::list_option::ListOption<&Entry>| menu.answer(&entry.value.label);
            let select = Select::new(prompt, menu.entries())
                .with_page_size(menu.page(room))
                .with_help_message(&help)
                .with_scorer(&place)
                .with_formatter(&answer);
            match given(select.raw_prompt())? {
                // Nothing was picked: it only said how to go on.
                Given::This(picked) if picked.index >= count + choose.beside.len() => {}
                Given::This(picked) => break picked.index,
                Given::Nothing | Given::Back => return Ok(Pick::Beside(Beside::Back)),
            }
        };
        Ok(match choose.choices.get(index) {
            Some((id, _)) => Pick::Choice(id.clone()),
            None => Pick::Beside(choose.beside[index - count].0),
        })
    }

    fn hidden(&mut self, prompt: &str, _: LetterB) -> Result<Given<Zeroizing<String>>, Halt> {
        let prompt = self.lead_in(prompt)?;
        let password = Password::new(prompt)
            .without_confirmation()
            .with_display_mode(PasswordDisplayMode::Hidden)
            .with_formatter(&|_| String::new());
        Ok(unless_empty(given(password.prompt())?.map(Zeroizing::new)))
    }

    fn line(&mut self, prompt: &str, _: LetterB) -> Result<Given<String>, Halt> {
        let prompt = self.lead_in(prompt)?;
        let text = given(Text::new(prompt).prompt())?.map(|text| text.trim().to_owned());
        Ok(if text == Given::This(String::new()) { Given::Nothing } else { text })
    }

    fn enter(&mut self, prompt: &str) -> Result<Given<()>, Halt> {
        let prompt = self.lead_in(prompt)?;
        Ok(given(Text::new(prompt).prompt())?.map(|_| ()))
    }

    fn wait(&mut self, seconds: u64, text: &str) -> Result<Given<()>, Halt> {
        let mut out = io::stdout();
        let waited = keys::wait(seconds, |left| {
            write!(out, "\r\u{1b}[K{}", text.replace("{seconds}", &left.to_string()))?;
            Ok(out.flush()?)
        });
        write!(out, "\r\u{1b}[K")?;
        out.flush()?;
        waited
    }

    fn is_live(&self) -> bool {
        true
    }
}

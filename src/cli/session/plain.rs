//! Numbered lines: for screen readers, and wherever there is no terminal. Nothing by colour alone, nothing redrawn.

use std::io::{self, BufRead};
use std::time::Duration;

use zeroize::Zeroizing;

use super::ui::{Halt, Pick, Ui};
use crate::cli::screen::{Screen, can_ask};
use crate::cli::secret_prompt;
use crate::host;
use crate::talk::{Beside, Choose};

pub(super) struct Plain {
    screen: Screen,
    not_understood: String,
}

impl Plain {
    pub(super) fn new(mut screen: Screen, not_understood: String) -> Self {
        screen.look.styled = false;
        Self { screen, not_understood }
    }

    fn read(&mut self) -> Result<Zeroizing<String>, Halt> {
        let mut line = Zeroizing::new(String::new());
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(Halt::Stopped);
        }
        // A terminal has echoed the end of the line; a pipe has not.
        if !can_ask() {
            self.screen.print("\n")?;
        }
        Ok(line)
    }

    fn wrapped(&self, text: &str) -> String {
        textwrap::fill(text, self.screen.look.width)
    }
}

fn letter(beside: Beside) -> &'static str {
    match beside {
        Beside::Unsure => "u",
        Beside::Why => "w",
        Beside::Back => "b",
        Beside::Quit => "q",
    }
}

impl Ui for Plain {
    fn say(&mut self, text: &str) -> Result<(), Halt> {
        Ok(self.screen.print(&format!("{text}\n"))?)
    }

    fn choose(&mut self, choose: &Choose) -> Result<Pick, Halt> {
        let mut menu = self.wrapped(&choose.ask);
        let options = choose.choices.iter().enumerate().map(|(index, (_, label))| ((index + 1).to_string(), label));
        let beside = choose.beside.iter().map(|(one, label)| (letter(*one).to_owned(), label));
        for (mark, label) in options.chain(beside) {
            let mark = format!("\n  {mark:>2}  ");
            let wrap =
                textwrap::Options::new(self.screen.look.width).initial_indent("      ").subsequent_indent("      ");
            menu.push_str(&mark);
            menu.push_str(textwrap::fill(label, wrap).trim_start());
        }
        self.say(&menu)?;
        loop {
            self.screen.print("> ")?;
            let typed = self.read()?;
            let typed = typed.trim();
            let number = typed.parse::<usize>().ok().and_then(|number| choose.choices.get(number.checked_sub(1)?));
            if let Some((id, _)) = number {
                return Ok(Pick::Choice(id.clone()));
            }
            if let Some((one, _)) = choose.beside.iter().find(|(one, _)| typed.eq_ignore_ascii_case(letter(*one))) {
                return Ok(Pick::Beside(*one));
            }
            let text = self.wrapped(&self.not_understood.clone());
            self.say(&text)?;
        }
    }

    fn hidden(&mut self, prompt: &str) -> Result<Option<Zeroizing<String>>, Halt> {
        if can_ask() {
            let text = self.wrapped(prompt);
            self.say(&text)?;
            return match secret_prompt::ask(">", "") {
                Ok(typed) => Ok(typed),
                Err(inquire::InquireError::OperationInterrupted) => Err(Halt::Interrupted),
                Err(_) => Ok(None),
            };
        }
        let line = self.line(prompt)?;
        Ok(line.map(Zeroizing::new))
    }

    fn line(&mut self, prompt: &str) -> Result<Option<String>, Halt> {
        let text = self.wrapped(prompt);
        self.screen.print(&format!("{text}\n> "))?;
        let typed = self.read()?;
        Ok(Some(typed.trim().to_owned()).filter(|line| !line.is_empty()))
    }

    fn enter(&mut self, prompt: &str) -> Result<Option<()>, Halt> {
        let text = self.wrapped(prompt);
        self.screen.print(&format!("{text}\n> "))?;
        self.read().map(|_| Some(()))
    }

    fn wait(&mut self, seconds: u64, text: &str) -> Result<(), Halt> {
        let text = self.wrapped(&text.replace("{seconds}", &seconds.to_string()));
        self.say(&text)?;
        if can_ask() {
            host::pause(Duration::from_secs(seconds));
        }
        Ok(())
    }

    fn is_live(&self) -> bool {
        can_ask()
    }
}

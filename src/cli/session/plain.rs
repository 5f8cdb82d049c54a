//! Numbered lines: for screen readers, and wherever there is no terminal. Nothing by colour alone, nothing redrawn.

use std::io::{self, BufRead};

use inquire::ui::{RenderConfig, Styled};
use zeroize::Zeroizing;

use super::keys;
use super::ui::{Given, Halt, LetterB, Pick, Ui};
use crate::cli::screen::{Screen, can_ask};
use crate::cli::secret_prompt;
use crate::talk::{Beside, Choose};

/// As a terminal hands it over with the line, where no key is looked at by itself.
const ESC: &str = "\u{1b}";

pub(super) struct Plain {
    screen: Screen,
    not_understood: String,
    /// That `b` goes back, until it was said where no menu lists it.
    back: Option<String>,
}

impl Plain {
    pub(super) fn new(mut screen: Screen, not_understood: String, back: String) -> Self {
        screen.look.styled = false;
        // Esc at a hidden prompt goes back, and what comes next says so.
        inquire::set_global_render_config(RenderConfig::empty().with_canceled_prompt_indicator(Styled::new("")));
        Self { screen, not_understood, back: Some(back) }
    }

    /// A prompt, with what goes back the first time that it does.
    fn prompt(&mut self, prompt: &str, b: LetterB) -> String {
        let back = if b == LetterB::GoesBack { self.back.take() } else { None };
        let text = back.map_or_else(|| prompt.to_owned(), |back| format!("{prompt} {back}"));
        self.wrapped(&text)
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
        Beside::Note => "n",
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
            // Where there is nothing to go back to, that is for the conversation to say.
            if is_back(typed, LetterB::GoesBack) {
                return Ok(Pick::Beside(Beside::Back));
            }
            if let Some((one, _)) = choose.beside.iter().find(|(one, _)| typed.eq_ignore_ascii_case(letter(*one))) {
                return Ok(Pick::Beside(*one));
            }
            let text = self.wrapped(&self.not_understood.clone());
            self.say(&text)?;
        }
    }

    fn hidden(&mut self, prompt: &str, b: LetterB) -> Result<Given<Zeroizing<String>>, Halt> {
        if can_ask() {
            let text = self.prompt(prompt, b);
            self.say(&text)?;
            return match secret_prompt::ask(">", "") {
                Ok(typed) => Ok(given(typed, b)),
                Err(inquire::InquireError::OperationInterrupted) => Err(Halt::Interrupted),
                Err(inquire::InquireError::OperationCanceled) => Ok(Given::Back),
                Err(_) => Ok(Given::Nothing),
            };
        }
        Ok(self.line(prompt, b)?.map(Zeroizing::new))
    }

    fn line(&mut self, prompt: &str, b: LetterB) -> Result<Given<String>, Halt> {
        let text = self.prompt(prompt, b);
        self.screen.print(&format!("{text}\n> "))?;
        let typed = self.read()?;
        Ok(given(Some(typed).filter(|line| !line.trim().is_empty()), b).map(|line| line.trim().to_owned()))
    }

    fn enter(&mut self, prompt: &str) -> Result<Given<()>, Halt> {
        let text = self.prompt(prompt, LetterB::GoesBack);
        self.screen.print(&format!("{text}\n> "))?;
        let typed = self.read()?;
        Ok(if is_back(&typed, LetterB::GoesBack) { Given::Back } else { Given::This(()) })
    }

    fn wait(&mut self, seconds: u64, text: &str) -> Result<Given<()>, Halt> {
        let text = self.wrapped(&text.replace("{seconds}", &seconds.to_string()));
        self.say(&text)?;
        if can_ask() { keys::wait(seconds, |_| Ok(())) } else { Ok(Given::This(())) }
    }

    fn is_live(&self) -> bool {
        can_ask()
    }
}

fn given(typed: Option<Zeroizing<String>>, b: LetterB) -> Given<Zeroizing<String>> {
    match typed {
        Some(typed) if is_back(&typed, b) => Given::Back,
        Some(typed) => Given::This(typed),
        None => Given::Nothing,
    }
}

fn is_back(typed: &str, b: LetterB) -> bool {
    let typed = typed.trim();
    typed == ESC || b == LetterB::GoesBack && typed.eq_ignore_ascii_case(letter(Beside::Back))
}

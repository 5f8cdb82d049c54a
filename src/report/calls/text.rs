use std::fmt::Write as _;

use anstyle::Style;

use super::super::Look;
use super::{Calls, Kept};
use crate::session::Stands;
use crate::speech::foreign;

/// Columns of the longest bar, and of what stands before it.
const BAR: usize = 12;
const COUNT: usize = 5;

impl Calls<'_> {
    /// Each call in a few lines, the newest first.
    pub fn list(&self, look: Look) -> String {
        let mut out = String::new();
        for kept in self.kept {
            out.push_str(&self.entry(kept, look));
            out.push('\n');
        }
        let stands = self.tally().stands.into_iter().map(|(stands, count)| format!("{count} {}", self.stands(stands)));
        let stands = stands.collect::<Vec<_>>().join(", ");
        let mut sum = self.count(self.kept.len());
        if !stands.is_empty() {
            let _ = write!(sum, ": {stands}");
        }
        for line in [sum].into_iter().chain(self.unread()) {
            let _ = writeln!(out, "{}", textwrap::fill(&line, look.width));
        }
        out
    }

    /// One of them.
    pub fn entry(&self, Kept { file, call }: &Kept, look: Look) -> String {
        let below = textwrap::Options::new(look.width).initial_indent("  ").subsequent_indent("  ");
        let name = call.ticket.as_deref().map_or_else(|| foreign::inert(file), foreign::plain);
        let mut out = String::new();
        let head = textwrap::fill(&format!("{name}: {}", self.stands(call.stands)), look.width);
        let _ = writeln!(out, "{}", bold(&head, look));
        let when = call.times.map(|(from, _)| self.minute(from));
        let took = call.seconds.filter(|seconds| *seconds > 0).map(|seconds| self.speech().duration(seconds));
        let agents = call.agents.iter().map(|agent| foreign::plain(agent)).collect::<Vec<_>>().join(" → ");
        let agents = Some(agents).filter(|agents| !agents.is_empty());
        let facts = [when, took, agents].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let symptoms = call.symptoms.iter().map(|id| self.symptom(id)).collect::<Vec<_>>().join(" → ");
        let cause = call.cause.as_ref().map(|cause| self.cause(cause)).unwrap_or_default();
        let stop = match (&call.next, call.stands) {
            (Some(next), Stands::Open | Stands::Stopped) if next.0 != "symptom" => {
                self.speech().say("calls-next", &[("step", &self.step(next))])
            }
            _ => String::new(),
        };
        // A call without a ticket has its file for a name already.
        let file = if call.ticket.is_some() { foreign::inert(file) } else { String::new() };
        for line in [facts, symptoms, cause, stop, file].iter().filter(|line| !line.is_empty()) {
            let _ = writeln!(out, "{}", textwrap::fill(line, &below));
        }
        out
    }

    /// All of them, counted.
    pub fn statistics(&self, look: Look) -> String {
        let tally = self.tally();
        let mut out = String::new();
        for (at, head) in self.heads(&tally).iter().enumerate() {
            let head = textwrap::fill(head, look.width);
            let _ = writeln!(out, "{}", if at == 0 { bold(&head, look) } else { head });
        }
        let bar = if look.width < 60 { BAR / 2 } else { BAR };
        for part in self.parts(&tally) {
            let _ = writeln!(out, "\n{}", bold(&part.title, look));
            let most = part.rows.iter().map(|row| row.count).max().unwrap_or(1).max(1);
            for row in &part.rows {
                let filled = (row.count * bar).div_ceil(most);
                let lead = format!("{:>COUNT$} {:<bar$} ", row.count, "█".repeat(filled));
                let indent = " ".repeat(COUNT + bar + 2);
                let beside = if row.beside.is_empty() { String::new() } else { format!(" ({})", row.beside) };
                let options = textwrap::Options::new(look.width).initial_indent(&lead).subsequent_indent(&indent);
                let _ = writeln!(out, "{}", textwrap::fill(&format!("{}{beside}", row.name), options));
            }
        }
        out
    }
}

fn bold(text: &str, look: Look) -> String {
    let style = if look.styled { Style::new().bold() } else { Style::new() };
    format!("{style}{text}{style:#}")
}

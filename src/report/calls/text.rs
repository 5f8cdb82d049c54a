use std::fmt::Write as _;

use anstyle::Style;

use super::super::Look;
use super::{Calls, Kept, many, minute};
use crate::session::Stands;
use crate::speech::{Speech, foreign};

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
        let stands = self.tally().stands.into_iter().map(|(stands, count)| format!("{count} {}", stands.words()));
        let stands = stands.collect::<Vec<_>>().join(", ");
        let mut sum = many(self.kept.len(), "call");
        if !stands.is_empty() {
            let _ = write!(sum, ": {stands}");
        }
        if self.unread > 0 {
            let _ = write!(sum, "; {} could not be read", many(self.unread, "file"));
        }
        let _ = writeln!(out, "{}", textwrap::fill(&sum, look.width));
        out
    }

    /// One of them.
    pub fn entry(&self, Kept { file, call }: &Kept, look: Look) -> String {
        let below = textwrap::Options::new(look.width).initial_indent("  ").subsequent_indent("  ");
        let name = call.ticket.as_deref().map_or_else(|| foreign::inert(file), foreign::plain);
        let mut out = String::new();
        let head = textwrap::fill(&format!("{name}: {}", call.stands.words()), look.width);
        let _ = writeln!(out, "{}", bold(&head, look));
        let when = call.times.map(|(from, _)| minute(from));
        let took =
            call.seconds.filter(|seconds| *seconds > 0).map(|seconds| Speech::of(self.knowledge).duration(seconds));
        let agent = call.agent.as_deref().map(foreign::plain);
        let facts = [when, took, agent].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let symptoms = call.symptoms.iter().map(|id| self.symptom(id)).collect::<Vec<_>>().join(" → ");
        let cause = call.cause.as_ref().map(|cause| self.cause(cause)).unwrap_or_default();
        let stop = match (&call.next, call.stands) {
            (Some(next), Stands::Open | Stands::Stopped) if next.0 != "symptom" => format!("Next: {}", self.step(next)),
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
            let _ = writeln!(out, "\n{}", bold(part.title, look));
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

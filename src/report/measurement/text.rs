use std::fmt::{self, Write as _};

use super::{Measurement, people, share};
use crate::report::Look;
use crate::speech::count;

/// For a terminal: a table over all that was measured, and what each of them tells.
///
/// `summary`: that table alone.
pub fn text(all: &[Measurement], summary: bool, look: Look) -> String {
    written(all, summary, Form::Terminal(look))
}

/// The same for a document, in Markdown.
pub fn markdown(all: &[Measurement], summary: bool) -> String {
    written(all, summary, Form::Markdown)
}

#[derive(Clone, Copy)]
enum Form {
    Terminal(Look),
    Markdown,
}

impl Form {
    /// The style on a terminal; none elsewhere.
    fn style(self, style: anstyle::Style) -> anstyle::Style {
        match self {
            Self::Terminal(look) if look.styled => style,
            _ => anstyle::Style::new(),
        }
    }
}

fn written(all: &[Measurement], summary: bool, form: Form) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, all, summary, form);
    out
}

fn write(out: &mut String, all: &[Measurement], summary: bool, form: Form) -> fmt::Result {
    let Some(first) = all.first() else { return Ok(()) };
    let study = &first.study;
    let place = if study.world { "of the world" } else { "each" };
    writeln!(out, "{} cases {place}, seed {}; {}\n", count(study.cases as u64), study.seed, people(all))?;
    let columns = [
        "",
        "true first",
        "or family",
        "identifiable",
        "first",
        "or family",
        "confirmed",
        "confirmed, all",
        "wrongly",
        "expected",
    ];
    let rows = all.iter().map(|measured| {
        let (accuracy, total) = (&measured.accuracy, measured.accuracy.total);
        [
            measured.name(),
            share(total.first, total.cases),
            share(total.kin_first, total.cases),
            count(total.identifiable as u64),
            share(total.identifiable_first, total.identifiable),
            share(total.identifiable_kin_first, total.identifiable),
            share(total.identifiable_confirmed, total.identifiable),
            count(accuracy.confirmed as u64),
            count(accuracy.false_confirmed as u64),
            format!("{:.2}", accuracy.expected_false),
        ]
    });
    table(out, columns, rows, form)?;
    for measured in all.iter().filter(|_| !summary) {
        details(out, measured, form)?;
    }
    Ok(())
}

fn details(out: &mut String, measured: &Measurement, form: Form) -> fmt::Result {
    let accuracy = &measured.accuracy;
    heading(out, &measured.name(), form)?;
    figures(out, measured, form)?;
    part(out, "What was stated, and what came true", form)?;
    let filled = accuracy.bins.iter().filter(|bin| bin.cases > 0);
    let rows = filled.map(|bin| {
        let stated = 100.0 * bin.stated / bin.cases as f64;
        [format!("{stated:.1} %"), share(bin.right, bin.cases), count(bin.cases as u64)]
    });
    table(out, ["stated", "true", "cases"], rows, form)?;
    part(out, "By cause", form)?;
    let columns = ["cause", "cases", "first", "or family", "identifiable", "first", "or family", "confirmed"];
    let rows = accuracy.rows.iter().map(|(cause, row)| {
        [
            cause.clone(),
            count(row.cases as u64),
            share(row.first, row.cases),
            share(row.kin_first, row.cases),
            count(row.identifiable as u64),
            share(row.identifiable_first, row.identifiable),
            share(row.identifiable_kin_first, row.identifiable),
            share(row.identifiable_confirmed, row.identifiable),
        ]
    });
    table(out, columns, rows, form)?;
    let near = accuracy.near_misses();
    if !near.is_empty() {
        part(out, "The nearest other cause: named or confirmed in its place, or second behind it", form)?;
        let rows = near.iter().map(|near| {
            let numbers = [near.cell.named, near.cell.confirmed, near.cell.behind].map(|number| count(number as u64));
            let [named, confirmed, behind] = numbers;
            [near.cause.to_owned(), near.other.to_owned(), named, confirmed, behind]
        });
        table(out, ["cause", "the nearest other", "named", "confirmed", "second"], rows, form)?;
    }
    if !accuracy.hidden.is_empty() {
        part(out, "Not identifiable, and why", form)?;
        let rows = accuracy.hidden.iter().map(|(reason, cases)| [(*reason).to_owned(), count(*cases as u64)]);
        table(out, ["reason", "cases"], rows, form)?;
    }
    Ok(())
}

/// What one number says each.
fn figures(out: &mut String, measured: &Measurement, form: Form) -> fmt::Result {
    let accuracy = &measured.accuracy;
    let verdict = if accuracy.confirms_honestly() { "admitted" } else { "MORE THAN ADMITTED" };
    let wrongly = format!(
        "{} of {}, {:.2} in a thousand, {verdict}: {:.2} expected, up to {:.1} by chance",
        accuracy.false_confirmed,
        count(accuracy.confirmed as u64),
        1_000.0 * accuracy.false_confirmed as f64 / accuracy.confirmed.max(1) as f64,
        accuracy.expected_false,
        accuracy.admitted()
    );
    let mut rows = vec![
        ("wrongly confirmed", wrongly),
        ("a cause likely", format!("{} of all cases, or confirmed", share(accuracy.likely, accuracy.total.cases))),
        ("Brier score", format!("{:.4}", accuracy.brier())),
        ("calibration error", format!("{:.2} %", 100.0 * accuracy.calibration_error())),
    ];
    if let Some(seconds) = measured.seconds_each {
        rows.push(("time per case", format!("{:.1} ms", 1_000.0 * seconds)));
    }
    if accuracy.total.identifiable > 0 && !measured.study.world {
        let after = accuracy.needed.iter().map(|(codes, cases)| (format!("after {codes}"), *cases));
        let all = after.chain([("never".to_owned(), measured.never_confirmed())]);
        let told = |(when, cases)| format!("{when} {}", share(cases, accuracy.total.identifiable));
        rows.push(("codes needed", all.map(told).collect::<Vec<_>>().join(", ")));
    }
    for (name, value) in rows {
        match form {
            Form::Terminal(_) => writeln!(out, "{name:<17}  {value}")?,
            Form::Markdown => writeln!(out, "- {name}: {value}")?,
        }
    }
    Ok(())
}

fn heading(out: &mut String, text: &str, form: Form) -> fmt::Result {
    match form {
        Form::Terminal(_) => {
            let bold = form.style(anstyle::Style::new().bold());
            writeln!(out, "\n{bold}{text}{bold:#}\n{}", "─".repeat(text.chars().count()))
        }
        Form::Markdown => writeln!(out, "\n### {text}\n"),
    }
}

fn part(out: &mut String, text: &str, form: Form) -> fmt::Result {
    match form {
        Form::Terminal(_) => writeln!(out, "\n{text}"),
        Form::Markdown => writeln!(out, "\n{text}:\n"),
    }
}

/// Columns as wide as their widest cell, the first on the left, and where it is not a number the second too.
fn table<const N: usize>(
    out: &mut String,
    columns: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    form: Form,
) -> fmt::Result {
    let rows: Vec<[String; N]> = rows.collect();
    let mut widths = columns.map(|cell| cell.chars().count());
    for (width, cell) in rows.iter().flat_map(|row| (0..N).zip(row)) {
        widths[width] = widths[width].max(cell.chars().count());
    }
    let named = |cell: &str| cell.starts_with(|c: char| c.is_alphabetic());
    let left: Vec<bool> = (0..N).map(|at| at == 0 || rows.iter().all(|row| named(&row[at]))).collect();
    let dim = form.style(anstyle::Style::new().dimmed());
    for (number, row) in [&columns.map(str::to_owned)].into_iter().chain(&rows).enumerate() {
        if let Form::Markdown = form {
            writeln!(out, "| {} |", row.join(" | "))?;
            if number == 0 {
                writeln!(out, "|{}", " --- |".repeat(N))?;
            }
            continue;
        }
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let (gap, width) = (if at == 0 { "" } else { "  " }, widths[at]);
            if left[at] {
                write!(line, "{gap}{cell:<width$}")?;
            } else {
                write!(line, "{gap}{cell:>width$}")?;
            }
        }
        let line = line.trim_end();
        if number == 0 { writeln!(out, "{dim}{line}{dim:#}")? } else { writeln!(out, "{line}")? }
    }
    Ok(())
}

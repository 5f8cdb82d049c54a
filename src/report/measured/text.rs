use std::fmt::{self, Write as _};

use super::{Measured, people, share};
use crate::report::Look;
use crate::report::words::count;

/// For a terminal: a table over all that was measured, and what each of them tells.
pub fn text(all: &[Measured], look: Look) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, all, look);
    out
}

fn write(out: &mut String, all: &[Measured], look: Look) -> fmt::Result {
    let Some(first) = all.first() else { return Ok(()) };
    let study = &first.study;
    writeln!(out, "{} cases each, seed {}; {}\n", count(study.cases as u64), study.seed, people(study))?;
    let columns = ["", "true first", "identifiable", "first", "confirmed", "confirmed, all", "wrongly", "expected"];
    let rows = all.iter().map(|measured| {
        let (accuracy, total) = (&measured.accuracy, measured.accuracy.total);
        [
            measured.name(),
            share(total.first, total.cases),
            count(total.identifiable as u64),
            share(total.identifiable_first, total.identifiable),
            share(total.identifiable_confirmed, total.identifiable),
            count(accuracy.confirmed as u64),
            count(accuracy.false_confirmed as u64),
            format!("{:.2}", accuracy.expected_false),
        ]
    });
    table(out, columns, rows, look)?;
    for measured in all {
        details(out, measured, look)?;
    }
    Ok(())
}

fn details(out: &mut String, measured: &Measured, look: Look) -> fmt::Result {
    let accuracy = &measured.accuracy;
    heading(out, &measured.name(), look)?;
    let verdict = if accuracy.confirms_honestly() { "admitted" } else { "MORE THAN ADMITTED" };
    writeln!(
        out,
        "wrongly confirmed  {} of {}, {verdict}: {:.2} expected, up to {:.1} by chance",
        accuracy.false_confirmed,
        count(accuracy.confirmed as u64),
        accuracy.expected_false,
        accuracy.admitted()
    )?;
    let likely = share(accuracy.likely, accuracy.total.cases);
    writeln!(out, "a cause likely     {likely} of all cases, or confirmed")?;
    writeln!(out, "Brier score        {:.4}", accuracy.brier())?;
    writeln!(out, "calibration error  {:.2} %", 100.0 * accuracy.calibration_error())?;
    if accuracy.total.identifiable > 0 {
        let after = accuracy.needed.iter().map(|(codes, cases)| (format!("after {codes}"), *cases));
        let all = after.chain([("never".to_owned(), measured.never_confirmed())]);
        let all: Vec<String> =
            all.map(|(when, cases)| format!("{when} {}", share(cases, accuracy.total.identifiable))).collect();
        writeln!(out, "codes needed       {}", all.join(", "))?;
    }
    part(out, "What was stated, and what came true")?;
    let filled = accuracy.bins.iter().filter(|bin| bin.cases > 0);
    let rows = filled.map(|bin| {
        let stated = 100.0 * bin.stated / bin.cases as f64;
        [format!("{stated:.1} %"), share(bin.right, bin.cases), count(bin.cases as u64)]
    });
    table(out, ["stated", "true", "cases"], rows, look)?;
    part(out, "By cause")?;
    let columns = ["cause", "cases", "first", "identifiable", "first", "confirmed"];
    let rows = accuracy.rows.iter().map(|(cause, row)| {
        [
            cause.clone(),
            count(row.cases as u64),
            share(row.first, row.cases),
            count(row.identifiable as u64),
            share(row.identifiable_first, row.identifiable),
            share(row.identifiable_confirmed, row.identifiable),
        ]
    });
    table(out, columns, rows, look)?;
    let near = accuracy.near_misses();
    if !near.is_empty() {
        part(out, "The nearest other cause: named or confirmed in its place, or second behind it")?;
        let rows = near.iter().map(|near| {
            let numbers = [near.cell.named, near.cell.confirmed, near.cell.behind].map(|number| count(number as u64));
            let [named, confirmed, behind] = numbers;
            [near.cause.to_owned(), near.other.to_owned(), named, confirmed, behind]
        });
        table(out, ["cause", "the nearest other", "named", "confirmed", "second"], rows, look)?;
    }
    if !accuracy.hidden.is_empty() {
        part(out, "Not identifiable, and why")?;
        for (reason, cases) in &accuracy.hidden {
            writeln!(out, "{:>8}  {reason}", count(*cases as u64))?;
        }
    }
    Ok(())
}

fn heading(out: &mut String, text: &str, look: Look) -> fmt::Result {
    let bold = if look.styled { anstyle::Style::new().bold() } else { anstyle::Style::new() };
    writeln!(out, "\n{bold}{text}{bold:#}\n{}", "─".repeat(text.chars().count()))
}

fn part(out: &mut String, text: &str) -> fmt::Result {
    writeln!(out, "\n{text}")
}

/// Columns as wide as their widest cell, the first on the left, and where it is not a number the second too.
fn table<const N: usize>(
    out: &mut String,
    columns: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    look: Look,
) -> fmt::Result {
    let rows: Vec<[String; N]> = rows.collect();
    let mut widths = columns.map(|cell| cell.chars().count());
    for (width, cell) in rows.iter().flat_map(|row| (0..N).zip(row)) {
        widths[width] = widths[width].max(cell.chars().count());
    }
    let named = |cell: &str| cell.starts_with(|c: char| c.is_alphabetic());
    let left: Vec<bool> = (0..N).map(|at| at == 0 || rows.iter().all(|row| named(&row[at]))).collect();
    let dim = if look.styled { anstyle::Style::new().dimmed() } else { anstyle::Style::new() };
    for (number, row) in [&columns.map(str::to_owned)].into_iter().chain(&rows).enumerate() {
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

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use super::{Measurement, people, share};
use crate::report::xml::{Frame, escaped};
use crate::speech::count;

/// Colours for light and dark, and the type.
const STYLE: &str = "\
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#1c2330;font-size:12px}\
.ground{fill:#fff}.title{font-size:24px;font-weight:650}.head{font-size:15px;font-weight:600}.quiet{fill:#5c6675}\
.small{font-size:11px}.end{text-anchor:end}.mid{text-anchor:middle}.num{font-variant-numeric:tabular-nums}\
.grid{stroke:#e3e7ed;stroke-width:1;fill:none}.ideal{stroke:#97a1b0;stroke-width:1;stroke-dasharray:4 4}\
.empty{fill:#f3f5f8}.right{fill:#1f6fd6}.wrong{fill:#d9540b}.range{stroke:#1f6fd6;stroke-width:1.5;opacity:.5}\
@media (prefers-color-scheme:dark){text{fill:#e7eaf0}.ground{fill:#12161c}.quiet{fill:#9aa5b5}.grid{stroke:#29303a}\
.ideal{stroke:#66707f}.empty{fill:#1a2028}.right{fill:#5ea6ff}.wrong{fill:#ff8a3d}.range{stroke:#5ea6ff}}";

const WIDTH: f64 = 980.0;
const MARGIN: f64 = 40.0;
/// A calibration plot, with room for its labels, and how many stand side by side.
const PLOT: f64 = 160.0;
const ACROSS: usize = 4;
/// Room for the names of causes beside and above the map.
const NAMES: f64 = 232.0;
const ABOVE: f64 = 168.0;
const WIDEST_CELL: f64 = 26.0;

/// A picture (SVG) of what was measured: the figures, how far the stated probabilities can be believed, and which cause
/// was named for which, of the last of `all`. Readable on light and on dark.
pub fn figure(all: &[Measurement]) -> String {
    let mut drawn = String::new();
    // Writing to a string cannot fail.
    let y = write(&mut drawn, all).unwrap_or_default();
    let title = "How often otp-doctor is right, in simulated cases";
    Frame { width: WIDTH, height: y + MARGIN, title, description: "", style: STYLE }.around(&drawn)
}

/// Everything from top to bottom; gives the height it ends at.
fn write(out: &mut String, all: &[Measurement]) -> Result<f64, fmt::Error> {
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return Ok(62.0) };
    let study = &first.study;
    let about = format!("{} cases each, seed {}; {}", count(study.cases as u64), study.seed, people(all));
    text(out, MARGIN, 62.0, "title", "How often otp-doctor is right")?;
    text(out, MARGIN, 86.0, "quiet", &about)?;
    let y = figures(out, 126.0, all)?;
    let y = calibration(out, y + 46.0, all)?;
    confusion(out, y + 50.0, last)
}

/// The table of figures; gives the height it ends at.
fn figures(out: &mut String, mut y: f64, all: &[Measurement]) -> Result<f64, fmt::Error> {
    const COLUMNS: [(f64, &str); 6] = [
        (330.0, "true cause first"),
        (470.0, "identifiable: first"),
        (610.0, "confirmed"),
        (740.0, "wrongly confirmed"),
        (830.0, "expected"),
        (940.0, "Brier score"),
    ];
    text(out, MARGIN, y, "head", "What was measured")?;
    y += 26.0;
    for (x, name) in COLUMNS {
        text(out, x, y, "small quiet end", name)?;
    }
    for measured in all {
        let (accuracy, total) = (&measured.accuracy, measured.accuracy.total);
        writeln!(out, r#"<path class="grid" d="M{MARGIN} {:.1}H{:.1}"/>"#, y + 8.0, WIDTH - MARGIN)?;
        y += 26.0;
        text(out, MARGIN, y, "", &measured.name())?;
        let cells = [
            share(total.first, total.cases),
            share(total.identifiable_first, total.identifiable),
            share(total.identifiable_confirmed, total.identifiable),
            format!("{} of {}", count(accuracy.false_confirmed as u64), count(accuracy.confirmed as u64)),
            format!("{:.2}", accuracy.expected_false),
            format!("{:.4}", accuracy.brier()),
        ];
        for ((x, _), cell) in COLUMNS.into_iter().zip(cells) {
            text(out, x, y, "num end", &cell)?;
        }
    }
    Ok(y)
}

/// Stated probability against what came true, a plot for each.
fn calibration(out: &mut String, y: f64, all: &[Measurement]) -> Result<f64, fmt::Error> {
    text(out, MARGIN, y, "head", "Stated, and true")?;
    let explained = [
        "How often the first cause was right, by the probability that was stated for it. On the dashed line the two agree.",
        "The larger the dot, the more cases; the bar is what chance allows.",
    ];
    lines(out, y + 20.0, &explained)?;
    let apart = (WIDTH - 2.0 * MARGIN) / ACROSS as f64;
    let top = y + 74.0;
    for (number, measured) in all.iter().enumerate() {
        let x = MARGIN + 36.0 + (number % ACROSS) as f64 * apart;
        let y = top + (number / ACROSS) as f64 * (PLOT + 78.0);
        plot(out, x, y, measured)?;
    }
    Ok(top + all.len().div_ceil(ACROSS) as f64 * (PLOT + 78.0) - 36.0)
}

fn plot(out: &mut String, x: f64, y: f64, measured: &Measurement) -> fmt::Result {
    text(out, x, y - 10.0, "", &measured.name())?;
    for quarter in 0..=4 {
        let at = PLOT * f64::from(quarter) / 4.0;
        writeln!(out, r#"<path class="grid" d="M{x:.1} {:.1}h{PLOT}M{:.1} {y:.1}v{PLOT}"/>"#, y + at, x + at)?;
        if quarter % 2 == 0 {
            let percent = format!("{}", 25 * quarter);
            text(out, x - 8.0, y + PLOT - at + 4.0, "small quiet end", &percent)?;
            text(out, x + at, y + PLOT + 16.0, "small quiet mid", &percent)?;
        }
    }
    text(out, x + PLOT / 2.0, y + PLOT + 31.0, "small quiet mid", "stated, %")?;
    writeln!(out, r#"<path class="ideal" d="M{x:.1} {:.1}l{PLOT} -{PLOT}"/>"#, y + PLOT)?;
    let most = measured.accuracy.bins.iter().map(|bin| bin.cases).max().unwrap_or(1) as f64;
    for bin in measured.accuracy.bins.iter().filter(|bin| bin.cases > 0) {
        let (cases, right) = (bin.cases as f64, bin.right as f64);
        let height = |share: f64| y + PLOT - PLOT * share;
        let (x, (low, high)) = (x + PLOT * bin.stated / cases, likely_range(right, cases));
        let radius = 2.5 + 6.5 * (cases / most).sqrt();
        let told = format!("{} right of {}", count(bin.right as u64), count(bin.cases as u64));
        writeln!(out, r#"<path class="range" d="M{x:.1} {:.1}V{:.1}"/>"#, height(low), height(high))?;
        writeln!(
            out,
            r#"<circle class="right" cx="{x:.1}" cy="{:.1}" r="{radius:.1}"><title>{told}</title></circle>"#,
            height(right / cases)
        )?;
    }
    Ok(())
}

/// The shares that nineteen times of twenty lie behind `right` of `cases`.
///
/// # Source
/// Wilson, Probable inference, the law of succession, and statistical inference, 1927.
fn likely_range(right: f64, cases: f64) -> (f64, f64) {
    const Z: f64 = 1.96;
    let share = right / cases;
    let middle = share + Z * Z / (2.0 * cases);
    let reach = Z * (share * (1.0 - share) / cases + Z * Z / (4.0 * cases * cases)).sqrt();
    let width = 1.0 + Z * Z / cases;
    ((middle - reach) / width, (middle + reach) / width)
}

/// Which cause was named for which, as a map: a row for each true cause.
fn confusion(out: &mut String, y: f64, measured: &Measurement) -> Result<f64, fmt::Error> {
    let accuracy = &measured.accuracy;
    let filled = || accuracy.cells.iter().filter(|(_, cell)| cell.named > 0);
    let names: BTreeSet<&str> = filled().flat_map(|((cause, named), _)| [cause.as_str(), named]).collect();
    let columns: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let room = WIDTH - 2.0 * MARGIN - NAMES - 56.0;
    let cell = (room / columns.len().max(1) as f64).min(WIDEST_CELL);
    let (left, top) = (MARGIN + NAMES, y + ABOVE);
    text(out, MARGIN, y, "head", &format!("What was named for what ({})", measured.name()))?;
    let explained = [
        "A row for each true cause, a column for",
        "each named one; the stronger the colour,",
        "the more cases of the row.",
    ];
    lines(out, y + 22.0, &explained)?;
    for (line, (class, meaning)) in [("right", "rightly named"), ("wrong", "named for another")].into_iter().enumerate()
    {
        let y = y + 84.0 + 20.0 * line as f64;
        writeln!(out, r#"<rect class="{class}" x="{MARGIN}" y="{:.1}" width="12" height="12" rx="2"/>"#, y - 10.0)?;
        text(out, MARGIN + 20.0, y, "small", meaning)?;
    }
    let size = cell.clamp(9.0, 11.0);
    for (name, column) in &columns {
        let x = left + (*column as f64 + 0.5) * cell + size / 3.0;
        let (name, y) = (escaped(name), top - 6.0);
        writeln!(
            out,
            r#"<text style="font-size:{size:.1}px" transform="translate({x:.1} {y:.1})rotate(-62)">{name}</text>"#
        )?;
    }
    text(out, left + columns.len() as f64 * cell + 48.0, top - 6.0, "small quiet end", "cases")?;
    for (line, (cause, row)) in accuracy.rows.iter().enumerate() {
        let y = top + line as f64 * cell;
        let base = y + cell / 2.0 + size / 3.0;
        writeln!(
            out,
            r#"<text class="end" style="font-size:{size:.1}px" x="{:.1}" y="{base:.1}">{}</text>"#,
            left - 8.0,
            escaped(cause)
        )?;
        let width = columns.len() as f64 * cell - 1.0;
        writeln!(
            out,
            r#"<rect class="empty" x="{left:.1}" y="{y:.1}" width="{width:.1}" height="{:.1}"/>"#,
            cell - 1.0
        )?;
        for ((_, other), here) in filled().filter(|((of, _), _)| of == cause) {
            let x = left + columns.get(other.as_str()).copied().unwrap_or(0) as f64 * cell;
            let class = if other == cause { "right" } else { "wrong" };
            // By the root, so that one case in a hundred still shows.
            let strength = 0.12 + 0.88 * (here.named as f64 / row.cases as f64).sqrt();
            let told = format!("{cause}, named {other}: {} of {}", count(here.named as u64), count(row.cases as u64));
            writeln!(
                out,
                r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{0:.1}" height="{0:.1}" fill-opacity="{strength:.2}"><title>{1}</title></rect>"#,
                cell - 1.0,
                escaped(&told)
            )?;
        }
        let cases = count(row.cases as u64);
        let x = left + columns.len() as f64 * cell + 48.0;
        writeln!(
            out,
            r#"<text class="num quiet end" style="font-size:{size:.1}px" x="{x:.1}" y="{base:.1}">{cases}</text>"#
        )?;
    }
    Ok(top + accuracy.rows.len() as f64 * cell)
}

fn text(out: &mut String, x: f64, y: f64, class: &str, text: &str) -> fmt::Result {
    writeln!(out, r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{}</text>"#, escaped(text))
}

/// Small lines of prose, one below the other.
fn lines(out: &mut String, mut y: f64, lines: &[&str]) -> fmt::Result {
    for line in lines {
        text(out, MARGIN, y, "small quiet", line)?;
        y += 16.0;
    }
    Ok(())
}

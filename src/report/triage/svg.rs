use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::DateTime;

use super::super::xml::{Drawing, Frame};
use super::{Overview, brief};
use crate::speech::count;
use crate::triage::Group;

/// The narrowest picture and the widest, in pixels.
pub const WIDTHS: std::ops::RangeInclusive<u16> = 320..=4_000;
/// How wide one for a report is.
pub const USUAL_WIDTH: u16 = 960;
/// The left edge of the plot, and what is left free to either side of the picture.
const LEFT: f64 = 86.0;
const MARGIN: f64 = 24.0;
/// The least width for two columns of names.
const TWO_COLUMNS: f64 = 640.0;
/// What a character of the sentence and of a name takes, and a time below the plot.
const LETTER: f64 = 8.7;
const SMALL_LETTER: f64 = 7.4;
const TIME: f64 = 92.0;
/// Height between two lines of the scale of shifts, and of a lane.
const TICK: f64 = 34.0;
const LANE: f64 = 30.0;
/// Dots nearer than this become one that is larger.
const CELL: f64 = 6.0;
/// Groups with a colour and a lane of their own; the others share the last one.
const MOST: usize = 7;
/// Lines of the scale of shifts, in seconds to either side of none.
const SCALE: [(i64, &str); 7] = [
    (0, "0"),
    (60, "1 min"),
    (300, "5 min"),
    (3_600, "1 h"),
    (43_200, "12 h"),
    (172_800, "2 d"),
    (i64::MAX / 4, "more"),
];
/// Distances between lines of the scale of time, in seconds.
const TIMES: [i64; 13] =
    [60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 7 * 86_400, 30 * 86_400];

/// Colours that the colour-blind can tell apart, for a light and a dark ground; the last is for what explains nothing.
const STYLE: &str = "\
text{font:13px system-ui,sans-serif}.lead{font-size:15px;font-weight:600}.faint{font-size:12px}.since{stroke-dasharray:4 4}circle{fill-opacity:.8}\
.ground{fill:#fff}text{fill:#1b1f24}.faint{fill:#59636e}.line{stroke:#d8dee4}.since{stroke:#1b1f24}\
.g0{fill:#b3261e}.g1{fill:#0b62a8}.g2{fill:#12805c}.g3{fill:#9a5b00}.g4{fill:#7a3e9d}.g5{fill:#00727d}.g6{fill:#a4286a}.g7{fill:#6b7480}\
@media(prefers-color-scheme:dark){\
.ground{fill:#0f1419}text{fill:#e6edf3}.faint{fill:#9aa7b4}.line{stroke:#2b333c}.since{stroke:#e6edf3}\
.g0{fill:#ff8a7a}.g1{fill:#79b8ff}.g2{fill:#5fd3a5}.g3{fill:#f0b45a}.g4{fill:#cfa4f0}.g5{fill:#5fd0d8}.g6{fill:#ff92c8}.g7{fill:#9aa7b4}}";

/// From when to when, in seconds since 1970, and where its plot ends.
#[derive(Clone, Copy)]
struct Span {
    from: i64,
    to: i64,
    right: f64,
}

impl Overview<'_> {
    /// A time line: shifts above, and below a lane for each group without one. The width is one of [`WIDTHS`], in pixels.
    pub fn svg(&self, width: u16) -> String {
        let width = f64::from(width.clamp(*WIDTHS.start(), *WIDTHS.end()));
        let mut drawing = Drawing { out: String::new(), y: 34.0 };
        let sentence = self.sentence();
        for line in textwrap::wrap(&sentence, ((width - 2.0 * MARGIN) / LETTER) as usize) {
            drawing.text(MARGIN, "lead", "start", &line);
            drawing.y += 21.0;
        }
        self.legend(&mut drawing, width);
        let dots = &self.triage.dots;
        let times = || dots.iter().map(|dot| dot.at);
        let span = times().min().zip(times().max()).map(|(from, to)| Span {
            from,
            to: to.max(from + 60),
            right: width - MARGIN,
        });
        if let Some(span) = span {
            self.plot(&mut drawing, span);
        } else {
            drawing.y += 24.0;
            drawing.text(MARGIN, "faint", "start", "No line has a time, so there is nothing to draw.");
        }
        let (height, title) = (drawing.y + 24.0, sentence.as_str());
        Frame { width, height, title, description: "", style: STYLE }.around(&drawing.out)
    }

    /// A spot of colour and a name for each group, in two columns where there is room.
    fn legend(&self, drawing: &mut Drawing, width: f64) {
        let columns = if width < TWO_COLUMNS { 1 } else { 2 };
        let room = (width - 2.0 * MARGIN) / columns as f64;
        let groups = &self.triage.groups;
        let shown = groups.len().min(MOST + 1);
        drawing.y += 10.0;
        for index in 0..shown {
            let x = MARGIN + 6.0 + room * (index % columns) as f64;
            let label = if index == MOST && groups.len() > MOST + 1 {
                format!("{} more groups", groups.len() - MOST)
            } else {
                label(&groups[index], ((room - 30.0) / SMALL_LETTER) as usize)
            };
            let spot = drawing.y - 4.5;
            let _ = writeln!(drawing.out, "<circle class=\"g{index}\" cx=\"{x}\" cy=\"{spot}\" r=\"5\"/>");
            drawing.text(x + 12.0, "label", "start", &label);
            if index % columns + 1 == columns || index + 1 == shown {
                drawing.y += 21.0;
            }
        }
    }

    fn plot(&self, drawing: &mut Drawing, span: Span) {
        let dots = &self.triage.dots;
        let top = drawing.y + 30.0;
        let shifts: Vec<i64> = dots.iter().filter_map(|dot| dot.shift).collect();
        let scale = Scale::of(&shifts, top);
        let bottom = scale.as_ref().map_or(top, Scale::bottom);
        let mut lanes: Vec<usize> =
            dots.iter().filter(|dot| dot.shift.is_none()).map(|dot| dot.group.min(MOST)).collect();
        lanes.sort_unstable();
        lanes.dedup();
        let lane = |group: usize| {
            let place = lanes.iter().position(|lane| *lane == group.min(MOST)).unwrap_or_default();
            bottom + if scale.is_some() { 30.0 } else { 6.0 } + LANE * (place as f64 + 0.5)
        };
        let end = lanes.last().map_or(bottom, |last| lane(*last) + LANE / 2.0);
        drawing.times(span, top, end);
        if let Some(scale) = &scale {
            scale.draw(drawing, span.right);
        }
        for group in &lanes {
            drawing.y = lane(*group) + 4.0;
            let name = self.lane(*group);
            drawing.rule(lane(*group), span.right);
            drawing.text(LEFT - 8.0, "faint", "end", &name);
        }
        if let Some(since) = self.triage.lead().and_then(|lead| lead.since) {
            let x = place(since, span);
            drawing.y = top - 8.0;
            drawing.since(x, since, span.right);
            let _ = writeln!(
                drawing.out,
                "<line class=\"since\" x1=\"{x:.1}\" y1=\"{top:.1}\" x2=\"{x:.1}\" y2=\"{end:.1}\"/>"
            );
        }
        let mut cells: BTreeMap<(usize, i64, i64), usize> = BTreeMap::new();
        for dot in dots {
            let y = match (dot.shift, &scale) {
                (Some(shift), Some(scale)) => scale.place(shift),
                _ => lane(dot.group),
            };
            let cell = (dot.group.min(MOST), (place(dot.at, span) / CELL) as i64, (y / CELL * 2.0) as i64);
            *cells.entry(cell).or_default() += 1;
        }
        // What leads is drawn last, over everything else.
        for ((group, x, y), many) in cells.iter().rev() {
            let (x, y) = ((*x as f64 + 0.5) * CELL, (*y as f64 + 0.5) * CELL / 2.0);
            let _ = writeln!(
                drawing.out,
                "<circle class=\"g{group}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{}\"/>",
                radius(*many)
            );
        }
        drawing.y = end + 40.0;
    }

    /// What is written before a lane: how many people; the colour says of which group.
    fn lane(&self, group: usize) -> String {
        let groups = &self.triage.groups;
        let people =
            if group == MOST { groups[MOST..].iter().map(|one| one.people).sum() } else { groups[group].people };
        super::people(people)
    }
}

/// A group for the legend, in so many characters.
fn label(group: &Group, most: usize) -> String {
    let (what, people) = (brief(group), format!(" ({})", count(group.people as u64)));
    let room = most.saturating_sub(people.chars().count());
    if what.chars().count() <= room {
        return what + &people;
    }
    what.chars().take(room.saturating_sub(1)).collect::<String>() + "…" + &people
}

/// Area grows with the number of lines, in steps.
fn radius(many: usize) -> f64 {
    match many {
        0..=1 => 3.5,
        2..=3 => 4.5,
        4..=9 => 6.0,
        10..=99 => 8.0,
        _ => 11.0,
    }
}

fn place(at: i64, span: Span) -> f64 {
    LEFT + 8.0 + (at - span.from) as f64 / (span.to - span.from) as f64 * (span.right - LEFT - 16.0)
}

/// The scale of shifts: its lines are equally far apart, so that a minute and a day are both seen.
struct Scale {
    top: f64,
    /// Lines above and below that of no shift.
    ahead: usize,
    behind: usize,
}

impl Scale {
    /// As much of it as is needed; `None` without a shift.
    fn of(shifts: &[i64], top: f64) -> Option<Self> {
        let needed = |most: i64| SCALE.iter().position(|(size, _)| *size >= most).unwrap_or(SCALE.len() - 1);
        let most = |sign: i64| shifts.iter().map(|shift| shift.saturating_mul(sign)).max();
        let (ahead, behind) = (most(1)?.max(0), most(-1)?.max(0));
        Some(Self { top, ahead: needed(ahead).max(1), behind: needed(behind).max(1) })
    }

    fn bottom(&self) -> f64 {
        self.top + TICK * (self.ahead + self.behind) as f64
    }

    fn place(&self, shift: i64) -> f64 {
        let size = shift.abs();
        let upper = SCALE.iter().position(|(line, _)| *line >= size).unwrap_or(SCALE.len() - 1);
        let lower = upper.saturating_sub(1);
        let (from, to) = (SCALE[lower].0, SCALE[upper].0);
        let between = if to > from { (size - from) as f64 / (to - from) as f64 } else { 0.0 };
        // Beyond the scale there is no measure: half way says "more".
        let between = if upper == SCALE.len() - 1 { 0.5 } else { between };
        let steps = lower as f64 + between;
        let zero = self.top + TICK * self.ahead as f64;
        if shift > 0 { zero - steps * TICK } else { zero + steps * TICK }
    }

    fn draw(&self, drawing: &mut Drawing, right: f64) {
        let zero = self.top + TICK * self.ahead as f64;
        // Above what may be said of the time.
        drawing.y = self.top - 24.0;
        drawing.text(MARGIN, "faint", "start", "clock of the device");
        let lines = (1..=self.ahead).rev().map(|at| (at, '+', -1.0)).chain((0..=self.behind).map(|at| (at, '−', 1.0)));
        for (at, sign, side) in lines {
            let y = zero + side * TICK * at as f64;
            let label = if at == 0 { "on time".to_owned() } else { format!("{sign}{}", SCALE[at].1) };
            drawing.rule(y, right);
            drawing.y = y + 4.0;
            drawing.text(LEFT - 8.0, "faint", "end", &label);
        }
    }
}

impl Drawing {
    fn rule(&mut self, y: f64, right: f64) {
        let _ = writeln!(self.out, "<line class=\"line\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>");
    }

    /// When what leads began, above its line.
    fn since(&mut self, x: f64, at: i64, right: f64) {
        if let Some(time) = DateTime::from_timestamp(at, 0) {
            let (x, anchor) = if x > right - 90.0 { (x - 4.0, "end") } else { (x + 4.0, "start") };
            self.text(x, "faint", anchor, &time.format("since %H:%M").to_string());
        }
    }

    /// The scale of time, with the day where it begins.
    fn times(&mut self, span: Span, top: f64, bottom: f64) {
        let most = ((span.right - LEFT) / TIME).max(3.0) as i64;
        let step = TIMES.into_iter().find(|step| (span.to - span.from) / step < most);
        let step = step.unwrap_or_else(|| (span.to - span.from) / most + 1);
        let mut day = None;
        let mut at = span.from.div_euclid(step) * step;
        while at <= span.to {
            if let Some(time) = DateTime::from_timestamp(at, 0).filter(|_| at >= span.from) {
                let x = place(at, span);
                let _ = writeln!(
                    self.out,
                    "<line class=\"line\" x1=\"{x:.1}\" y1=\"{top:.1}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\"/>"
                );
                self.y = bottom + 18.0;
                if step < 86_400 {
                    self.text(x, "faint", "middle", &time.format("%H:%M").to_string());
                    self.y += 16.0;
                }
                if day != Some(time.date_naive()) {
                    self.text(x, "faint", "middle", &time.format("%-d %b %Y").to_string());
                }
                day = Some(time.date_naive());
            }
            at += step;
        }
        self.y = bottom + 18.0;
        self.text(LEFT - 8.0, "faint", "end", "UTC");
    }
}

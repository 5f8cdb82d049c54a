//! The tree of ways as a river that narrows: one place below the other, what follows an answer drawn to the right of the
//! question where there are several.
//!
//! The one idea: a river only gets narrower, by those who were helped and those who went another way, so that no two ways
//! cross and no two labels meet. It must not leave out what it was given.

use std::fmt::Write as _;

use super::svg::{Drawing, LINE, MARGIN, wrap};
use super::{class, label, percent, said, share};
use crate::rehearse::{Branch, Graph, HELPED, Leads, Place, PlaceKind};

/// From one course to the next beside it, and where there is little room.
const COURSE: f64 = 24.0;
const NARROW_COURSE: f64 = 16.0;
/// The width of the river where everybody comes by, and at least.
const WIDEST: f64 = 18.0;
const NARROWEST: f64 = 1.6;
/// From the middle of the river to what is said.
const BESIDE: f64 = 20.0;
/// Room for the bar, and for the figure before it.
const BAR: f64 = 120.0;
const FIGURE: f64 = 62.0;

pub(super) fn river(drawing: &mut Drawing, graph: &Graph) {
    if graph.places.is_empty() {
        return;
    }
    let bed = drawing.out.len();
    let mut river = River { graph, drawing, water: String::new() };
    river.place(0, 0, None);
    let water = river.water;
    // What is said lies over the water.
    drawing.out.insert_str(bed, &water);
}

struct River<'a, 'd> {
    graph: &'a Graph,
    drawing: &'d mut Drawing,
    water: String,
}

impl River<'_, '_> {
    /// Draws a place and all that follows; gives the height of its mark.
    fn place(&mut self, number: usize, course: usize, by: Option<&Branch>) -> f64 {
        let graph = self.graph;
        let place = &graph.places[number];
        let x = self.middle(course);
        if let Some(way) = by {
            for line in wrap(said(way), self.room(x), 12.0) {
                self.line(x + BESIDE, "small quiet", &line);
            }
        }
        let mark = self.drawing.y - 4.5;
        self.figures(place);
        for line in wrap(&label(place), self.room(x), 13.0) {
            self.line(x + BESIDE, "strong", &line);
        }
        self.rare(place, x);
        self.mark(place, x, mark);
        self.drawing.y += 9.0;
        self.follow(place, course, mark);
        mark
    }

    /// The ways on, the widest first.
    fn follow(&mut self, place: &Place, course: usize, mark: f64) {
        let mut on: Vec<(&Branch, usize)> = place.ways.iter().filter_map(|way| Some((way, leads(way)?))).collect();
        on.sort_by_key(|(way, _)| std::cmp::Reverse(way.people));
        let x = self.middle(course);
        if let [(way, to)] = on[..] {
            let next = self.place(to, course, Some(way));
            self.water(&format!("M{x:.1} {mark:.1}V{next:.1}"), way.people);
            return;
        }
        // Side by side from the mark on; the first to leave runs on the right.
        let mut right = x + on.iter().map(|(way, _)| self.wide(way.people)).sum::<f64>() / 2.0;
        for (way, to) in on {
            let next = self.place(to, course + 1, Some(way));
            let half = self.wide(way.people) / 2.0;
            let from = right - half;
            right -= 2.0 * half;
            let (bend, beside) = (next - 16.0 - half, self.middle(course + 1));
            let path = format!("M{from:.1} {mark:.1}V{bend:.1}Q{from:.1} {next:.1} {beside:.1} {next:.1}");
            self.water(&path, way.people);
        }
    }

    /// The answers after which too few go on to be shown, in a line or two.
    fn rare(&mut self, place: &Place, x: f64) {
        let rare = place.ways.iter().filter(|way| way.leads == Leads::Rare && place.kind != PlaceKind::Remedy);
        let rare: Vec<&Branch> = rare.collect();
        if rare.is_empty() {
            return;
        }
        let said: Vec<&str> = rare.iter().map(|way| said(way)).collect();
        let together = if rare.len() > 1 { " together" } else { "" };
        let people = share(self.graph, rare.iter().map(|way| way.people).sum()).replace(' ', "\u{a0}");
        for line in wrap(&format!("… {} ({people}{together})", said.join(" · ")), self.room(x), 12.0) {
            self.line(x + BESIDE, "small quiet", &line);
        }
    }

    /// How many come here, and how many of those a remedy helps.
    fn figures(&mut self, place: &Place) {
        let graph = self.graph;
        let helped = place.ways.iter().find(|way| place.kind == PlaceKind::Remedy && way.id == HELPED);
        let end = self.drawing.width - MARGIN;
        let bar = if self.drawing.is_wide() { BAR } else { 0.0 };
        let y = self.drawing.y;
        let end_of_figure = if bar > 0.0 { end - bar - 10.0 } else { end };
        self.figure(end_of_figure, y, "num", &share(graph, place.people));
        if let Some(way) = helped.filter(|_| bar > 0.0) {
            let text = format!("helped {}", percent(way.people, place.people));
            self.figure(end_of_figure - FIGURE, y, "num small good", &text);
        }
        if bar > 0.0 {
            let mut part = |class: &str, share: f64| {
                let _ = writeln!(
                    self.drawing.out,
                    "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"8\" rx=\"2\"/>",
                    end - bar,
                    y - 8.5,
                    bar * share
                );
            };
            part("rest", 1.0);
            part("bar", graph.share(place.people));
            if let Some(way) = helped {
                part("helped", graph.share(way.people));
            }
        }
    }

    fn figure(&mut self, end: f64, y: f64, class: &str, text: &str) {
        let _ = writeln!(self.drawing.out, "<text class=\"end {class}\" x=\"{end:.1}\" y=\"{y:.1}\">{text}</text>");
    }

    fn room(&self, x: f64) -> f64 {
        let figures = if self.drawing.is_wide() { BAR + 2.0 * FIGURE + 30.0 } else { FIGURE };
        self.drawing.width - MARGIN - figures - x - BESIDE
    }

    fn line(&mut self, x: f64, class: &str, text: &str) {
        self.drawing.text(x, class, text);
        self.drawing.y += LINE;
    }

    fn mark(&mut self, place: &Place, x: f64, y: f64) {
        let class = class(place.kind);
        let _ = match place.kind {
            PlaceKind::Question | PlaceKind::Verify => {
                writeln!(self.drawing.out, "<circle class=\"mark {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"/>")
            }
            _ => writeln!(
                self.drawing.out,
                "<rect class=\"mark {class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"12\" height=\"12\" rx=\"3\"/>",
                x - 6.0,
                y - 6.0
            ),
        };
    }

    fn middle(&self, course: usize) -> f64 {
        let apart = if self.drawing.is_wide() { COURSE } else { NARROW_COURSE };
        MARGIN + WIDEST / 2.0 + apart * course as f64
    }

    fn wide(&self, people: usize) -> f64 {
        (WIDEST * self.graph.share(people)).max(NARROWEST)
    }

    fn water(&mut self, path: &str, people: usize) {
        let width = self.wide(people);
        let _ = writeln!(self.water, "<path class=\"way\" d=\"{path}\" stroke-width=\"{width:.1}\"/>");
    }
}

fn leads(way: &Branch) -> Option<usize> {
    match way.leads {
        Leads::To(to) => Some(to),
        Leads::Helped | Leads::Rare | Leads::Nobody => None,
    }
}

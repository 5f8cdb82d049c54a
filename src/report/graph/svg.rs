use std::fmt::Write as _;

use super::river::river;
use super::{about, folded, percent, share, unreached};
use crate::rehearse::{Came, Graph};
use crate::report::xml::{Frame, escaped};

/// Colours for light and dark, and the type.
const STYLE: &str = "\
text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;fill:#1c2330;font-size:13px}\
.title{font-size:24px;font-weight:650}.head{font-size:16px;font-weight:600}.quiet{fill:#5c6675}.small{font-size:12px}\
.strong{font-weight:600}.end{text-anchor:end}.num{font-variant-numeric:tabular-nums}.way{fill:none;stroke:#b9c8de;stroke-linecap:butt}\
.ground{fill:#fff}.rest{fill:#eceff4}.bar{fill:#a9bbd6}.rule{stroke:#e3e7ed}\
.ask{fill:#2f6fc4}.try,.helped,.good{fill:#12805c}.go{fill:#7a3e9d}.turn{fill:#b26a00}.dead{fill:#b3261e}.mark{stroke:#fff;stroke-width:2}\
@media(prefers-color-scheme:dark){text{fill:#e7eaf0}.quiet{fill:#9aa5b5}.way{stroke:#3a4a63}.ground{fill:#12161c}.rest{fill:#222933}\
.bar{fill:#516482}.rule{stroke:#29303a}.ask{fill:#6aa8ff}.try,.helped,.good{fill:#4cc495}.go{fill:#cfa4f0}.turn{fill:#f0b45a}.dead{fill:#ff8a7a}\
.mark{stroke:#12161c}}";

/// Space to either side.
pub(super) const MARGIN: f64 = 28.0;
/// From this width on, numbers have a bar and the two lists stand side by side.
const WIDE: f64 = 720.0;
/// The most causes, and remedies, that are listed.
const MOST: usize = 12;
/// Between two lines of text, and the share of the size of type that a character takes.
pub(super) const LINE: f64 = 17.0;
const ADVANCE: f64 = 0.56;

/// The ways as a picture, `width` pixels wide: readable on light and on dark, in a page and by itself.
pub fn svg(graph: &Graph, width: u32) -> String {
    let mut drawing = Drawing { out: String::new(), y: 44.0, width: f64::from(width) };
    drawing.wrapped(MARGIN, "title", 26.0, &graph.title, 29.0);
    drawing.wrapped(MARGIN, "quiet", 13.0, &about(graph), LINE);
    if let Some(folded) = folded(graph) {
        drawing.wrapped(MARGIN, "quiet", 13.0, &folded, LINE);
    }
    drawing.y += 8.0;
    outcome(&mut drawing, graph);
    drawing.y += 22.0;
    river(&mut drawing, graph);
    lists(&mut drawing, graph);
    nobody(&mut drawing, graph);
    let frame = Frame {
        width: drawing.width,
        height: drawing.y + 8.0,
        title: &format!("Ways through: {}", graph.title),
        description: &format!("{} {}", about(graph), ends(graph).map(|(_, text, _)| text).join(", ")),
        style: STYLE,
    };
    frame.around(&drawing.out)
}

/// How it ended: the class, the words and the number of people.
fn ends(graph: &Graph) -> [(&'static str, String, usize); 4] {
    let end = |class, words: &str, people| (class, format!("{words} {}", share(graph, people)), people);
    [
        end("helped", "helped", graph.helped),
        end("turn", "sent to somebody else", graph.escalated),
        end("go", "gone on to another trouble", graph.gone_on),
        end("dead", "dead end", graph.lost),
    ]
}

/// A bar of how it ended, and what its colours mean.
fn outcome(drawing: &mut Drawing, graph: &Graph) {
    let whole = drawing.width - 2.0 * MARGIN;
    let mut x = MARGIN;
    let y = drawing.y;
    drawing.bar("rest", MARGIN, y, whole, 12.0);
    for (class, _, people) in ends(graph) {
        let part = whole * graph.share(people);
        drawing.bar(class, x, y, part, 12.0);
        x += part;
    }
    drawing.y += 32.0;
    x = MARGIN;
    for (class, text, _) in ends(graph).into_iter().filter(|(_, _, people)| *people > 0) {
        let needed = 16.0 + long(&text, 13.0);
        if x > MARGIN && x + needed > drawing.width - MARGIN {
            x = MARGIN;
            drawing.y += LINE + 2.0;
        }
        let y = drawing.y - 9.0;
        drawing.bar(class, x, y, 10.0, 10.0);
        drawing.text(x + 16.0, "", &text);
        x += needed + 20.0;
    }
    drawing.y += LINE;
}

/// Why they came and what helped: side by side, or one after the other.
fn lists(drawing: &mut Drawing, graph: &Graph) {
    let all = graph.crowd.people;
    let of_all = |came: &Came| percent(came.people, all);
    let helps = |came: &Came| format!("helped {}", percent(came.helped, came.people));
    let room =
        if drawing.is_wide() { (drawing.width - 2.0 * MARGIN - 40.0) / 2.0 } else { drawing.width - 2.0 * MARGIN };
    let top = drawing.y + 30.0;
    drawing.y = top;
    let causes =
        List { head: "Why they came", note: "bar: all who came; green: those who were helped", x: MARGIN, room };
    if !graph.causes.is_empty() {
        causes.draw(drawing, &graph.causes, graph, of_all);
    }
    let bottom = drawing.y;
    let mut remedies = List { head: "What was tried", note: "bar: all who tried it; green: those it helped", ..causes };
    if drawing.is_wide() {
        drawing.y = top;
        remedies.x += if graph.causes.is_empty() { 0.0 } else { room + 40.0 };
    } else {
        drawing.y += 30.0;
    }
    if !graph.remedies.is_empty() {
        remedies.draw(drawing, &graph.remedies, graph, helps);
    }
    drawing.y = drawing.y.max(bottom);
}

/// A list of names with bars.
struct List {
    head: &'static str,
    note: &'static str,
    x: f64,
    room: f64,
}

impl List {
    fn draw(&self, drawing: &mut Drawing, all: &[Came], graph: &Graph, figure: impl Fn(&Came) -> String) {
        drawing.text(self.x, "head", self.head);
        drawing.y += 19.0;
        drawing.text(self.x, "small quiet", self.note);
        drawing.y += 22.0;
        let longest = all.iter().map(|came| came.people).max().unwrap_or(1).max(1) as f64;
        for came in all.iter().take(MOST) {
            let figure = figure(came);
            let end = self.x + self.room;
            drawing.text_end(end, "num small quiet", &figure);
            let fits = self.room - long(&figure, 12.0) - 10.0;
            drawing.text(self.x, "", &cut(&came.label, fits, 13.0));
            let scale = |people: usize| self.room * people as f64 / longest;
            let y = drawing.y + 6.0;
            drawing.bar("rest", self.x, y, self.room, 5.0);
            drawing.bar("bar", self.x, y, scale(came.people), 5.0);
            drawing.bar("helped", self.x, y, scale(came.helped), 5.0);
            drawing.y += 30.0;
        }
        if let Some(rest) = all.get(MOST..).filter(|rest| !rest.is_empty()) {
            let people: usize = rest.iter().map(|came| came.people).sum();
            let of_all = format!("and {} more, {} together", rest.len(), percent(people, graph.crowd.people));
            let text = if self.head == "Why they came" { of_all } else { format!("and {} more", rest.len()) };
            drawing.text(self.x, "small quiet", &text);
            drawing.y += 20.0;
        }
    }
}

fn nobody(drawing: &mut Drawing, graph: &Graph) {
    let unreached = unreached(graph);
    drawing.y += 28.0;
    if unreached.is_empty() {
        drawing.wrapped(MARGIN, "quiet", 13.0, "Somebody came to every question, remedy and row.", LINE);
        return;
    }
    drawing.text(MARGIN, "head dead", "Nobody came to");
    drawing.y += 21.0;
    drawing.wrapped(MARGIN, "", 13.0, &unreached.join(" · "), LINE + 1.0);
}

/// A picture being drawn, from top to bottom.
pub(super) struct Drawing {
    pub(super) out: String,
    pub(super) y: f64,
    pub(super) width: f64,
}

impl Drawing {
    pub(super) fn is_wide(&self) -> bool {
        self.width >= WIDE
    }

    pub(super) fn text(&mut self, x: f64, class: &str, text: &str) {
        let _ = writeln!(self.out, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>", self.y, escaped(text));
    }

    pub(super) fn text_end(&mut self, x: f64, class: &str, text: &str) {
        self.text(x, &format!("end {class}"), text);
    }

    pub(super) fn bar(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        if width > 0.0 {
            let _ = writeln!(
                self.out,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" rx=\"2\"/>"
            );
        }
    }

    /// Lines as wide as the picture allows.
    fn wrapped(&mut self, x: f64, class: &str, size: f64, text: &str, line: f64) {
        for one in wrap(text, self.width - MARGIN - x, size) {
            self.text(x, class, &one);
            self.y += line;
        }
    }
}

/// About how long a text is.
pub(super) fn long(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * ADVANCE
}

/// Lines that fit into `room`.
pub(super) fn wrap(text: &str, room: f64, size: f64) -> Vec<String> {
    let fits = (room / (size * ADVANCE)).max(8.0) as usize;
    textwrap::wrap(text, fits).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// One line that fits into `room`.
fn cut(text: &str, room: f64, size: f64) -> String {
    let fits = (room / (size * ADVANCE)).max(8.0) as usize;
    if text.chars().count() <= fits {
        return text.to_owned();
    }
    let kept: String = text.chars().take(fits - 1).collect();
    format!("{}…", kept.trim_end())
}

use std::fmt::Write as _;

use super::super::xml::{Drawing, Frame};
use super::Calls;

/// Narrow, so that a telephone shows it as it is.
const WIDTH: f64 = 400.0;
const LEFT: f64 = 20.0;
/// The longest bar, which leaves room for its number.
const LONGEST: f64 = 310.0;
/// Characters of a line.
const LINE: usize = 44;

const STYLE: &str = "\
text{font:15px system-ui,sans-serif}.lead{font-size:17px;font-weight:600}\
.ground{fill:#fff}text{fill:#1b1f24}.faint{fill:#59636e}.bar{fill:#0b62a8}\
@media(prefers-color-scheme:dark){\
.ground{fill:#0f1419}text{fill:#e6edf3}.faint{fill:#9aa7b4}.bar{fill:#79b8ff}}";

impl Calls<'_> {
    /// What was counted as bars, a part below the other.
    pub fn statistics_svg(&self) -> String {
        let tally = self.tally();
        let mut drawing = Drawing { out: String::new(), y: 14.0 };
        let heads = self.heads(&tally);
        for (at, head) in heads.iter().enumerate() {
            for line in textwrap::wrap(head, if at == 0 { LINE - 4 } else { LINE }) {
                drawing.y += 21.0;
                drawing.text(LEFT, if at == 0 { "lead" } else { "faint" }, "start", &line);
            }
        }
        for part in self.parts(&tally) {
            drawing.y += 38.0;
            drawing.text(LEFT, "lead", "start", &part.title);
            drawing.y += 4.0;
            let most = part.rows.iter().map(|row| row.count).max().unwrap_or(1).max(1) as f64;
            for row in &part.rows {
                let beside = if row.beside.is_empty() { String::new() } else { format!(" ({})", row.beside) };
                drawing.y += 4.0;
                for line in textwrap::wrap(&format!("{}{beside}", row.name), LINE) {
                    drawing.y += 19.0;
                    drawing.text(LEFT, "label", "start", &line);
                }
                drawing.y += 7.0;
                let (length, y) = ((row.count as f64 / most * LONGEST).max(2.0), drawing.y);
                let _ = writeln!(
                    drawing.out,
                    "<rect class=\"bar\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{length:.1}\" height=\"12\" rx=\"2\"/>"
                );
                drawing.y += 11.0;
                drawing.text(LEFT + length + 6.0, "faint", "start", &row.count.to_string());
            }
        }
        let (height, title) = (drawing.y + 24.0, heads.join(" "));
        Frame { width: WIDTH, height, title: &title, description: "", style: STYLE }.around(&drawing.out)
    }
}

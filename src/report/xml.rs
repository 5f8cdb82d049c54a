//! Text within the markup of a picture or a page, what stands around every picture, and what it is drawn on.

use std::fmt::Write as _;

/// What a picture is drawn with: a style, and what it shows in words, in short and whole.
pub(super) struct Frame<'a> {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    /// Classes only: no script, no font and nothing else is fetched. `ground` is what all lies on.
    pub(super) style: &'a str,
}

impl Frame<'_> {
    /// A picture (SVG) of what was drawn.
    pub(super) fn around(&self, drawn: &str) -> String {
        let Self { width, height, style, .. } = self;
        let (title, description) = (escaped(self.title), escaped(self.description));
        let (named, described) = match self.description {
            "" => ("what", String::new()),
            _ => ("what how", format!("<desc id=\"how\">{description}</desc>\n")),
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height:.0}\" width=\"{width}\" height=\"{height:.0}\" role=\"img\" aria-labelledby=\"{named}\">\n\
             <title id=\"what\">{title}</title>\n{described}<style>{style}</style>\n\
             <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n{drawn}</svg>\n"
        )
    }
}

/// A picture being drawn, from top to bottom.
pub(super) struct Drawing {
    pub(super) out: String,
    pub(super) y: f64,
}

impl Drawing {
    /// Text at the height that is reached.
    pub(super) fn text(&mut self, x: f64, class: &str, anchor: &str, text: &str) {
        let y = self.y;
        let _ = writeln!(
            self.out,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            escaped(text)
        );
    }
}

/// Text as it stands between tags and within quotes.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Characters that XML does not have.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c < ' ' && !matches!(c, '\n' | '\t' | '\r') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

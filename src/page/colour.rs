//! The colour of a service, so that everybody can read what is written in it.
//!
//! The one idea: the colour is kept as far as it can be read, and goes towards black or white only until it can.
//!
//! # Source
//! WCAG 2.2, success criterion 1.4.3 and the definition of contrast ratio.

/// Red, green, blue.
type Colour = [u8; 3];

/// The least contrast of text.
const READABLE: f64 = 4.5;
const WHITE: Colour = [255; 3];
const BLACK: Colour = [0; 3];
/// The ground of the page, light and dark, and what is lifted a little from it.
const LIGHT: [Colour; 2] = [WHITE, [0xf3, 0xf5, 0xf8]];
const DARK: [Colour; 2] = [[0x14, 0x17, 0x1c], [0x1e, 0x23, 0x2b]];

/// A rule of style with the colour as it can be read on light and on dark ground.
pub(super) fn rule(colour: Colour) -> String {
    let (light, dark) = (readable(colour, LIGHT, BLACK), readable(colour, DARK, WHITE));
    format!(":root {{ --accent: light-dark({}, {}); }}\n", hex(light), hex(dark))
}

/// The nearest colour on the way to `end` that can be read on all grounds.
fn readable(colour: Colour, grounds: [Colour; 2], end: Colour) -> Colour {
    let part = |from: u8, to: u8, step: u16| {
        let (from, to) = (f64::from(from), f64::from(to));
        (from + (to - from) * f64::from(step) / 50.0).round() as u8
    };
    let mixed = |step: u16| std::array::from_fn(|at| part(colour[at], end[at], step));
    let can_be_read = |colour: &Colour| grounds.iter().all(|ground| contrast(*colour, *ground) >= READABLE);
    (0..=50).map(mixed).find(can_be_read).unwrap_or(end)
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read_and_a_readable_one_is_kept() {
        for part in 0..=255_u8 {
            for colour in [[part, 0, 0], [0, part, 0], [part, part, 0], [part, 255 - part, 128], [part; 3]] {
                for (grounds, end) in [(LIGHT, BLACK), (DARK, WHITE)] {
                    let shown = readable(colour, grounds, end);
                    assert!(grounds.iter().all(|ground| contrast(shown, *ground) >= READABLE), "{colour:?} {shown:?}");
                }
            }
        }
        assert_eq!(readable([0x1f, 0x5f, 0xbf], LIGHT, BLACK), [0x1f, 0x5f, 0xbf]);
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 1e-9);
    }
}

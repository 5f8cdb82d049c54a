//! QR codes as people save them: screenshots, dark mode, small, pale, broken.

use otp_doctor::import::{self, Imported};
use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, EcLevel, QrCode};

const ALICE: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";
const BOB: &str = "otpauth://totp/Example:bob?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK&issuer=Example";

/// A picture in shades of grey.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize, ground: u8) -> Self {
        Self { width, height, pixels: vec![ground; width * height] }
    }

    /// A QR code with its quiet zone of four modules.
    pub(crate) fn code(text: &str, pixels: usize) -> Self {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let (modules, colors) = (code.width(), code.to_colors());
        let side = (modules + 8) * pixels;
        let mut canvas = Self::new(side, side, 255);
        for (index, _) in colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            let (x, y) = (index % modules + 4, index / modules + 4);
            canvas.fill(x * pixels, y * pixels, pixels, pixels, 0);
        }
        canvas
    }

    fn fill(&mut self, left: usize, top: usize, width: usize, height: usize, shade: u8) {
        for y in top..top + height {
            self.pixels[y * self.width + left..][..width].fill(shade);
        }
    }

    pub(crate) fn paste(&mut self, other: &Self, left: usize, top: usize) {
        for (row, y) in other.pixels.chunks_exact(other.width).zip(top..) {
            self.pixels[y * self.width + left..][..other.width].copy_from_slice(row);
        }
    }

    pub(crate) fn map(mut self, shade: impl Fn(u8) -> u8) -> Self {
        self.pixels.iter_mut().for_each(|pixel| *pixel = shade(*pixel));
        self
    }

    pub(crate) fn png(&self) -> Vec<u8> {
        self.encoded(ColorType::Grayscale, BitDepth::Eight, &self.pixels)
    }

    fn encoded(&self, color: ColorType, depth: BitDepth, samples: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![255, 255, 240, 0, 0, 128]);
        }
        encoder.write_header().unwrap().write_image_data(samples).unwrap();
        bytes
    }
}

fn accounts(imported: &Imported) -> Vec<&str> {
    let mut accounts: Vec<_> = imported.entries.iter().map(|found| found.entry.account.as_str()).collect();
    accounts.sort_unstable();
    accounts
}

fn codes(imported: &Imported) -> Vec<&str> {
    imported.problems.iter().map(|problem| problem.code).collect()
}

#[track_caller]
fn shows_alice(png: &[u8]) {
    let imported = import::read(png, "code.png");
    assert_eq!((accounts(&imported), codes(&imported)), (vec!["alice"], vec![]));
    assert_eq!(imported.entries[0].place.to_string(), "code.png");
    assert!(imported.entries[0].deviations.is_empty());
}

#[track_caller]
fn is_refused(bytes: &[u8], code: &str) -> String {
    let imported = import::read(bytes, "code.png");
    assert_eq!((accounts(&imported), codes(&imported)), (vec![], vec![code]));
    let problem = &imported.problems[0];
    format!("{problem} {}", problem.help.as_deref().unwrap_or_default())
}

#[test]
fn plain_and_inverted_in_all_sizes() {
    for pixels in [1, 2, 3, 5, 8, 20] {
        let canvas = Canvas::code(ALICE, pixels);
        shows_alice(&canvas.png());
        shows_alice(&canvas.map(|shade| 255 - shade).png());
    }
}

#[test]
fn large_pictures() {
    let mut canvas = Canvas::new(3000, 2500, 255);
    canvas.paste(&Canvas::code(ALICE, 40), 200, 100);
    shows_alice(&canvas.png());
}

#[test]
fn pale_ones() {
    shows_alice(&Canvas::code(ALICE, 4).map(|shade| if shade == 0 { 170 } else { 200 }).png());
    shows_alice(&Canvas::code(ALICE, 4).map(|shade| if shade == 0 { 60 } else { 30 }).png());
}

/// Dark ink on the light side is lighter than the ground on the dark side.
#[test]
fn shadows() {
    let mut canvas = Canvas::code(ALICE, 5);
    let width = canvas.width;
    for (index, pixel) in canvas.pixels.iter_mut().enumerate() {
        let light = 255 - (index % width) * 170 / width;
        *pixel = (if *pixel == 0 { light * 45 / 100 } else { light }) as u8;
    }
    shows_alice(&canvas.png());
}

#[test]
fn every_colour_type() {
    let canvas = Canvas::code(ALICE, 4);
    let each = |sample: fn(u8) -> Vec<u8>| canvas.pixels.iter().flat_map(|shade| sample(*shade)).collect::<Vec<u8>>();
    let rows = [
        (ColorType::Grayscale, BitDepth::Sixteen, each(|s| vec![s, s])),
        (ColorType::GrayscaleAlpha, BitDepth::Eight, each(|s| vec![0, 255 - s])),
        (ColorType::Rgb, BitDepth::Eight, each(|s| vec![s, s.max(90), s])),
        (ColorType::Rgb, BitDepth::Sixteen, each(|s| vec![s, 0, s, 0, s, 0])),
        // Transparent ground, as vector programs export it.
        (ColorType::Rgba, BitDepth::Eight, each(|s| vec![0, 0, 0, 255 - s])),
        (ColorType::Rgba, BitDepth::Sixteen, each(|s| vec![0, 0, 0, 0, 0, 0, 255 - s, 255 - s])),
        (ColorType::Indexed, BitDepth::Eight, each(|s| vec![u8::from(s == 0)])),
    ];
    for (color, depth, samples) in rows {
        shows_alice(&canvas.encoded(color, depth, &samples));
    }
    let one_bit: Vec<u8> = canvas
        .pixels
        .chunks_exact(canvas.width)
        .flat_map(|row| row.chunks(8).map(|eight| eight.iter().zip(0..).fold(0, |b, (s, i)| b | (s & 0x80) >> i)))
        .collect();
    shows_alice(&canvas.encoded(ColorType::Grayscale, BitDepth::One, &one_bit));
}

/// A page with lines of text, boxes and a picture around the code.
pub(crate) fn screenshot(ground: u8) -> Canvas {
    let mut canvas = Canvas::new(1280, 800, ground);
    let ink = 255 - ground;
    canvas.fill(0, 0, 1280, 48, ink / 3 + ground / 2);
    for line in 0..18 {
        for word in 0..9 {
            canvas.fill(60 + word * 55, 120 + line * 34, 20 + (line * 7 + word * 13) % 30, 9, ink);
        }
    }
    for y in 0..160 {
        for x in 0..220 {
            canvas.fill(900 + x, 560 + y, 1, 1, ((x * x + y * 3) % 251) as u8);
        }
    }
    canvas
}

#[test]
fn screenshots() {
    for pixels in [2, 3, 5] {
        let mut canvas = screenshot(255);
        canvas.paste(&Canvas::code(ALICE, pixels), 750, 100);
        shows_alice(&canvas.png());
        let mut canvas = screenshot(18);
        canvas.paste(&Canvas::code(ALICE, pixels).map(|shade| 237 - shade / 255 * 219), 750, 100);
        shows_alice(&canvas.png());
    }
}

#[test]
fn two_codes_are_two_entries() {
    let (left, right) = (Canvas::code(ALICE, 4), Canvas::code(BOB, 5));
    let mut canvas = Canvas::new(900, 400, 255);
    canvas.paste(&left, 20, 20);
    canvas.paste(&right, 460, 30);
    let imported = import::read(&canvas.png(), "two.png");
    assert_eq!((accounts(&imported), codes(&imported)), (vec!["alice", "bob"], vec![]));
}

#[test]
fn one_bad_code_does_not_lose_the_good_one() {
    let mut canvas = Canvas::new(900, 400, 255);
    canvas.paste(&Canvas::code(ALICE, 4), 20, 20);
    canvas.paste(&Canvas::code("https://example.com/app", 5), 460, 30);
    let imported = import::read(&canvas.png(), "two.png");
    assert_eq!((accounts(&imported), codes(&imported)), (vec!["alice"], vec!["IN003"]));
}

/// A screen that shows an export of an app, as another program wrote it.
#[test]
fn an_export_of_an_app() {
    let text = std::fs::read_to_string("tests/import/google/one.txt").unwrap();
    let imported = import::read(&Canvas::code(text.trim(), 3).png(), "export.png");
    assert_eq!((imported.entries.len(), codes(&imported), imported.exported), (6, vec!["IN016"], true));
}

#[test]
fn codes_that_hold_something_else() {
    let link = is_refused(&Canvas::code("https://example.com/app?secret=GEZDGNBVGY3TQOJQ", 4).png(), "IN003");
    assert!(link.contains("a web link") && !link.contains("example.com") && !link.contains("GEZDGNBV"));
    let export = is_refused(&Canvas::code("otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8", 4).png(), "IN009");
    assert!(export.contains("export of Google Authenticator") && !export.contains("CjEK"));
    is_refused(&Canvas::code("WIFI:T:WPA;S:home;P:sesame;;", 4).png(), "IN003");
}

#[test]
fn no_code_at_all() {
    is_refused(&screenshot(255).png(), "IN002");
    is_refused(&Canvas::new(1, 1, 0).png(), "IN002");
    is_refused(&Canvas::new(300, 1, 255).png(), "IN002");
    let mut torn = Canvas::code(ALICE, 4);
    torn.fill(60, 60, 90, 90, 255);
    is_refused(&torn.png(), "IN002");
}

#[test]
fn broken_files() {
    let png = Canvas::code(ALICE, 4).png();
    for length in [4, 8, 20, 33, 50, png.len() / 2, png.len() - 20] {
        is_refused(&png[..length], "IN001");
    }
    let mut garbage = png.clone();
    garbage[33..].iter_mut().zip(0_u32..).for_each(|(byte, i)| *byte = (i.wrapping_mul(2_654_435_761) >> 24) as u8);
    is_refused(&garbage, "IN001");
    is_refused(b"\xff\xd8\xff\xe0\0\x10JFIF", "IN001");
    is_refused(&[0; 100], "IN004");
}

#[test]
fn bombs() {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 100_000, 100_000);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Sixteen);
    drop(encoder.write_header().unwrap());
    assert!(is_refused(&bytes, "IN006").contains("40 megapixels"));
    assert!(is_refused(&vec![b'A'; import::LARGEST_FILE + 1], "IN006").contains("16 MiB"));
}

/// Noise is full of patterns that look like corners of codes.
#[test]
fn noise_is_survived() {
    let mut state = 1_u64;
    for (width, height) in [(1, 40), (37, 41), (300, 200), (1000, 700)] {
        for grain in [1, 3] {
            let mut canvas = Canvas::new(width, height, 0);
            for y in (0..height).step_by(grain) {
                for x in (0..width).step_by(grain) {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let shade = if state >> 63 == 0 { 0 } else { 255 };
                    canvas.fill(x, y, grain.min(width - x), grain.min(height - y), shade);
                }
            }
            is_refused(&canvas.png(), "IN002");
        }
    }
}

/// Hundreds of corners, each a part of thousands of possible codes.
#[test]
fn crowds_come_to_an_end() {
    let mut canvas = Canvas::new(400, 400, 255);
    for y in (0..390).step_by(10) {
        for x in (0..390).step_by(10) {
            canvas.fill(x, y, 7, 7, 0);
            canvas.fill(x + 1, y + 1, 5, 5, 255);
            canvas.fill(x + 2, y + 2, 3, 3, 0);
        }
    }
    is_refused(&canvas.png(), "IN002");
}

/// The head of a base media file: its size, the main brand, a version, and the brands that it goes with.
fn media(main: &str, others: &[&str]) -> Vec<u8> {
    let size = 16 + 4 * others.len() as u32;
    let mut bytes = [&size.to_be_bytes()[..], b"ftyp", main.as_bytes(), &[0; 4]].concat();
    bytes.extend(others.iter().flat_map(|brand| brand.bytes()));
    bytes.extend([0, 0, 0, 8]);
    bytes.extend(b"mdat\xff\xfe");
    bytes
}

/// What phones make, and what this program does not open: by name, with the way out.
#[test]
fn a_picture_of_a_kind_that_is_not_read_is_named() {
    let kinds = [
        (media("heic", &["mif1", "heic"]), "HEIC"),
        (media("heix", &[]), "HEIC"),
        (media("mif1", &["mif1", "heic"]), "HEIC"),
        (media("msf1", &["hevc"]), "HEIC"),
        (media("mif1", &["miaf"]), "HEIF"),
        (media("msf1", &[]), "HEIF"),
        (media("avif", &["mif1"]), "AVIF"),
        (media("mif1", &["avif"]), "AVIF"),
        (b"GIF89a\x01\x00\x01\x00".to_vec(), "GIF"),
        (b"II*\0\x08\0\0\0".to_vec(), "TIFF"),
        (b"BM\x46\0\0\0\0\0\0\0\x36".to_vec(), "BMP"),
        (b"\xff\x0a\x00".to_vec(), "JPEG XL"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (bytes, kind) in kinds {
        let imported = import::read(&bytes, "picture");
        assert_eq!(codes(&imported), [import::PICTURE_OF_ANOTHER_KIND], "{kind}");
        // Cut off, it is still no panic.
        for length in 0..bytes.len() {
            import::read(&bytes[..length], "picture");
        }
        let path = folder.path().join("picture");
        std::fs::write(&path, &bytes).unwrap();
        for verb in [&["entries"][..], &["diagnose", "--entry"]] {
            let output = crate::examples::program().args(verb).arg(&path).write_stdin("").output().unwrap();
            let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(told.contains(&format!("a picture in {kind}, which is not read")), "{told}");
            assert!(told.contains("take a screenshot of it, or export it as JPEG or PNG"), "{told}");
        }
    }
    // A film is none, and neither is a text that begins like a picture.
    for other in [media("isom", &["mp42"]), b"BMW: the key of my car".to_vec()] {
        assert!(!codes(&import::read(&other, "x")).contains(&import::PICTURE_OF_ANOTHER_KIND));
    }
}

//! Pictures: any pixels, and QR codes with scratches.

use otp_doctor::entry;
use qrcode::{Color, EcLevel, QrCode};

use super::entries::import;

/// Of a text in a QR code, in bytes: the finders take their time over large ones.
const LONGEST: usize = 90;

/// The first bytes are width and size of a pixel, the rest are pixels, a bit each.
pub(super) fn drawn(data: &[u8]) {
    let [width, scale, bits @ ..] = data else { return };
    let (width, scale) = (usize::from(*width % 40) + 1, usize::from(*scale % 2) + 1);
    let pixels: Vec<bool> =
        bits.iter().take(160).flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1)).collect();
    let rows: Vec<&[bool]> = pixels.chunks_exact(width).collect();
    if !rows.is_empty() {
        import(&png(&rows, scale));
    }
}

/// A QR code of the text behind the first newline, in which the modules that the bytes before it name are turned.
pub(super) fn scratched(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (scratches, text) = data.split_at(end);
    let text = text.strip_prefix(b"\n").unwrap_or(text);
    let Ok(code) = QrCode::with_error_correction_level(&text[..text.len().min(LONGEST)], EcLevel::L) else { return };
    let (width, quiet) = (code.width(), 4);
    let mut dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    for pair in scratches.chunks_exact(2).take(64) {
        let at = usize::from(u16::from_le_bytes([pair[0], pair[1]])) % dark.len();
        dark[at] = !dark[at];
    }
    let whole = width + 2 * quiet;
    let mut rows = vec![vec![false; whole]; whole];
    for (y, row) in dark.chunks_exact(width).enumerate() {
        rows[y + quiet][quiet..quiet + width].copy_from_slice(row);
    }
    let rows: Vec<&[bool]> = rows.iter().map(Vec::as_slice).collect();
    let imported = import(&png(&rows, 2));
    if scratches.is_empty()
        && text.len() <= LONGEST
        && let Some(read) = std::str::from_utf8(text).ok().and_then(|text| entry::read(text).ok())
    {
        let entries: Vec<_> = imported.entries.iter().map(|found| &found.entry).collect();
        assert_eq!(entries, [&read.entry], "the picture holds what the text says");
    }
}

/// Black where a pixel is set; the last of several rows may be cut.
fn png(rows: &[&[bool]], scale: usize) -> Vec<u8> {
    let (width, height) = (rows[0].len() * scale, rows.len() * scale);
    let shade = |set: &bool| if *set { 0 } else { 255 };
    let row = |row: &&[bool]| row.iter().flat_map(|set| vec![shade(set); scale]).collect::<Vec<u8>>().repeat(scale);
    let pixels: Vec<u8> = rows.iter().flat_map(row).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    written.expect("a picture in memory");
    bytes
}

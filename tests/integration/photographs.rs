//! A hundred pictures of QR codes as people really have them, ten of a kind: how many are read.
//!
//! `cargo test --test integration photographs -- --nocapture` prints the rate of each kind.

use std::io::Write as _;
use std::process::Command;

use fastrand::Rng;
use image_webp::{ColorType, WebPEncoder};
use otp_doctor::import;

use crate::pictures::{Canvas, screenshot};

/// Pictures of a kind.
const EACH: usize = 10;
/// Of a hundred pictures, as many at least have to be read.
const ENOUGH: usize = 95;

/// A picture and the accounts on it.
type Shot = (Vec<u8>, Vec<String>);
/// Takes one picture of a kind.
type Taker = fn(&mut Rng) -> Shot;

const KINDS: [(&str, Taker); 10] = [
    ("rotated", rotated),
    ("blurred", blurred),
    ("low contrast, noisy", pale),
    ("dark mode, JPEG", dark),
    ("small", small),
    ("modules of two pixels", tiny),
    ("modules of two pixels, JPEG", tiny_jpeg),
    ("three in a picture, WebP", several),
    ("photographed from a screen", photographed),
    ("JPEG of quality 15", squeezed),
];

#[test]
fn nearly_all_are_read() {
    let mut rng = Rng::with_seed(80);
    let (mut all, mut theirs) = (0, 0);
    let other = has_another_reader();
    for (kind, take) in KINDS {
        let shots: Vec<Shot> = (0..EACH).map(|_| take(&mut rng)).collect();
        let read = shots.iter().filter(|(bytes, accounts)| accounts_in(bytes) == *accounts).count();
        let by_other = shots.iter().filter(|(bytes, accounts)| other && by_another_reader(bytes) == *accounts).count();
        let beside = if other { format!(" (zbarimg: {by_other})") } else { String::new() };
        eprintln!("{kind}: {read} of {EACH}{beside}");
        all += read;
        theirs += by_other;
    }
    let of = KINDS.len() * EACH;
    eprintln!("all: {all} of {of} (zbarimg: {theirs})");
    assert!(all * 100 >= of * ENOUGH, "{all} of {of}");
    assert!(all >= theirs, "{all} of {of}, and zbarimg {theirs}");
}

/// Whether `zbarimg` is there, a reader that shares nothing with ours.
fn has_another_reader() -> bool {
    let has = Command::new("zbarimg").arg("--version").output().is_ok_and(|output| output.status.success());
    if !has {
        eprintln!("!! SKIPPED: no comparison with zbarimg, which is not installed (zbar-tools)");
    }
    has
}

/// The accounts that it reads off a picture.
fn by_another_reader(bytes: &[u8]) -> Vec<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let output =
        Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(file.path()).output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap_or_default();
    let entries = text.lines().filter_map(|line| otp_doctor::entry::read(line).ok());
    let mut accounts: Vec<_> = entries.map(|read| read.entry.account).collect();
    accounts.sort();
    accounts
}

fn accounts_in(bytes: &[u8]) -> Vec<String> {
    let mut accounts: Vec<_> =
        import::read(bytes, "shot").entries.into_iter().map(|found| found.entry.account).collect();
    accounts.sort();
    accounts
}

/// A code with a secret of its own, and its account.
fn code(rng: &mut Rng, pixels: usize) -> (Canvas, String) {
    let account = format!("person{:04}", rng.u32(..10_000));
    let secret: String =
        (0..32).map(|_| char::from(*rng.choice(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").unwrap())).collect();
    let uri = format!("otpauth://totp/Example:{account}?secret={secret}&issuer=Example");
    (Canvas::code(&uri, pixels), account)
}

fn one(rng: &mut Rng, pixels: usize, change: impl FnOnce(Canvas, &mut Rng) -> Vec<u8>) -> Shot {
    let (canvas, account) = code(rng, pixels);
    (change(canvas, rng), vec![account])
}

fn rotated(rng: &mut Rng) -> Shot {
    one(rng, 5, |canvas, rng| turned(&canvas, rng.f64() * std::f64::consts::TAU).png())
}

fn blurred(rng: &mut Rng) -> Shot {
    one(rng, 6, |canvas, rng| canvas_blurred(&canvas, 1.0 + rng.f64()).png())
}

fn pale(rng: &mut Rng) -> Shot {
    one(rng, 5, |canvas, rng| {
        let (ink, ground) = (110 + rng.u8(..40), 180 + rng.u8(..20));
        noisy(canvas.map(|shade| if shade == 0 { ink } else { ground }), 8, rng).png()
    })
}

fn dark(rng: &mut Rng) -> Shot {
    let pixels = rng.usize(3..=5);
    one(rng, pixels, |canvas, rng| {
        let mut whole = screenshot(18);
        whole.paste(&canvas.map(|shade| 237 - shade / 255 * 219), 500 + rng.usize(..100), 80 + rng.usize(..80));
        jpeg(&whole, 60)
    })
}

fn small(rng: &mut Rng) -> Shot {
    one(rng, 8, |canvas, rng| {
        let scale = 8.0 / (1.8 + rng.f64());
        let side = (canvas.width as f64 / scale) as usize;
        let soft = canvas_blurred(&canvas, scale / 2.5);
        warped(&soft, side, side, |x, y| (x * scale, y * scale)).png()
    })
}

/// As sharp as a screenshot of a small code is, somewhere in a larger picture.
fn tiny(rng: &mut Rng) -> Shot {
    one(rng, 2, |canvas, rng| framed(&canvas, rng).png())
}

fn tiny_jpeg(rng: &mut Rng) -> Shot {
    one(rng, 2, |canvas, rng| jpeg(&framed(&canvas, rng), 80))
}

fn framed(canvas: &Canvas, rng: &mut Rng) -> Canvas {
    let mut whole = Canvas::new(canvas.width + 40 + rng.usize(..60), canvas.height + 40 + rng.usize(..60), 255);
    whole.paste(canvas, 10 + rng.usize(..30), 10 + rng.usize(..30));
    whole
}

fn several(rng: &mut Rng) -> Shot {
    let mut whole = Canvas::new(1_300, 500, 250);
    let mut accounts = Vec::new();
    for place in 0..3 {
        let pixels = rng.usize(4..=6);
        let (canvas, account) = code(rng, pixels);
        whole.paste(&canvas, 10 + place * 425 + rng.usize(..10), 10 + rng.usize(..60));
        accounts.push(account);
    }
    accounts.sort();
    (webp(&whole), accounts)
}

/// Seen from the side, unevenly lit, with the stripes of the screen, noise and a little blur.
fn photographed(rng: &mut Rng) -> Shot {
    one(rng, 8, |canvas, rng| {
        let side = canvas.width as f64;
        let (tilt, lean) = ((rng.f64() - 0.5) * 0.35 / side, (rng.f64() - 0.5) * 0.35 / side);
        let (rise, run) = ((rng.f64() - 0.5) * 0.4).sin_cos();
        let (width, height, margin) = (canvas.width + 240, canvas.height + 240, 120.0);
        let seen = warped(&canvas, width, height, |x, y| {
            let (x, y) = (x - margin - side / 2.0, y - margin - side / 2.0);
            let far = 1.0 + x * tilt + y * lean;
            ((x * run - y * rise) / far + side / 2.0, (x * rise + y * run) / far + side / 2.0)
        });
        let mut lit = canvas_blurred(&seen, 0.8);
        let (period, dim) = (3.0 + rng.f64() * 4.0, 0.3 + rng.f64() * 0.3);
        for (index, pixel) in lit.pixels.iter_mut().enumerate() {
            let (x, y) = ((index % width) as f64, (index / width) as f64);
            let stripes = 1.0 - 0.08 * ((x + y * 0.3) * std::f64::consts::TAU / period).sin();
            let light = 1.0 - dim * (x + y) / (width + height) as f64;
            *pixel = ((40.0 + f64::from(*pixel) * 0.75) * stripes * light).clamp(0.0, 255.0) as u8;
        }
        jpeg(&noisy(lit, 10, rng), 70)
    })
}

fn squeezed(rng: &mut Rng) -> Shot {
    let pixels = rng.usize(4..=6);
    one(rng, pixels, |canvas, _| jpeg(&canvas, 15))
}

fn turned(canvas: &Canvas, angle: f64) -> Canvas {
    let side = canvas.width * 3 / 2;
    let ((rise, run), middle, own) = (angle.sin_cos(), side as f64 / 2.0, canvas.width as f64 / 2.0);
    warped(canvas, side, side, |x, y| {
        let (x, y) = (x - middle, y - middle);
        (x * run - y * rise + own, x * rise + y * run + own)
    })
}

/// Each pixel from where `from` says it comes, mixed of the four there; white beyond the edge.
fn warped(canvas: &Canvas, width: usize, height: usize, from: impl Fn(f64, f64) -> (f64, f64)) -> Canvas {
    let shade = |x: f64, y: f64| {
        let inside = x >= 0.0 && y >= 0.0 && (x as usize) < canvas.width && (y as usize) < canvas.height;
        if inside { f64::from(canvas.pixels[y as usize * canvas.width + x as usize]) } else { 255.0 }
    };
    let mut out = Canvas::new(width, height, 255);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = from(x as f64 + 0.5, y as f64 + 0.5);
            let (u, v) = (u - 0.5, v - 0.5);
            let (right, down) = (u - u.floor(), v - v.floor());
            let (u, v) = (u.floor(), v.floor());
            let upper = shade(u, v) * (1.0 - right) + shade(u + 1.0, v) * right;
            let lower = shade(u, v + 1.0) * (1.0 - right) + shade(u + 1.0, v + 1.0) * right;
            out.pixels[y * width + x] = (upper * (1.0 - down) + lower * down) as u8;
        }
    }
    out
}

/// A Gaussian of `sigma` pixels, row by row and column by column.
fn canvas_blurred(canvas: &Canvas, sigma: f64) -> Canvas {
    let reach = (sigma * 3.0).ceil() as isize;
    let weights: Vec<f64> = (-reach..=reach).map(|d| (-(d as f64).powi(2) / (2.0 * sigma * sigma)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let pass = |source: &Canvas, step_x: isize, step_y: isize| {
        let mut out = Canvas::new(source.width, source.height, 255);
        for y in 0..source.height {
            for x in 0..source.width {
                let mixed: f64 = weights
                    .iter()
                    .zip(-reach..)
                    .map(|(weight, d)| {
                        let x = x.saturating_add_signed(d * step_x).min(source.width - 1);
                        let y = y.saturating_add_signed(d * step_y).min(source.height - 1);
                        weight * f64::from(source.pixels[y * source.width + x])
                    })
                    .sum();
                out.pixels[y * source.width + x] = (mixed / sum).round() as u8;
            }
        }
        out
    };
    pass(&pass(canvas, 1, 0), 0, 1)
}

fn noisy(mut canvas: Canvas, most: i16, rng: &mut Rng) -> Canvas {
    for pixel in &mut canvas.pixels {
        *pixel = (i16::from(*pixel) + rng.i16(-most..=most)).clamp(0, 255) as u8;
    }
    canvas
}

fn jpeg(canvas: &Canvas, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    let (width, height) = (canvas.width as u16, canvas.height as u16);
    encoder.encode(&canvas.pixels, width, height, jpeg_encoder::ColorType::Luma).unwrap();
    bytes
}

fn webp(canvas: &Canvas) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (width, height) = (canvas.width as u32, canvas.height as u32);
    WebPEncoder::new(&mut bytes).encode(&canvas.pixels, width, height, ColorType::L8).unwrap();
    bytes
}

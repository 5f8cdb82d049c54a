//! QR codes in a picture.
//!
//! The one idea: two readers, each with its own blind spots, look at the picture, its inverse, and both in other
//! sizes, until a view shows every code that was located. It must not make anything of what a code holds but an entry.

use std::panic::{AssertUnwindSafe, catch_unwind};

use quircs::Quirc;
use rqrr::PreparedImage;
use zeroize::Zeroizing;

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::picture::{Grey, PictureError, PictureKind, decode, kind_not_read};
use super::{
    Format, LARGEST_PICTURE, NO_QR_CODE, PICTURE_OF_ANOTHER_KIND, QR_CODE_WITHOUT_ENTRY, TOO_LARGE, UNREADABLE_PICTURE,
    migration,
};
use crate::diagnostic::Diagnostic;
use crate::entry::{self, EntryError};

/// Up to this many pixels a picture is also tried at twice its size, and from there on at half.
const DOUBLED_UP_TO: usize = 4_000_000;
/// Up to this many pixels a picture is also tried at four times its size.
const FOURFOLD_UP_TO: usize = 250_000;

/// Up to this many pixels rqrr is asked too.
const RQRR_UP_TO: usize = 16_000_000;
/// Corners at which quircs stops counting; ten codes have thirty.
const MOST_CORNERS: usize = 32;
/// Bytes that the largest QR code holds (digits only); with room for them, growing leaves no copies behind.
const LONGEST_PAYLOAD: usize = 7_089;

/// Bytes that a QR code holds. Wiped when dropped.
type Payload = Zeroizing<Vec<u8>>;

/// A picture of QR codes.
pub(super) const FORMAT: Format = Format {
    id: "qr",
    name: "picture of QR codes",
    recognise: |content| PictureKind::of(content.bytes).is_some() || kind_not_read(content.bytes).is_some(),
    read,
};

/// What it took to look at a picture, and what for.
#[derive(Default)]
pub(super) struct Look {
    /// Of every size that was looked at.
    pub(super) pixels: u64,
    /// Whether nothing in it looks like a QR code.
    pub(super) is_blank: bool,
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    read_counting(content, intake, &mut Look::default())
}

/// Reads every QR code of a picture.
pub(super) fn read_counting(content: &Content<'_>, intake: &mut Intake<'_>, effort: &mut Look) -> Result<(), Refusal> {
    if let Some(kind) = kind_not_read(content.bytes) {
        let message = format!("a picture in {kind}, which is not read");
        let help = "take a screenshot of it, or export it as JPEG or PNG";
        return Err(content.refuse(PICTURE_OF_ANOTHER_KIND, message).help(help));
    }
    let unreadable = "save the picture again, or take a new screenshot";
    let kind = PictureKind::of(content.bytes)
        .ok_or_else(|| content.refuse(UNREADABLE_PICTURE, "no picture").help(unreadable))?;
    let picture = decode(kind, content.bytes, LARGEST_PICTURE).map_err(|error| match error {
        PictureError::TooLarge => {
            let most = LARGEST_PICTURE / 1_000_000;
            let message = format!("a picture of more than {most} megapixels, the most that is read");
            content.refuse(TOO_LARGE, message).help("cut the picture down to the QR code")
        }
        PictureError::Broken => {
            content.refuse(UNREADABLE_PICTURE, format!("a damaged {} picture", kind.name())).help(unreadable)
        }
    })?;
    let seen = look(&picture);
    *effort = Look { pixels: seen.pixels, is_blank: seen.payloads.is_empty() && !seen.located };
    if seen.payloads.is_empty() {
        let message = if seen.located { "a QR code that cannot be read" } else { "no QR code in the picture" };
        let help = "take a sharp, straight picture of the whole code with its white margin, or use the set-up key";
        return Err(content.refuse(NO_QR_CODE, message).help(help));
    }
    for payload in &seen.payloads {
        let place = intake.place(0, 0);
        let text = std::str::from_utf8(payload).map_err(|_| EntryError::NotAnEntry);
        if let Ok(text) = text
            && migration::is_migration(text)
        {
            migration::read(text, &place, intake);
            continue;
        }
        match text.and_then(entry::read) {
            Ok(read) => _ = intake.entry(Ok(read), place),
            Err(error) => {
                let message = format!("the QR code holds no entry: {error}");
                intake.problem(Diagnostic::error(QR_CODE_WITHOUT_ENTRY, place, message));
            }
        }
    }
    Ok(())
}

/// What was seen in a picture.
#[derive(Default)]
struct Seen {
    /// Each once, in the order in which they were read.
    payloads: Vec<Payload>,
    /// Whether anything looked like a QR code.
    located: bool,
    /// Pixels of all sizes.
    pixels: u64,
}

/// What one reader saw in one view.
#[derive(Default)]
struct Glance {
    payloads: Vec<Payload>,
    located: usize,
}

impl Glance {
    fn is_complete(&self) -> bool {
        self.located > 0 && self.payloads.len() == self.located
    }
}

fn look(picture: &Grey) -> Seen {
    let mut seen = Seen::default();
    for size in sizes(picture) {
        let mut view = size(picture);
        seen.pixels += view.pixels.len() as u64;
        for _ in 0..2 {
            for reader in [with_quircs, with_rqrr] {
                let glance = guarded(reader, &view);
                let complete = glance.is_complete();
                seen.located |= glance.located > 0;
                for payload in glance.payloads {
                    if !seen.payloads.contains(&payload) {
                        seen.payloads.push(payload);
                    }
                }
                if complete {
                    return seen;
                }
            }
            view.invert();
        }
    }
    seen
}

fn sizes(picture: &Grey) -> Vec<fn(&Grey) -> Grey> {
    let mut sizes: Vec<fn(&Grey) -> Grey> = vec![Grey::clone];
    let pixels = picture.pixels.len();
    if pixels <= DOUBLED_UP_TO {
        sizes.push(|picture| picture.enlarged(2));
    } else {
        sizes.push(Grey::halved);
    }
    if pixels <= FOURFOLD_UP_TO {
        sizes.push(|picture| picture.enlarged(4));
    }
    sizes
}

/// Both readers index by what they measured in the picture, and a strange picture makes them panic out of bounds.
/// That must cost this view only. Nothing is shared with a reader, so nothing is left in a broken state.
fn guarded(reader: fn(&Grey) -> Glance, view: &Grey) -> Glance {
    catch_unwind(AssertUnwindSafe(|| reader(view))).unwrap_or_default()
}

/// The text of the QR code in one frame of a camera: how bright each point is, row by row. One reader, one size, since the next
/// frame comes soon.
pub fn in_frame(brightness: &[u8], width: usize, height: usize, inverse: bool) -> Option<Zeroizing<String>> {
    if width == 0 || height == 0 || width.checked_mul(height)? != brightness.len() {
        return None;
    }
    let mut view = Grey { width, height, pixels: Zeroizing::new(brightness.to_vec()) };
    if inverse {
        view.invert();
    }
    let payload = guarded(with_quircs, &view).payloads.into_iter().next()?;
    std::str::from_utf8(&payload).ok().map(|text| Zeroizing::new(text.to_owned()))
}

fn with_quircs(view: &Grey) -> Glance {
    let mut glance = Glance::default();
    for code in Quirc::default().identify(view.width, view.height, &view.pixels) {
        glance.located += 1;
        if let Ok(data) = code.map_err(|_| ()).and_then(|code| code.decode().map_err(|_| ())) {
            glance.payloads.push(Zeroizing::new(data.payload));
        }
    }
    glance
}

/// rqrr copies the picture for every three corners that might belong together, so in a crowded one it would not come
/// to an end. Quircs finds corners in the same way, and stops in time.
fn with_rqrr(view: &Grey) -> Glance {
    let mut glance = Glance::default();
    if view.pixels.len() > RQRR_UP_TO {
        return glance;
    }
    let level = view.levelled();
    let mut corners = Quirc::default();
    corners.identify(level.width, level.height, &level.pixels);
    if corners.num_capstones() >= MOST_CORNERS {
        return glance;
    }
    let is_black = |x, y| level.pixels[y * level.width + x] == 0;
    for grid in PreparedImage::prepare_from_bitmap(level.width, level.height, is_black).detect_grids() {
        glance.located += 1;
        let mut payload = Zeroizing::new(Vec::with_capacity(LONGEST_PAYLOAD));
        if grid.decode_to(&mut *payload).is_ok() {
            glance.payloads.push(payload);
        }
    }
    glance
}

//! ZIP archives, in a build that opens none: they are known as such, and the way out is told.

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{CANNOT_OPEN, Format};

/// An archive.
pub(super) const FORMAT: Format = Format { id: "zip", name: "ZIP archive of other files", recognise, read };

fn recognise(content: &Content<'_>) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06"].iter().any(|mark| content.bytes.starts_with(*mark))
}

fn read(content: &Content<'_>, _: &mut Intake<'_>) -> Result<(), Refusal> {
    Err(content.refuse(CANNOT_OPEN, "an archive, which is not opened here").help("unpack it and give the file in it"))
}

//! The folder `knowledge/` inside the program: its files, and what they come to.
//!
//! The one idea: `build.rs` lists what is there and compiles it, so that a new file needs no line here and no start reads it.
//! The schemas are left out: they can be written by [`FileKind::schema`](crate::knowledge::schema::FileKind::schema). It must
//! not read the folder at run time.

const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Every file of the built-in knowledge but the schemas, sorted by path.
pub(crate) fn files() -> &'static [(&'static str, &'static [u8])] {
    FILES
}

/// The built-in knowledge in every language, in the format of `kb compile`.
pub(crate) fn compiled() -> &'static [u8] {
    include_bytes!(concat!(env!("OUT_DIR"), "/built-in.otpkb"))
}

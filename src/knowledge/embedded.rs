//! The folder `knowledge/` inside the program.
//!
//! The one idea: `build.rs` lists what is there, so that a new file needs no line here. The schemas are left out of it: they
//! can be written by [`FileKind::schema`](super::schema::FileKind::schema). It must not read the folder at run time.

/// Every file of the built-in knowledge but the schemas, sorted by path.
pub(super) const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

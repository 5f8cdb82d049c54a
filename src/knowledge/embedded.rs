//! The folder `knowledge/` inside the program.
//!
//! The one idea: a sorted list made by hand, which a test compares with the folder. It must not read it at run time.

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge/", $path)) as &[u8])),*]
    };
}

/// Every file of the built-in knowledge, sorted by path.
pub(super) const FILES: &[(&str, &[u8])] = files![
    "articles/causes.md",
    "articles/two-factor.md",
    "kb.yaml",
    "phrases.yaml",
    "services/generic.yaml",
    "symptoms/invalid-code.yaml",
];

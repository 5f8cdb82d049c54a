//! What the fuzz targets began from, and what they found, goes through them again: no new inputs, no nightly toolchain.

use std::fs;
use std::path::{Path, PathBuf};

use arbitrary::{Arbitrary, Unstructured};

use crate::whole;

/// What the targets do with their bytes.
#[path = "../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, dead_code, clippy::pedantic)]
mod fuzz;

use fuzz::{engine, readers};

fn inputs(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let Ok(items) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = items.map(|item| item.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// The seeds of a target, and on a machine that has fuzzed what that has gathered, where the whole is asked for.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = inputs(&format!("fuzz/seeds/{target}"));
    assert!(all.len() >= 40, "{target}: only {} seeds", all.len());
    if whole::asked() {
        all.extend(inputs(&format!("fuzz/corpus/{target}")));
        all.extend(inputs(&format!("fuzz/artifacts/{target}")));
    }
    all
}

/// What the readers' target does with its bytes.
pub(crate) fn readers(bytes: &[u8]) {
    readers::run(bytes);
}

/// Which input it was stands last of what a failing test has printed.
fn tell(path: &Path) {
    eprintln!("{}", path.display());
}

#[test]
fn the_readers_take_every_seed() {
    for (path, bytes) in seeds("readers") {
        tell(&path);
        readers::run(&bytes);
    }
}

#[test]
fn the_engine_takes_every_seed() {
    let mut logins = 0;
    for (path, bytes) in seeds("engine") {
        tell(&path);
        // As `fuzz_target!` makes one.
        if let Ok(login) = engine::Login::arbitrary_take_rest(Unstructured::new(&bytes)) {
            engine::run(&login);
            logins += 1;
        }
    }
    assert!(logins >= 40, "only {logins} seeds are logins");
}

/// Whichever reader a finding was of, no other one may fall over it either.
#[test]
fn every_reader_takes_what_was_found() {
    let found = inputs("tests/fuzzed");
    assert!(!found.is_empty());
    for (path, bytes) in found {
        for letter in b'a'..=b'z' {
            eprintln!("{}", char::from(letter));
            tell(&path);
            readers::run(&[&[letter], &bytes[..]].concat());
        }
    }
}

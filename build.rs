//! Lists the folder `knowledge/` for the program that holds it.
//!
//! The one idea: a file that is there is built in, sorted by path, and nobody keeps a list. It must not read what is in a
//! file: the compiler does, and so notices every change.

#![allow(clippy::disallowed_methods)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Error};
use std::path::{Path, PathBuf};

/// The folder, beside `Cargo.toml`.
const FOLDER: &str = "knowledge";
/// What is for editors, and written by the program itself.
const LEFT_OUT: &str = "schema/";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let folder = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join(FOLDER);
    let mut files = Vec::new();
    walk(&folder, "", &mut files)?;
    files.sort();
    let mut list = "&[\n".to_owned();
    for (path, file) in &files {
        let file = file.to_str().ok_or_else(|| Error::other(format!("{path}: in a folder whose name is no text")))?;
        let _ = writeln!(list, "    ({path:?}, include_bytes!({file:?}) as &[u8]),");
    }
    list.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")?).join("embedded.rs"), list)
}

/// What cargo tells a build by the environment.
fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| Error::other(format!("{name}: {error}")))
}

/// Every file below `folder`, by its path there with `/` between the parts; hidden ones are passed over.
fn walk(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        let name = item.file_name();
        let name = name.to_str().ok_or_else(|| Error::other(format!("{prefix}: a file whose name is no text")))?;
        let path = format!("{prefix}{name}");
        if name.starts_with('.') || path.starts_with(LEFT_OUT) {
            continue;
        }
        if item.file_type()?.is_dir() {
            walk(&item.path(), &format!("{path}/"), files)?;
        } else {
            files.push((path, item.path()));
        }
    }
    Ok(())
}

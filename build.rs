//! Lists the folder `knowledge/` for the program that holds it, and compiles it, so that no start has to read it.
//!
//! The one idea: a file that is there is built in, sorted by path, and nobody keeps a list; what it comes to is computed by the
//! program's own reader. It must not check anything: `kb check` and the tests do.

#![allow(clippy::disallowed_methods)]
// Of the reader only the reading is used here; its lints are those of the program.
#![allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Error};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

// The reader of the program.
#[path = "src/diagnostic.rs"]
mod diagnostic;
#[path = "src/finding/mod.rs"]
mod finding;
#[path = "src/knowledge/mod.rs"]
mod knowledge;

/// The folder, beside `Cargo.toml`.
const FOLDER: &str = "knowledge";
/// What is for editors, and written by the program itself.
const LEFT_OUT: &str = "schema/";

/// In place of the program's own: the files as they lie there.
mod embedded {
    pub(crate) fn files() -> &'static [(&'static str, &'static [u8])] {
        &super::FILES
    }

    /// Not yet.
    pub(crate) fn compiled() -> &'static [u8] {
        &[]
    }
}

static FILES: LazyLock<Vec<(&'static str, &'static [u8])>> = LazyLock::new(|| {
    let read = |(path, file): (String, PathBuf)| Some((&*path.leak(), &*fs::read(file).ok()?.leak()));
    listed().unwrap_or_default().into_iter().filter_map(read).collect()
});

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let out = PathBuf::from(variable("OUT_DIR")?);
    let mut list = "&[\n".to_owned();
    for (path, file) in &listed()? {
        let file = file.to_str().ok_or_else(|| Error::other(format!("{path}: in a folder whose name is no text")))?;
        let _ = writeln!(list, "    ({path:?}, include_bytes!({file:?}) as &[u8]),");
    }
    list.push_str("]\n");
    fs::write(out.join("embedded.rs"), list)?;
    let sources = knowledge::Sources::embedded();
    let compiled = knowledge::Knowledge::compile(&sources, &finding::Vocabulary::open()).knowledge;
    fs::write(out.join("built-in.otpkb"), compiled.to_compiled().map_err(Error::other)?)
}

/// Every file, by its path in the folder, sorted.
fn listed() -> io::Result<Vec<(String, PathBuf)>> {
    let folder: &Path = &PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join(FOLDER);
    let mut files = Vec::new();
    walk(folder, "", &mut files)?;
    files.sort();
    Ok(files)
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

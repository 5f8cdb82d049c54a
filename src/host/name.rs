use std::path::Path;

use crate::speech::{foreign, looks_private};

/// A path as messages name it: whole, with nothing in it that steers a terminal, and not at all if it looks like a key or a
/// code that was given in place of a file.
pub fn shown(path: &Path) -> String {
    let name = path.display().to_string();
    if looks_private(&name) {
        "the file given (its name looks like a key or a code)".to_owned()
    } else {
        foreign::inert(&name)
    }
}

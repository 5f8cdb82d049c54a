//! Files that lie beside the project on some machines only: large vectors, the help page that it began from.

use std::path::{Path, PathBuf};

/// The path of such a file, or `None` with a loud word. `OTP_DOCTOR_SHARED` names another folder.
pub(crate) fn shared(file: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let path = std::env::var_os("OTP_DOCTOR_SHARED").map_or_else(beside, PathBuf::from).join(file);
    if path.exists() {
        return Some(path);
    }
    // Past the capture of the test's output: what is skipped has to be seen.
    let word = format!("SKIPPED: no {} (OTP_DOCTOR_SHARED names another folder)\n", path.display());
    let _ = std::io::Write::write_all(&mut std::io::stderr(), word.as_bytes());
    None
}

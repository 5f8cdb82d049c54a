//! What the environment of the program says, and where settings of programs are kept.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use super::language::home;

/// A variable; `None` where it is not set, or empty.
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The folder for the settings of this program: below `$XDG_CONFIG_HOME` or `~/.config`, on Windows below `%APPDATA%`.
pub fn settings_folder() -> Option<PathBuf> {
    let named = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let all = if cfg!(windows) { named("APPDATA") } else { named("XDG_CONFIG_HOME") };
    Some(all.or_else(|| Some(home()?.join(".config")))?.join("otp-doctor"))
}

use std::env;
use std::path::PathBuf;

/// The folder of whoever runs the program.
pub fn home() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// The language that this computer speaks, as folders name languages: `de`, `pt-br`. `None` where it does not tell.
pub fn language() -> Option<String> {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(env::var_os).find(|value| !value.is_empty())?;
    named(set.to_str()?)
}

/// `de_AT.UTF-8@euro` as `de-at`.
fn named(locale: &str) -> Option<String> {
    let name = locale.split(['.', '@']).next().unwrap_or_default();
    (!matches!(name, "" | "C" | "POSIX")).then(|| name.replace('_', "-").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_name_languages() {
        assert_eq!(named("de_AT.UTF-8@euro").as_deref(), Some("de-at"));
        assert_eq!(named("de").as_deref(), Some("de"));
        assert_eq!([named("C"), named("C.UTF-8"), named("POSIX"), named("")], [const { None }; 4]);
    }
}

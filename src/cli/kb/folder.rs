//! A draft laid over a folder of knowledge, and written to it.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::bail;

use crate::cli::flaws::{self, count};
use crate::cli::knowledge::Gathered;
use crate::cli::screen::{Screen, complain_as_drawn};
use crate::diagnostic::Severity;
use crate::draft::{Draft, FileOrigin};
use crate::host;
use crate::knowledge::schema::{self, FileKind};
use crate::knowledge::{Knowledge, Sources};

/// The built-in texts with those of a folder over them, if it is there, and those of the folder alone.
pub(super) fn gathered(folder: &Path) -> anyhow::Result<(Gathered, Sources)> {
    let mut gathered = Gathered::built_in();
    let own: Sources =
        if host::is_folder(folder) { host::read_folder(folder)?.into_iter().collect() } else { Sources::default() };
    if own.iter().next().is_some() {
        gathered.lay_folder(folder)?;
    }
    Ok((gathered, own))
}

/// The knowledge, if there is no error in it.
pub(super) fn sound(gathered: &Gathered, screen: Screen) -> anyhow::Result<Knowledge> {
    let compiled = gathered.compile();
    let errors: Vec<_> = compiled.diagnostics.into_iter().filter(|one| one.severity == Severity::Error).collect();
    if !errors.is_empty() {
        complain_as_drawn(flaws::drawn(gathered, &errors, screen).trim_end());
        bail!("the folder has {}: mend it first, `otp-doctor kb check` tells more", count(errors.len(), "error"));
    }
    Ok(compiled.knowledge)
}

/// Writes the files of a draft, and the schemas to a folder that has no files of its `own` yet. What is new must not be
/// there, what is there keeps every byte that it has, and nothing is written through a link out of the folder; a picture that is
/// there is not written again. Pictures are looked for in the folder of the page that shows them, `beside` it.
pub(super) fn write(folder: &Path, own: &Sources, draft: &Draft, beside: &Path) -> anyhow::Result<()> {
    // All or nothing, as far as can be seen beforehand.
    for file in &draft.files {
        let path = host::place_within(folder, &file.path)?;
        if file.how != FileOrigin::Extended && host::is_there(&path) {
            return refused(&path);
        }
    }
    let mut pictures = Vec::new();
    for picture in &draft.pictures {
        let bytes = host::read_within(beside, &picture.from)?;
        let to = format!("articles/{}", picture.to);
        let place = host::place_within(folder, &to)?;
        if !host::is_there(&place) {
            pictures.push((to, bytes));
        } else if host::read_within(folder, &to).ok().is_none_or(|there| *there != *bytes) {
            return refused(&place);
        }
    }
    let begins = begins(own) && !host::is_there(&host::place_within(folder, schema::FOLDER)?);
    for file in &draft.files {
        match file.how {
            FileOrigin::New | FileOrigin::Copied => host::write_new(folder, &file.path, &file.text)?,
            FileOrigin::Extended => host::write_again(folder, &file.path, &file.text)?,
        }
    }
    for (to, bytes) in pictures {
        host::write_new(folder, to, &*bytes)?;
    }
    if begins { super::schema::write(folder, schema::FOLDER) } else { Ok(()) }
}

fn refused(path: &Path) -> anyhow::Result<()> {
    bail!("{}: is there already, and is left as it is", host::shown(path))
}

fn begins(own: &Sources) -> bool {
    own.iter().all(|(path, _)| FileKind::of(path).is_none())
}

/// Takes the schemas' lines out of a draft for a folder that has none: who has no schemas wants none, and a line that leads
/// nowhere is an error to an editor.
pub(super) fn fit(folder: &Path, own: &Sources, draft: &mut Draft) {
    if begins(own) || host::is_there(&folder.join(schema::FOLDER)) {
        return;
    }
    for file in draft.files.iter_mut().filter(|file| file.how != FileOrigin::Extended) {
        file.text = schema::without_line(&file.text).to_owned();
    }
}

/// A line for each file.
pub(super) fn files_told(folder: &Path, draft: &Draft) -> String {
    let mut out = String::new();
    for file in &draft.files {
        let what = match file.how {
            FileOrigin::New => "new",
            FileOrigin::Copied => "copied from the built-in one, and added to",
            FileOrigin::Extended => "added to",
        };
        let _ = writeln!(out, "{}: {what}", host::shown(&folder.join(&file.path)));
    }
    for picture in &draft.pictures {
        let _ = writeln!(out, "{}: taken along", host::shown(&folder.join("articles").join(&picture.to)));
    }
    out
}

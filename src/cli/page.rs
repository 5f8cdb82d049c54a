use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use super::knowledge::{KnowledgeOptions, is_compiled};
use super::language::unknown;
use super::port;
use super::screen::{Screen, complain};
use super::{Exit, completion, pictures};
use crate::host::{self, Input, WebAnswer};
use crate::page::{Engine, PageFile, Publication};

pub(super) const ABOUT: &str = "Write a page for people who have only a browser";
pub(super) const LONG: &str = "\
Write a page that leads people to the remedy in their browser: the same questions, in the words of your service.

--out writes a folder that any host of files can serve, with the headers that it should send; --single writes one HTML file \
that runs from a disk or a mail. Codes, keys, pictures and exports are read within the page and never leave it: it asks nobody \
but its own host, and only for its own files and the time. An address such as https://help.example.org/2fa/#invalid-code leads \
straight to a trouble, so that an error message can link to it.";
pub(super) const EXAMPLES: &str = "\
Examples:
  otp-doctor page --out public/2fa --service our-service.yaml
      a folder for your host, in the words of your service
  otp-doctor page --out public/2fa --knowledge our-help --lang en,de
      with your own knowledge, in two languages
  otp-doctor page --single 2fa-help.html
      one file, to be mailed or opened from a disk
  otp-doctor page --serve
      look at it on this computer first";

/// The page is there by default, so that its address stays the same from day to day.
const USUAL_PORT: u16 = 8418;
/// How the service worker of a page begins: what tells a folder of ours.
const OURS: &[u8] = b"// Keeps the page's own files";

/// `page`
#[derive(Debug, Args)]
pub(super) struct PageArguments {
    /// The folder to write to; a page that is there already is written anew
    #[arg(long, value_name = "DIR", required_unless_present_any = ["single", "serve"])]
    out: Option<PathBuf>,
    /// Write all of it as one HTML file, in the first language
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    single: Option<PathBuf>,
    /// Show it on this computer, until Ctrl-C
    #[arg(long, conflicts_with_all = ["out", "single"])]
    serve: bool,
    /// The port of this computer for --serve; without it, 8418 or else one that is free
    #[arg(long, value_name = "PORT", requires = "serve")]
    port: Option<u16>,
    /// The languages, such as en,de; by default all that the knowledge has, the language of its source first
    #[arg(long, value_name = "LANG", value_delimiter = ',', add = completion::languages())]
    lang: Vec<String>,
    /// A folder with talks.wasm and reads.wasm, in place of those that a release carries
    #[arg(long, value_name = "DIR")]
    engine: Option<PathBuf>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// The two modules.
pub(super) struct Modules {
    talks: Vec<u8>,
    reads: Vec<u8>,
}

impl Modules {
    pub(super) fn engine(&self) -> Engine<'_> {
        Engine { talks: &self.talks, reads: &self.reads }
    }
}

pub(super) fn run(arguments: &PageArguments, screen: Screen) -> anyhow::Result<Exit> {
    let modules = modules(arguments.engine.as_deref())?;
    let engine = modules.engine();
    let loaded = arguments.knowledge.load_whole(screen)?;
    let languages = languages(&arguments.lang, &loaded.knowledge.languages().collect::<Vec<&str>>())?;
    let folder = arguments.knowledge.knowledge.as_deref().filter(|folder| !is_compiled(folder));
    let publication = Publication {
        knowledge: &loaded.knowledge,
        service: loaded.service.as_deref(),
        languages: &languages,
        pictures: &folder.map(pictures::of_articles).unwrap_or_default(),
    };
    let logo = loaded.service.as_ref().and_then(|id| loaded.knowledge.services.get(id)?.logo.as_ref());
    if let Some(logo) = logo.filter(|logo| !publication.pictures.contains_key(*logo)) {
        bail!(
            "the service's logo, `{logo}`, is no picture under articles/ of your folder: put it there, or leave it out"
        );
    }
    if let Some(path) = &arguments.single {
        return single(path, &publication, engine, screen);
    }
    let files = publication.files(engine)?;
    match &arguments.out {
        Some(folder) => write(folder, &files, &languages, screen),
        None => serve(files, arguments.port, screen),
    }
}

#[cfg(feature = "page")]
fn built_in() -> Option<Modules> {
    let talks = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/page/built/talks.wasm")).to_vec();
    let reads = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/page/built/reads.wasm")).to_vec();
    Some(Modules { talks, reads })
}

#[cfg(not(feature = "page"))]
fn built_in() -> Option<Modules> {
    None
}

/// What was built: in the folder that was named, else within this program.
pub(super) fn modules(folder: Option<&Path>) -> anyhow::Result<Modules> {
    let Some(folder) = folder else {
        let Some(modules) = built_in() else {
            bail!(
                "this program was built without the page: take a release, which carries it; or run `page/build` in the sources, \
                 and name the folder with --engine page/built"
            );
        };
        return Ok(modules);
    };
    let module = |name: &str| {
        let bytes = host::read(&Input::File(folder.join(name)));
        bytes.map(|bytes| bytes.to_vec()).context("--engine: expected a folder that `page/build` has filled")
    };
    Ok(Modules { talks: module("talks.wasm")?, reads: module("reads.wasm")? })
}

/// The languages that were named, else all.
fn languages(wanted: &[String], known: &[&str]) -> anyhow::Result<Vec<String>> {
    if let Some(other) = wanted.iter().find(|one| !known.contains(&one.as_str())) {
        return Err(unknown(other, known));
    }
    let all = || known.iter().map(|one| (*one).to_owned()).collect();
    Ok(if wanted.is_empty() { all() } else { wanted.to_vec() })
}

fn single(path: &Path, publication: &Publication<'_>, engine: Engine<'_>, screen: Screen) -> anyhow::Result<Exit> {
    let html = publication.single(engine, |bytes| miniz_oxide::deflate::compress_to_vec(bytes, 10))?;
    let is_ours = || host::read(&Input::File(path.to_owned())).is_ok_and(|old| is_page(&old));
    if host::replaces(path)? && !is_ours() {
        bail!("{}: is there already, is no such page, and is left as it is", host::shown(path));
    }
    let (folder, name) = (path.parent().unwrap_or(Path::new("")), path.file_name().unwrap_or_default());
    host::write_again(folder, name, &html)?;
    if publication.languages.len() > 1 {
        complain(&format!("note: one file has one language: {}", publication.languages[0]));
    }
    screen.print(&format!("{} holds the whole page: {} kB\n", host::shown(path), html.len().div_ceil(1_000)))?;
    Ok(Exit::Good)
}

/// Whether a file is a page that was written as one file.
fn is_page(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.starts_with("<!doctype html>") && text.contains("data-file=\"talks.wasm\"")
}

fn write(folder: &Path, files: &[PageFile], languages: &[String], screen: Screen) -> anyhow::Result<Exit> {
    let is_ours = || host::read(&Input::File(folder.join("offline.js"))).is_ok_and(|old| old.starts_with(OURS));
    for file in files {
        if host::replaces(&folder.join(&file.path))? && !is_ours() {
            let path = folder.join(&file.path);
            bail!("{}: is there already, and not of such a page; name another folder", host::shown(&path));
        }
    }
    for file in files {
        host::write_again(folder, &file.path, &file.bytes)?;
    }
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    screen.print(&format!(
        "{} holds the page in {}: {} files, {} kB. Put it on any host that serves files by https.\n",
        host::shown(folder),
        languages.join(", "),
        files.len(),
        bytes.div_ceil(1_000)
    ))?;
    Ok(Exit::Good)
}

/// Shows it on this computer, until the program ends.
fn serve(files: Vec<PageFile>, port: Option<u16>, screen: Screen) -> anyhow::Result<Exit> {
    let server = port::open(port, USUAL_PORT)?;
    screen.print(&format!("http://127.0.0.1:{}/\nCtrl-C ends it.\n", server.port()))?;
    server.serve(move |request, _| match request {
        Ok(request) if ["GET", "HEAD"].contains(&request.method.as_str()) => served(&files, &request.address),
        _ => answer(405, "text/plain; charset=utf-8", b"only GET and HEAD are answered\n".to_vec()),
    });
    Ok(Exit::Good)
}

/// The answer of a host to that address within the page.
pub(super) fn served(files: &[PageFile], address: &str) -> WebAnswer {
    let path = address.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    match files.iter().find(|file| file.path == path) {
        Some(file) => answer(200, kind(path), file.bytes.clone()),
        None => answer(404, "text/plain; charset=utf-8", b"there is nothing here\n".to_vec()),
    }
}

fn kind(path: &str) -> &'static str {
    match Path::new(path).extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webmanifest" | "json") => "application/json",
        _ => pictures::kind(path).unwrap_or("application/octet-stream"),
    }
}

fn answer(status: u16, kind: &'static str, body: Vec<u8>) -> WebAnswer {
    let mut headers = crate::page::HEADERS.to_vec();
    headers.push(("Content-Type", kind));
    WebAnswer { status, headers, body }
}

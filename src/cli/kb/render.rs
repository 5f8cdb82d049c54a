use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::cli::Exit;
use crate::cli::flaws::count;
use crate::cli::knowledge::{self, Loaded};
use crate::cli::language::Language;
use crate::cli::screen::Screen;
use crate::host;
use crate::knowledge::{Article, CAUSES};
use crate::speech::Speech;

/// `kb render`
#[derive(Debug, Args)]
pub(super) struct KbRenderArguments {
    #[command(flatten)]
    knowledge: knowledge::KnowledgeOptions,
    #[command(flatten)]
    language: Language,
    /// The folder to write to; standard output by default
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &KbRenderArguments, screen: Screen) -> anyhow::Result<Exit> {
    // What is published reads the same wherever it is written: the language of this computer does not count.
    let loaded = match arguments.language.lang {
        Some(_) => arguments.knowledge.load_in(&arguments.language, screen)?,
        None => arguments.knowledge.load(screen)?,
    };
    let sources = loaded.sources(&arguments.knowledge)?;
    let Loaded { knowledge, service, .. } = &loaded;
    let mut words = crate::speech::words_of(knowledge, service.as_deref(), None);
    let your_app = Speech::of(knowledge).phrase("your-app");
    let is_translated = knowledge.language != knowledge.source_language;
    // All or nothing, as far as can be seen beforehand.
    for (folder, path) in
        arguments.out.iter().flat_map(|folder| knowledge.articles.keys().map(move |path| (folder, path)))
    {
        host::place_within(folder, path)?;
    }
    let mut pages = 0;
    for (path, article) in &knowledge.articles {
        let own = knowledge.apps.values().find(|app| path.strip_prefix("apps/") == Some(&format!("{}.md", app.id)));
        words.insert("app".to_owned(), own.map_or(your_app, |app| app.name.as_str()).to_owned());
        // The causes are put together from files of their own.
        let is_written = sources.get(&format!("articles/{path}")).is_some() && path != CAUSES;
        let text = if is_translated || !is_written {
            put_together(article)
        } else {
            let bytes = sources.get(&format!("articles/{path}")).unwrap_or_default();
            std::str::from_utf8(bytes).with_context(|| format!("{path}: not UTF-8"))?.to_owned()
        };
        let text = crate::speech::fill(&text, &words);
        match &arguments.out {
            Some(folder) => host::write_new(folder, path, &text)?,
            None => screen.print(&format!("<!-- {path} -->\n{text}\n"))?,
        }
        pages += 1;
    }
    if let Some(folder) = &arguments.out {
        screen.print(&format!("{} written to {}\n", count(pages, "page"), host::shown(folder)))?;
    }
    Ok(Exit::Good)
}

/// An article with each section in the language at hand, or as the source has it.
fn put_together(article: &Article) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut out =
        format!("---\ntitle: {}\ndescription: {}\n---\n", quoted(&article.title), quoted(&article.description));
    for section in &article.sections {
        let marks = "#".repeat(section.level.into());
        let _ = write!(out, "\n{marks} {} {{: #{} }}\n", section.title, section.anchor);
        if !section.body.is_empty() {
            let _ = write!(out, "\n{}\n", section.body);
        }
    }
    out
}

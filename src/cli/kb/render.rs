use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::cli::Exit;
use crate::cli::flaws::count;
use crate::cli::knowledge::{self, Loaded};
use crate::cli::screen::Screen;
use crate::{host, report};

/// `kb render`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    knowledge: knowledge::Options,
    /// The folder to write to; standard output by default
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, screen: Screen) -> anyhow::Result<Exit> {
    let Loaded { knowledge, sources, service } = arguments.knowledge.load(screen)?;
    let mut words = report::words_of(&knowledge, service.as_deref(), None);
    let mut pages = 0;
    for (path, bytes) in sources.iter() {
        let Some(article) = path.strip_prefix("articles/").filter(|path| knowledge.articles.contains_key(*path)) else {
            continue;
        };
        let own = knowledge.apps.values().find(|app| article.strip_prefix("apps/") == Some(&format!("{}.md", app.id)));
        words.insert("app".to_owned(), own.map_or("your authenticator app", |app| app.name.as_str()).to_owned());
        let text = std::str::from_utf8(bytes).with_context(|| format!("{path}: not UTF-8"))?;
        let text = report::fill(text, &words);
        match &arguments.out {
            Some(folder) => host::write_new(&folder.join(article), &text)?,
            None => screen.print(&format!("<!-- {article} -->\n{text}\n"))?,
        }
        pages += 1;
    }
    if let Some(folder) = &arguments.out {
        screen.print(&format!("{} written to {}\n", count(pages, "page"), folder.display()))?;
    }
    Ok(Exit::Good)
}

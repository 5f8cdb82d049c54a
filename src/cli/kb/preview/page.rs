//! The page: choices at the top, flaws, the article beside the session, the graph.
//!
//! The one idea: it is written anew from files and address each time, and works without a script; the script only puts
//! what has changed in the place of what was there. It must not let a text of the knowledge in unescaped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::address::{AGENT, ANSWERED, LED_BY, Wanted};
use super::article::Writing;
use super::desk::Reading;
use super::server::PUBLISHED;
use super::talk::{Shown, form};
use super::{flaws, own};
use crate::cli::flaws::count;
use crate::knowledge::{Service, Symptom};
use crate::report::escaped;
use crate::speech::Speech;

/// The whole page for an address.
pub(super) fn html(reading: &Reading, wanted: &Wanted) -> String {
    let knowledge = &reading.knowledge;
    let wanted = &settled(reading, wanted);
    let words = words(reading, wanted);
    let writing = Writing { knowledge, words: &words, wanted, pictures: &reading.pictures };
    let service = knowledge.services.get(reading.service.as_deref().unwrap_or(Service::GENERIC));
    let symptom = symptom(reading, wanted);
    let talk = symptom.map(|symptom| Shown::new(writing, symptom, service));
    let at = talk.as_ref().and_then(Shown::section).cloned();
    let at = at.or_else(|| own::section(reading, wanted.symptom.as_deref()));
    let at = at.as_ref();
    let article = wanted.article.as_deref().or(at.map(|at| at.article.as_str()));
    let nothing = match &wanted.symptom {
        Some(id) => format!(
            "<p class=\"empty\">There is no sound trouble {}. What is wrong stands at the top.</p>\n",
            escaped(id)
        ),
        None => "<p class=\"empty\">No trouble is sound enough to be shown.</p>\n".to_owned(),
    };
    let mut body = String::new();
    part(&mut body, "flaws", "Flaws", ("", None), &flaws::html(reading));
    body.push_str("<div class=\"columns\">\n");
    let text = article.map_or_else(String::new, |path| writing.article(path, at.filter(|at| at.article == path)));
    let title = article.and_then(|path| Some(writing.text(&knowledge.articles.get(path)?.title)));
    // What scrolls by itself is reached by the keyboard.
    let column = format!(" tabindex=\"0\" lang=\"{}\"", escaped(&knowledge.language));
    part(&mut body, "article", "Article", (&column, title.as_deref()), &text);
    part(&mut body, "session", "Session", (&column, None), &talk.as_ref().map_or(nothing, Shown::html));
    body.push_str("</div>\n");
    let graph = symptom.map_or_else(String::new, |symptom| graph(reading, wanted, symptom));
    part(&mut body, "graph", "Graph", ("", None), &graph);
    let choices = choices(reading, wanted, article);
    let page = format!("{PUBLISHED}#{}", wanted.symptom.as_deref().unwrap_or_default());
    around(reading, service, (&wanted.address("/"), &page), &choices, &body)
}

/// The words of the service, and the name of the app.
pub(super) fn words(reading: &Reading, wanted: &Wanted) -> BTreeMap<String, String> {
    let mut words = crate::speech::words_of(&reading.knowledge, reading.service.as_deref(), None);
    let app = wanted.app.as_ref().and_then(|id| reading.knowledge.apps.get(id));
    let your_app = Speech::of(&reading.knowledge).phrase("your-app");
    words.insert("app".to_owned(), app.map_or(your_app, |app| app.name.as_str()).to_owned());
    words
}

/// The symptom that the address names.
pub(super) fn symptom<'a>(reading: &'a Reading, wanted: &Wanted) -> Option<&'a Symptom> {
    reading.knowledge.symptoms.get(wanted.symptom.as_ref()?)
}

/// The writer's own trouble, or else the first that is offered, where the address names none; and no script that is of another
/// trouble.
fn settled(reading: &Reading, wanted: &Wanted) -> Wanted {
    let (mut wanted, knowledge) = (wanted.clone(), &reading.knowledge);
    let mut offered = knowledge.offered.iter().chain(knowledge.symptoms.keys());
    let first = || offered.find(|id| knowledge.symptoms.contains_key(*id)).cloned();
    wanted.symptom = wanted.symptom.or_else(|| own::opening(reading)).or_else(first);
    let symptom = wanted.symptom.as_ref();
    wanted.script.take_if(|id| knowledge.scripts.get(id).is_some_and(|script| Some(&script.symptom) != symptom));
    wanted
}

/// A part of the page that is put in place of the old one when it has changed.
fn part(out: &mut String, id: &str, label: &str, (attributes, title): (&str, Option<&str>), content: &str) {
    let _ = writeln!(out, "<section id=\"{id}\" data-part aria-label=\"{label}\"{attributes}>");
    // Flaws have a heading of their own, or none.
    if id != "flaws" {
        let title = title.map(|title| format!(" <small>{title}</small>")).unwrap_or_default();
        let _ = writeln!(out, "<h2>{label}{title}</h2>");
    }
    out.push_str(content);
    out.push_str("</section>\n");
}

fn graph(reading: &Reading, wanted: &Wanted, symptom: &Symptom) -> String {
    let bare = Wanted { symptom: Some(symptom.id.clone()), agent: wanted.agent, ..Wanted::default() };
    let (address, digest) = (escaped(&bare.address("/graph.svg")), &reading.knowledge.digest);
    let title = escaped(&crate::speech::fill(&symptom.title, &words(reading, wanted)));
    format!(
        "<p class=\"note\">The ways that simulated people take. <a href=\"{address}\" target=\"_blank\">The picture by itself</a></p>\n\
         <picture><source media=\"(max-width: 48rem)\" srcset=\"{address}&amp;width=narrow&amp;of={digest}\">\
         <img src=\"{address}&amp;of={digest}\" alt=\"The ways through: {title}\"></picture>\n"
    )
}

/// What can be chosen at the top.
fn choices(reading: &Reading, wanted: &Wanted, article: Option<&str>) -> String {
    let knowledge = &reading.knowledge;
    let words = words(reading, wanted);
    let fill = |text: &str| crate::speech::fill(text, &words);
    let rest = knowledge.symptoms.keys().filter(|id| !knowledge.offered.contains(id));
    let symptoms = knowledge.offered.iter().chain(rest).filter_map(|id| knowledge.symptoms.get(id));
    let symptoms: Vec<_> = symptoms.map(|one| (one.id.clone(), fill(&one.title))).collect();
    let mut apps = vec![(String::new(), "any app".to_owned())];
    apps.extend(knowledge.apps.values().map(|app| (app.id.clone(), app.name.clone())));
    let of_symptom = wanted.symptom.as_deref().unwrap_or_default();
    let mut readers = [("", "a person"), (AGENT, "an agent with a caller")]
        .map(|(id, label)| (id.to_owned(), label.to_owned()))
        .to_vec();
    let scripts = knowledge.scripts.values().filter(|script| script.symptom == of_symptom);
    readers.extend(
        scripts.map(|script| (format!("{LED_BY}{}", script.id), format!("an agent with the script {}", script.id))),
    );
    let following = match article {
        Some(path) if wanted.article.is_none() => format!("the one of the session ({path})"),
        _ => "the one of the session".to_owned(),
    };
    let mut articles = vec![(String::new(), following)];
    articles.extend(
        knowledge.articles.iter().map(|(path, article)| (path.clone(), format!("{} ({path})", fill(&article.title)))),
    );

    let mut kept: Vec<_> = wanted.fields().into_iter().filter(|(name, _)| *name == "did").collect();
    kept.extend((!kept.is_empty()).then(|| (ANSWERED, of_symptom.to_owned())));
    let mut out = form("class=\"choices\" id=\"choices\" data-part", &kept);
    select(&mut out, "symptom", "Trouble", of_symptom, &symptoms);
    select(&mut out, "as", "Read by", &wanted.reader(), &readers);
    select(&mut out, "app", "App", wanted.app.as_deref().unwrap_or_default(), &apps);
    select(&mut out, "article", "Article", wanted.article.as_deref().unwrap_or_default(), &articles);
    out + "<button>Show</button>\n</form>\n"
}

fn select(out: &mut String, name: &str, label: &str, chosen: &str, options: &[(String, String)]) {
    let _ = writeln!(out, "<label><span>{label}</span> <select name=\"{name}\" autocomplete=\"off\">");
    // What is there no more stays chosen: the writer may be about to bring it back.
    let is_gone = !chosen.is_empty() && options.iter().all(|(value, _)| value != chosen);
    let gone = is_gone.then(|| (chosen.to_owned(), format!("{chosen} (not there, or not sound)")));
    for (value, text) in options.iter().chain(&gone) {
        let selected = if value == chosen { " selected" } else { "" };
        let _ = writeln!(out, "<option value=\"{}\"{selected}>{}</option>", escaped(value), escaped(text));
    }
    out.push_str("</select></label>\n");
}

/// What stands around the parts.
fn around(
    reading: &Reading,
    service: Option<&Service>,
    (address, page): (&str, &str),
    choices: &str,
    body: &str,
) -> String {
    let name = service.map_or_else(String::new, |service| escaped(&service.name));
    let about = match reading.changed.as_slice() {
        [] => count(reading.gathered.files(), "file"),
        [one] => format!("{} has changed", escaped(one)),
        [one, rest @ ..] => format!("{} and {} have changed", escaped(one), count(rest.len(), "other file")),
    };
    let status = match &reading.trouble {
        Some(_) => "the files cannot be read now".to_owned(),
        None => format!("{about}: {}", flaws::summary(reading)),
    };
    format!(
        r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Preview of the knowledge: {name}</title>
<link rel="canonical" href="{address}">
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/preview.css">
<script src="/preview.js" defer></script>
</head>
<body>
<a class="skip" href="#session">To the session</a>
<header>
<div class="top">
<h1 id="title" data-part>Preview <small>in the words of {name}</small></h1>
<nav id="parts" data-part aria-label="Parts of the page"><a href="#article">Article</a> <a href="#session">Session</a> <a href="#graph">Graph</a> <a href="{page}" target="_blank">The page as people get it</a></nav>
<p id="status" role="status" data-part data-digest="{digest}">{status}</p>
</div>
{choices}</header>
<main>
{body}</main>
</body>
</html>
"##,
        address = escaped(address),
        page = escaped(page),
        digest = reading.digest(),
    )
}

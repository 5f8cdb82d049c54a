//! The files of a page, for any host that serves files.
//!
//! The one idea: a page is one HTML file a language with the first screen and the whole article in it, and beside it what all
//! languages share. Everything is written from the knowledge and the built modules, and the same input gives the same bytes.
//! It must not write to a disk.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};

use super::colour;
use super::conversation::Conversation;
use super::prose::{PICTURES, for_browser, id_of, with_prose};
use super::request::Opening;
use crate::knowledge::{CompiledError, Knowledge, SectionRef, Service};
use crate::report::escaped;
use crate::speech::{self, Speech, Words};

const SCRIPT: &str = include_str!("../../page/web/page.js");
const WORKER: &str = include_str!("../../page/web/worker.js");
const OFFLINE: &str = include_str!("../../page/web/offline.js");
const STYLE: &str = include_str!("../../page/web/page.css");
const ICON: &str = include_str!("../../page/web/icon.svg");

/// Nothing but the page's own files, and no text of a script that did not pass the page's own hands.
macro_rules! policy {
    () => {
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src 'self'; \
         img-src 'self'; media-src 'self' blob:; manifest-src 'self'; form-action 'none'; base-uri 'none'; \
         require-trusted-types-for 'script'; trusted-types page"
    };
}

const POLICY: &str = policy!();

/// The module that reads files.
const READERS: &str = "reads.wasm";

/// What every answer of the page's host should say. That nobody shows it within another page, only a header can.
pub const HEADERS: [(&str, &str); 7] = [
    ("Content-Security-Policy", concat!(policy!(), "; frame-ancestors 'none'")),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),
];

/// The modules that a release carries.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    /// Holds the conversation.
    pub talks: &'a [u8],
    /// Reads files.
    pub reads: &'a [u8],
}

/// What is to be published.
pub struct Publication<'a> {
    /// In all languages.
    pub knowledge: &'a Knowledge,
    /// The service whose words and contacts are used.
    pub service: Option<&'a str>,
    /// The languages; the first is that of `index.html`.
    pub languages: &'a [String],
    /// Pictures of the articles, by their path among them.
    pub pictures: &'a BTreeMap<String, Vec<u8>>,
}

/// A file of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFile {
    /// Its path within the folder.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// One language of it.
struct Edition<'a> {
    publication: &'a Publication<'a>,
    /// As the browser says it, with sections as HTML.
    knowledge: Knowledge,
    words: Words,
    language: &'a str,
}

/// What differs between a folder and a single file.
struct Around<'a> {
    head: &'a str,
    foot: &'a str,
    policy: &'a str,
    stays: &'a str,
}

impl Publication<'_> {
    /// All files of the folder, in the order of their paths.
    ///
    /// # Errors
    /// The knowledge is too large.
    pub fn files(&self, engine: Engine<'_>) -> Result<Vec<PageFile>, CompiledError> {
        let mut files = BTreeMap::new();
        let mut put = |path: &str, bytes: &[u8]| _ = files.insert(path.to_owned(), bytes.to_vec());
        put("page.js", SCRIPT.as_bytes());
        put("worker.js", WORKER.as_bytes());
        put("page.css", self.style().as_bytes());
        put("icon.svg", ICON.as_bytes());
        put("talks.wasm", engine.talks);
        put(READERS, engine.reads);
        for (path, bytes) in self.pictures {
            put(&format!("{PICTURES}{}", picture_name(path, bytes)), bytes);
        }
        for language in self.languages {
            let (compiled, edition) = self.edition(language)?;
            put(&format!("{language}.otpkb"), &compiled);
            let head = "<link rel=\"icon\" href=\"icon.svg\">\n<link rel=\"manifest\" href=\"page.webmanifest\">\n\
                        <link rel=\"stylesheet\" href=\"page.css\">\n<script src=\"page.js\" defer></script>";
            let around = Around { head, foot: "", policy: POLICY, stays: "web-stays-here" };
            put(&self.name_of(language), edition.html(&around).as_bytes());
            if self.languages.first() == Some(language) {
                put("page.webmanifest", edition.manifest().as_bytes());
            }
        }
        // The readers are kept once they were needed.
        let listed: Vec<&str> = files.keys().map(String::as_str).filter(|path| *path != READERS).collect();
        let digest = files.iter().fold(Sha256::new(), |digest, (path, bytes)| {
            digest.chain_update(path).chain_update([0]).chain_update(Sha256::digest(bytes))
        });
        let digest = HEXLOWER.encode(&digest.finalize()[..8]);
        let list = serde_json::to_string(&listed).unwrap_or_default();
        let offline = OFFLINE.replace("\"{digest}\"", &format!("\"{digest}\"")).replace("[\"{files}\"]", &list);
        files.insert("offline.js".to_owned(), offline.into_bytes());
        files.extend(for_hosts().into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())));
        Ok(files.into_iter().map(|(path, bytes)| PageFile { path, bytes }).collect())
    }

    /// All of it in the first language as one HTML file that runs from a disk or a mail. `packed` is raw Deflate.
    ///
    /// # Errors
    /// The knowledge is too large.
    pub fn single(&self, engine: Engine<'_>, packed: impl Fn(&[u8]) -> Vec<u8>) -> Result<String, CompiledError> {
        let language = self.languages.first().map_or(self.knowledge.language.as_str(), String::as_str);
        let (compiled, edition) = self.edition(language)?;
        let style = self.style();
        let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text)));
        let policy = format!(
            "default-src 'none'; script-src {} 'wasm-unsafe-eval'; style-src {}; worker-src blob:; img-src data:; \
             media-src blob:; form-action 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types page",
            hash(SCRIPT),
            hash(&style),
        );
        let icon = BASE64.encode(ICON.as_bytes());
        let head = format!("<link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\">\n<style>{style}</style>");
        let mut foot = String::new();
        for (name, bytes) in [
            ("worker.js", WORKER.as_bytes()),
            ("talks.wasm", engine.talks),
            (READERS, engine.reads),
            ("knowledge", &compiled),
        ] {
            let text = BASE64.encode(&packed(bytes));
            let _ = writeln!(foot, "<script type=\"text/plain\" data-file=\"{name}\">{text}</script>");
        }
        let _ = writeln!(foot, "<script>{SCRIPT}</script>");
        let around = Around { head: &head, foot: &foot, policy: &policy, stays: "web-from-a-file" };
        Ok(edition.html(&around))
    }

    fn edition<'e>(&'e self, language: &'e str) -> Result<(Vec<u8>, Edition<'e>), CompiledError> {
        let mut knowledge = self.knowledge.clone().in_language(language);
        if let Some(service) = self.service {
            knowledge = knowledge.for_service(service);
        }
        let names = self.pictures.iter().map(|(path, bytes)| (path.clone(), picture_name(path, bytes))).collect();
        let published = with_prose(&knowledge, self.service, &names);
        let compiled = published.to_compiled()?;
        let knowledge = for_browser(published);
        let words = speech::words_of(&knowledge, self.service, None);
        Ok((compiled, Edition { publication: self, knowledge, words, language }))
    }

    fn service(&self) -> Option<&Service> {
        self.knowledge.services.get(self.service?)
    }

    /// The style, with the service's colour.
    fn style(&self) -> String {
        let own = self.service().and_then(|service| service.colour).map(colour::rule);
        [STYLE, &own.unwrap_or_default()].concat()
    }

    /// The service's logo, which says nothing that its name does not.
    fn logo(&self, inside: bool) -> String {
        let path = self.service().and_then(|service| service.logo.as_ref());
        let Some((path, bytes)) = path.and_then(|path| self.pictures.get_key_value(path)) else { return String::new() };
        let name = picture_name(path, bytes);
        let source = if inside {
            let kind = name.rsplit_once('.').map_or("", |(_, kind)| if kind == "svg" { "svg+xml" } else { kind });
            format!("data:image/{kind};base64,{}", BASE64.encode(bytes))
        } else {
            format!("{PICTURES}{name}")
        };
        format!("<img class=\"logo\" src=\"{source}\" alt=\"\">")
    }

    fn name_of(&self, language: &str) -> String {
        if self.languages.first().is_some_and(|first| first == language) {
            "index.html".to_owned()
        } else {
            format!("{language}.html")
        }
    }
}

/// What a picture is called beside the page: by its content, so that another one has another name.
fn picture_name(path: &str, bytes: &[u8]) -> String {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    format!("{}.{ending}", HEXLOWER.encode(&Sha256::digest(bytes)[..8]))
}

/// The headers of every answer, as hosts want to be told.
fn for_hosts() -> Vec<(&'static str, String)> {
    let lines = |line: &dyn Fn(&str, &str) -> String| -> String {
        HEADERS.iter().map(|(name, value)| line(name, value)).collect()
    };
    let json: Vec<serde_json::Value> =
        HEADERS.iter().map(|(name, value)| serde_json::json!({ "key": name, "value": value })).collect();
    let vercel = serde_json::json!({ "headers": [{ "source": "/(.*)", "headers": json }] });
    vec![
        ("_headers", format!("/*\n{}", lines(&|name, value| format!("  {name}: {value}\n")))),
        (
            ".htaccess",
            format!(
                "AddType application/wasm .wasm\n<IfModule mod_headers.c>\n{}</IfModule>\n",
                lines(&|name, value| format!("Header always set {name} \"{value}\"\n"))
            ),
        ),
        (
            "nginx.conf.example",
            format!(
                "# Within the `location` of the page.\n{}",
                lines(&|name, value| format!("add_header {name} \"{value}\" always;\n"))
            ),
        ),
        ("vercel.json", serde_json::to_string_pretty(&vercel).unwrap_or_default() + "\n"),
    ]
}

impl Edition<'_> {
    fn phrase(&self, id: &str) -> String {
        escaped(&speech::fill(Speech::of(&self.knowledge).phrase(id), &self.words))
    }

    fn filled(&self, text: &str) -> String {
        escaped(&speech::fill(text, &self.words))
    }

    fn service_name(&self) -> String {
        let named = self.publication.service.and_then(|id| self.knowledge.services.get(id));
        named.map_or_else(String::new, |service: &Service| escaped(&service.name))
    }

    fn manifest(&self) -> String {
        let text = |id: &str| speech::fill(Speech::of(&self.knowledge).phrase(id), &self.words);
        serde_json::json!({
            "name": text("web-title"),
            "short_name": "otp-doctor",
            "start_url": ".",
            "display": "browser",
            "icons": [{ "src": "icon.svg", "type": "image/svg+xml", "sizes": "any" }],
        })
        .to_string()
    }

    /// The whole page.
    fn html(&self, around: &Around<'_>) -> String {
        let first = Conversation::open(
            &self.knowledge,
            &Opening { service: self.publication.service.map(str::to_owned), ..Opening::default() },
        )
        .screen();
        let texts = ["web-loading", "web-broken", "web-copied", "web-copy", "web-forgotten"];
        let texts = texts.map(|id| format!(" data-{}=\"{}\"", id.trim_start_matches("web-"), self.phrase(id))).concat();
        let mut others = String::new();
        let languages = self.publication.languages.iter().filter(|_| around.foot.is_empty());
        for other in languages.filter(|other| *other != self.language) {
            let (name, text) = (self.publication.name_of(other), language_name(other));
            let _ = write!(others, " <a href=\"{name}\" hreflang=\"{other}\" lang=\"{other}\">{text}</a>");
        }
        let service = self.publication.service.map(escaped).unwrap_or_default();
        let name = self.service_name();
        let [title, lead, stays, article, no_script, forget, agents] =
            ["web-title", "web-lead", around.stays, "web-article", "web-no-script", "web-forget", "web-for-agents"]
                .map(|id| self.phrase(id));
        format!(
            "<!doctype html>\n<html lang=\"{language}\" data-service=\"{service}\" data-knowledge=\"{language}.otpkb\"{texts}>\n<head>\n\
             <meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"description\" content=\"{lead}\">\n<title>{title}</title>\n{head}\n</head>\n\
             <body>\n<header>\n{logo}<p class=\"service\">{name}</p>\n<p class=\"title\">{title}</p>\n</header>\n\
             <main>\n<noscript><p class=\"lead\">{no_script}</p></noscript>\n<div id=\"talk\" data-depth=\"0\">\n{first}</div>\n</main>\n\
             <footer>\n<p>{stays}</p>\n<p class=\"buttons\"><button type=\"button\" id=\"forget\" data-do=\"forget\">{forget}</button></p>\n\
             <p><a href=\"#agent\">{agents}</a>{others}</p>\n\
             <details id=\"article\" open><summary>{article}</summary>\n{articles}</details>\n</footer>\n\
             <div id=\"spoken\" class=\"spoken\" role=\"status\"></div>\n{foot}</body>\n</html>\n",
            language = self.language,
            policy = escaped(around.policy),
            head = around.head,
            first = first.html,
            articles = self.articles(),
            foot = around.foot,
            logo = self.publication.logo(!around.foot.is_empty()),
        )
    }

    /// All articles, the general sections.
    fn articles(&self) -> String {
        let mut out = String::new();
        for (path, article) in self.knowledge.articles.iter().filter(|(path, _)| !path.contains('/')) {
            let (title, description) = (self.filled(&article.title), self.filled(&article.description));
            let _ = writeln!(out, "<article>\n<h2>{title}</h2>\n<p>{description}</p>");
            for section in &article.sections {
                let id = id_of(&SectionRef { article: path.clone(), anchor: section.anchor.clone() });
                let (level, title) = ((section.level + 1).clamp(3, 6), self.filled(&section.title));
                let _ = writeln!(out, "<h{level} id=\"{}\">{title}</h{level}>\n{}", escaped(&id), section.body);
            }
            out.push_str("</article>\n");
        }
        out
    }
}

/// What a language calls itself, where we know.
fn language_name(language: &str) -> &str {
    match language {
        "de" => "Deutsch",
        "en" => "English",
        "es" => "Español",
        "fr" => "Français",
        "it" => "Italiano",
        "nl" => "Nederlands",
        "pl" => "Polski",
        "pt" => "Português",
        other => other,
    }
}

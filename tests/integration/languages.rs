//! The same session in a second language, from the first word to the last.

use std::collections::BTreeSet;

use fastrand::Rng;
use otp_doctor::knowledge::{Compiled, Knowledge, SectionRef, Sources};
use otp_doctor::probe::{self, SAID};
use otp_doctor::session::{Event, Mode, Session, from_support_code, support_code};

use crate::examples::{example, program};
use crate::session::Terminal;

const SEED: u64 = 20_261_124;

fn compile(sources: &Sources) -> Compiled {
    Knowledge::compile(sources, &probe::vocabulary())
}

fn english() -> Knowledge {
    compile(&Sources::embedded()).knowledge
}

fn german() -> Knowledge {
    english().in_language("de")
}

fn codes(compiled: &Compiled) -> Vec<String> {
    let shown = |one: &otp_doctor::diagnostic::Diagnostic| format!("{}: {} {}", one.place, one.code, one.message);
    compiled.diagnostics.iter().map(shown).collect()
}

/// The built-in texts with a folder laid over them.
fn laid_over(files: &[(&str, String)]) -> Sources {
    let own = files.iter().map(|(path, text)| ((*path).to_owned(), text.clone().into_bytes()));
    Sources::embedded().overlay(own.collect())
}

fn source(path: &str) -> String {
    String::from_utf8(Sources::embedded().get(path).unwrap().to_vec()).unwrap()
}

fn at(section: &str) -> SectionRef {
    let (article, anchor) = section.split_once('#').unwrap();
    SectionRef { article: article.to_owned(), anchor: anchor.to_owned() }
}

/// What the program wrote.
fn said(arguments: &[&str], input: &str) -> String {
    let output = program().args(arguments).write_stdin(input).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Every text of a knowledge that a person may be shown, in the parts between its placeholders and lines.
fn texts(knowledge: &Knowledge) -> BTreeSet<String> {
    let mut texts: Vec<&String> = knowledge.phrases.values().collect();
    for section in knowledge.articles.values().flat_map(|article| &article.sections) {
        texts.extend([&section.title, &section.body]);
    }
    for symptom in knowledge.symptoms.values() {
        texts.extend(symptom.causes.iter().flat_map(|cause| [Some(&cause.title), cause.says.as_ref()]).flatten());
        for question in &symptom.questions {
            texts.extend([Some(&question.ask), question.agent.as_ref(), question.why.as_ref()].into_iter().flatten());
            texts.extend(question.answers.iter().map(|answer| &answer.label));
        }
    }
    for service in knowledge.services.values() {
        texts.extend(service.words.values().chain(&service.verify_identity));
        texts.extend(service.messages.iter().map(|message| &message.text));
        texts.extend(service.escalate.values().flat_map(|contact| contact.bring.iter().chain([&contact.says])));
    }
    // Apps keep their names.
    let is_name = |text: &str| knowledge.apps.values().any(|app| app.name == text);
    let pieces = texts.into_iter().flat_map(|text| text.split(['{', '}', '\n', '.', '[', ']']));
    pieces
        .map(|piece| piece.trim().to_owned())
        .filter(|piece| piece.len() >= 12 && piece.contains(' ') && !is_name(piece))
        .collect()
}

/// English that has a translation, so that it must not be shown.
fn translated() -> Vec<String> {
    let german = texts(&german());
    texts(&english()).into_iter().filter(|text| !german.iter().any(|one| one.contains(text.as_str()))).collect()
}

fn assert_german(shown: &str, english: &[String]) {
    let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let found: Vec<_> = english.iter().filter(|text| flat.contains(text.as_str())).collect();
    assert!(found.is_empty(), "{found:?} in:\n{shown}");
}

#[test]
fn random_sessions_speak_german_only() {
    let english = translated();
    assert!(english.len() > 600, "only {} English texts have a translation", english.len());
    assert!(english.iter().any(|text| "I am not sure, What is the trouble?".contains(text.as_str())));
    let in_english = said(&["--plain", "--width", "400"], "1\nq\n");
    assert!(english.iter().filter(|text| in_english.contains(text.as_str())).count() > 10, "{in_english}");
    let mut rng = Rng::with_seed(SEED);
    let (mut lines, mut ended) = (0, 0);
    for number in 0..48 {
        let input: String = (0..40)
            .map(|_| ["1", "2", "3", "4", "u", "w", "b", "7", "x"][rng.usize(0..9)])
            .fold(String::new(), |all, one| all + one + "\n");
        let start: &[&str] = if number % 2 == 0 { &[] } else { &["session", "start"] };
        let service: &[&str] = [&[][..], &["--service", "example"], &["--service", "datarobot"]][number / 2 % 3];
        let shown = said(&[start, service, &["--lang", "de", "--plain", "--width", "400"]].concat(), &input);
        assert_german(&shown, &english);
        assert!(shown.contains("Worum geht es?") && shown.contains("Alles Gute."), "{shown}");
        lines += shown.lines().count();
        ended += usize::from(shown.contains("Halten Sie das bereit") || shown.contains("Das freut mich."));
    }
    assert!(lines > 1_000 && ended > 10, "{lines} lines, {ended} sessions came to their end");
}

#[test]
fn a_session_from_answers_and_in_a_terminal() {
    let english = translated();
    let answers = example("answers-lost-phone.yaml");
    let shown = said(&["--lang", "de", "--answers", answers.to_str().unwrap()], "");
    assert!(shown.contains("Administrator") && shown.contains("Wiederherstellungscode"), "{shown}");
    assert_german(&shown, &english);

    for columns in [80, 40] {
        let terminal = Terminal::open(&["--plain", "--lang", "de", "--width", &columns.to_string()], columns);
        let (seen, code) = terminal.answer_all(&[
            ("Worum geht es?", "ungültig"),
            ("Wo wurde der Code abgelehnt?", "Beim Anmelden"),
            ("Darf ich Ihren QR-Code", "Nein, weiter"),
            ("Darf ich die Uhr dieses Computers", "Nein, so"),
            ("Wie kommt der Code zu Ihnen?", "Authenticator-App"),
            ("Ein Eintrag ist eine Zeile", "Einen"),
            ("Was stand auf dem Bildschirm?", "falsch oder"),
            ("anderen Konten", "auch abgelehnt"),
            ("Zeitzone selbst ein", "von Hand"),
            ("Wie weit liegen sie auseinander?", "Eine Stunde"),
            ("Welche App zeigt Ihre Codes?", "Eine andere"),
            ("Die Uhr Ihres Geräts stellen", "Ja, das hat geholfen"),
            ("Hat es geholfen?", "Nein"),
            ("", "Ich weiß es nicht"),
        ]);
        assert_eq!(code, 0, "{seen}");
        assert!(seen.contains("Die Uhr Ihres Geräts stellen") && seen.contains("Das freut mich."), "{seen}");
        assert_german(&seen.replace("\r\n", "\n"), &english);
        // What is typed is not kept, so that the next line stands behind the prompt.
        let shown = seen.lines().map(|line| line.trim_start_matches("> ").trim_end());
        let widest = shown.map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= usize::from(columns), "{widest} columns: {seen}");
    }
}

#[test]
fn the_language_of_this_computer_is_spoken_where_it_is_known() {
    let explained = |name: &str, locale: &str| {
        let mut command = program();
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANG").env(name, locale);
        String::from_utf8(command.args(["explain", "old-entry"]).output().unwrap().stdout).unwrap()
    };
    for (name, locale) in [("LC_ALL", "de_DE.UTF-8"), ("LC_MESSAGES", "de"), ("LANG", "de_AT@euro")] {
        assert!(explained(name, locale).starts_with("Der Code kommt aus einem älteren Eintrag"), "{name}={locale}");
    }
    for (name, locale) in [("LC_ALL", "C.UTF-8"), ("LANG", "fr_FR.UTF-8"), ("LANG", "")] {
        assert!(explained(name, locale).starts_with("The code comes from an older entry"), "{name}={locale}");
    }
    let output = program().args(["explain", "--lang", "dee"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean de?"));
}

#[test]
fn reports_for_people_are_german_and_those_for_programs_are_not() {
    let english = translated();
    for entry in std::fs::read_dir(example("")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
        let is_case = ["json", "yaml"].contains(&ending) && !name.starts_with("answers-");
        let file = path.to_str().unwrap();
        for format in if is_case { &["text", "markdown"][..] } else { &[] } {
            assert_german(&said(&["diagnose", file, "--lang", "de", "--format", format], ""), &english);
        }
        if is_case {
            let json = said(&["diagnose", file, "--json"], "");
            assert_eq!(said(&["diagnose", file, "--json", "--lang", "de"], ""), json, "{name}");
        }
    }
    let listed = said(&["explain", "--lang", "de"], "");
    assert_german(&listed, &english);
    assert_eq!(listed.lines().count(), said(&["explain"], "").lines().count());
}

#[test]
fn articles_are_published_in_german_without_a_trace_of_their_source() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pages");
    said(&["kb", "render", "--lang", "de", "--service", "datarobot", "--out", out.to_str().unwrap()], "");
    let page = std::fs::read_to_string(out.join("two-factor.md")).unwrap();
    assert!(page.contains("## Die Uhr Ihres Geräts stellen {: #clock }\n\n1. Nehmen Sie"), "{page}");
    assert!(
        page.contains("!!! warning \"Achtung\"\n    ") && page.contains("title: \"Zwei-Faktor-Anmeldung\""),
        "{page}"
    );
    for path in crate::house::files("knowledge/articles", "md") {
        let name =
            path.strip_prefix(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/articles")).unwrap();
        let page = std::fs::read_to_string(out.join(name)).unwrap();
        assert!(!page.contains("source=") && !page.contains("source:"), "{page}");
        let placeholder = regex_lite::Regex::new(r"\{[a-z]").unwrap();
        assert!(!placeholder.is_match(&page), "{page}");
    }
}

#[test]
fn every_phrase_keeps_its_placeholders_and_every_word_of_a_probe_has_one() {
    let (english, german) = (english(), german());
    let placeholder = regex_lite::Regex::new(r"\{[a-z_-]+\}").unwrap();
    let placeholders =
        |text: &str| placeholder.find_iter(text).map(|one| one.as_str().to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(english.phrases.len(), german.phrases.len());
    for (id, phrase) in &english.phrases {
        assert_eq!(placeholders(phrase), placeholders(&german.phrases[id]), "{id}");
    }
    assert!(SAID.is_sorted());
    for text in SAID {
        let words: Vec<_> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let id = format!("said-{}", words.join("-")).to_lowercase();
        assert_eq!(english.phrases.get(&id).map(String::as_str), Some(*text), "{id}");
        assert_ne!(german.phrases[&id], *text, "{id}");
    }
}

#[test]
fn what_a_language_lacks_is_shown_as_the_source_has_it() {
    let mut sources = Sources::embedded();
    let path = "locale/de/articles/two-factor.md";
    let text = source(path);
    let (before, rest) = text.split_once("## Die Uhr Ihres Geräts stellen").unwrap();
    let (_, after) = rest.split_once("\n## ").unwrap();
    sources.insert(path, format!("{before}## {after}"));
    let symptom = source("locale/de/symptoms/invalid-code.yaml");
    let lost = symptom.replace("mit dem Namen von {service} in Ihrer App", "in Ihrer App");
    assert_ne!(symptom, lost);
    sources.insert("locale/de/symptoms/invalid-code.yaml", lost);
    let compiled = compile(&sources);
    let found: Vec<_> = compiled.diagnostics.iter().map(|one| (one.code, one.message.as_str())).collect();
    let expected =
        [("KB608", "missing translation: `clock`"), ("KB608", "the translation loses {service} of its source")];
    assert_eq!(found, expected, "{:?}", codes(&compiled));
    let german = compiled.knowledge.in_language("de");
    assert_eq!(german.section(&at("two-factor.md#clock")).unwrap().title, "Set the clock of your device");
    assert_eq!(german.section(&at("two-factor.md#fresh-code")).unwrap().title, "Einen frischen Code nehmen");
    let question = german.symptoms["invalid-code"].question("entries-shown").unwrap();
    assert_eq!(question.ask, "An entry is a line with the name of {service} in your app. How many does it show?");
    assert_eq!(question.answers[0].label, "Einen");
}

#[test]
fn a_source_that_changes_makes_its_translation_old() {
    let mut sources = Sources::embedded();
    let changed = source("articles/two-factor.md")
        .replace("Take the device that shows the codes.", "Take the very device that shows the codes.");
    sources.insert("articles/two-factor.md", changed);
    let phrases = source("phrases.yaml")
        .replace("opening-keep: Delete nothing yet.", "opening-keep: Do not delete anything yet.");
    sources.insert("phrases.yaml", phrases);
    // The same words on other lines are the same text.
    let wrapped = source("articles/recovery.md")
        .replace("There are three ways back: a device", "There are three ways\nback: a device");
    sources.insert("articles/recovery.md", wrapped);
    let compiled = compile(&sources);
    let found: Vec<_> = compiled.diagnostics.iter().map(|one| (one.code, one.place.path.as_str())).collect();
    assert_eq!(found, [("KB609", "locale/de/articles/two-factor.md"), ("KB609", "locale/de/phrases.yaml")]);
    let german = compiled.knowledge.in_language("de");
    assert_eq!(german.phrases["opening-keep"], "Löschen Sie noch nichts.", "old is better than none");
}

#[test]
fn a_lost_warning_is_an_error() {
    let mut sources = Sources::embedded();
    let path = "locale/de/articles/two-factor.md";
    sources.insert(path, source(path).replacen("!!! warning \"Achtung\"\n", "", 1));
    let compiled = compile(&sources);
    assert!(codes(&compiled)[0].contains("KB608 the translation loses a warning"), "{:?}", codes(&compiled));
}

#[test]
fn a_folder_of_ones_own_needs_no_translation() {
    let own = "service: ours\nname: Ours\nverify-identity: Meet.\nwords: { settings-page: Our settings }\n".to_owned();
    // A page of theirs in place of ours: one section differs, and one is new.
    let page = source("articles/two-factor.md").replace("1. Empty {code-field}.", "1. Clear {code-field}.");
    let page = page + "\n## Our own {: #our-own }\n\n1. Ask us, or [start over](#our-own).\n";
    let compiled = compile(&laid_over(&[("services/ours.yaml", own), ("articles/two-factor.md", page)]));
    assert_eq!(codes(&compiled), [""; 0]);
    let german = compiled.knowledge.in_language("de");
    let title = |section: &str| german.section(&at(&format!("two-factor.md#{section}"))).unwrap().title.clone();
    assert_eq!([title("digits-only"), title("our-own")], ["Type the digits only", "Our own"]);
    assert_eq!(title("fresh-code"), "Einen frischen Code nehmen", "what they left alone stays translated");
    assert_eq!(german.services["ours"].words["settings-page"], "Our settings");
}

#[test]
fn a_translation_of_ones_own_is_used_and_checked() {
    let own = "service: ours\nname: Ours\nverify-identity: Meet.\nwords: { settings-page: Our settings }\n".to_owned();
    let german = "service: ours\nwords: { settings-page: unsere Einstellungen, code-feld: x }\n".to_owned();
    let compiled = compile(&laid_over(&[("services/ours.yaml", own), ("locale/de/services/ours.yaml", german)]));
    let found: Vec<_> = compiled.diagnostics.iter().map(|one| (one.code, one.place.line, one.place.column)).collect();
    assert_eq!(found, [("KB609", 2, 10), ("KB608", 2, 47)], "{:?}", codes(&compiled));
    let fix = compiled.diagnostics[0].fix.as_ref().unwrap();
    assert!(fix.text.starts_with("{ source: \"") && fix.text.ends_with("says: \"unsere Einstellungen\" }"), "{fix:?}");
    let german = compiled.knowledge.in_language("de");
    assert_eq!(german.services["ours"].words["settings-page"], "unsere Einstellungen");

    let kb = source("kb.yaml").replace("languages: [de]", "languages: [fr]");
    let compiled = compile(&laid_over(&[("kb.yaml", kb)]));
    let missing = |path: &str| compiled.diagnostics.iter().any(|one| one.message.contains(path));
    assert!(missing("locale/fr/phrases.yaml") && missing("locale/fr/articles/causes.md"), "{:?}", codes(&compiled));
    assert!(!missing("locale/fr/services/example.yaml"), "the screens of a service say what they say");
    assert!(compiled.diagnostics.iter().all(|one| one.code == "KB608"), "{:?}", codes(&compiled));
}

#[test]
fn a_support_code_and_a_transcript_go_with_every_language() {
    let (english, german) = (english(), german());
    assert_eq!(english.digest, german.digest);
    assert_eq!(english.clone().for_service("example").digest, german.clone().for_service("example").digest);
    let messages = &german.clone().for_service("example").symptoms["invalid-code"];
    assert_eq!(messages.question("message").unwrap().answers[0].label, "Ungültiger Code");

    let mut person = Session::new(&german, Mode::Person, None, None);
    person.record(Event::About("lost-codes".to_owned()));
    person.record(Event::Asked { question: "second-way-in".to_owned(), answer: "nothing".to_owned() });
    let code = support_code(&person).unwrap();
    let agent = from_support_code(&code, &english, &probe::vocabulary(), None, None).unwrap();
    assert_eq!(agent.state().answers["second-way-in"], "nothing");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.jsonl");
    let file = path.to_str().unwrap();
    let shown = said(&["--lang", "de", "--plain", "--transcript", file], "3\n3\nq\n");
    assert!(shown.contains("Wie könnten Sie jetzt in Ihr Konto kommen?"), "{shown}");
    let handoff = |language: &str| {
        let output = program().args(["session", "handoff", file, "--lang", language]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(handoff("en").starts_with("I cannot get at my codes any more\n"));
    assert!(handoff("de").starts_with("Ich komme nicht mehr an meine Codes\n"));
}

#[test]
fn a_translation_by_itself_is_checked_where_it_belongs() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("locale/de/services");
    std::fs::create_dir_all(&place).unwrap();
    let text = source("locale/de/services/generic.yaml").replace("service: generic", "service: generik");
    std::fs::write(place.join("generic.yaml"), text).unwrap();
    let shown = said(&["kb", "check", place.join("generic.yaml").to_str().unwrap()], "");
    assert!(shown.contains("error[KB608]") && shown.contains("services/generic"), "{shown}");
}

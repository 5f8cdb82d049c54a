//! `kb preview` of a folder: it opens at what the folder is about, and a slip in its rules does not take the article away.

use std::fs;

use crate::preview::{Preview, built_in};

const RULES: &str = "symptoms/no-mail.yaml";

/// A folder with a symptom of its own, beside a built-in one that it has too.
fn folder() -> Vec<(&'static str, String)> {
    let article = "---\ntitle: The mail does not come\ndescription: What to do without the mail.\n---\n\n\
        ## No mail came {: #no-mail }\n\nLook into the folder for spam first.\n\n\
        ## Ask for it again {: #again }\n\n1. Press *Send again*.\n";
    let rules = "schema: 1\nsymptom: no-mail\nheading: mail.md#no-mail\ndecide: first-match\n\
        remedies:\n  again: { text: mail.md#again, effort: minute }\n\
        outcomes:\n  - { otherwise: true, remedy: again, escalate: support }\n";
    vec![
        ("articles/mail.md", article.to_owned()),
        (RULES, rules.to_owned()),
        ("symptoms/turn-off.yaml", built_in("symptoms/turn-off.yaml")),
    ]
}

#[test]
fn it_opens_at_what_the_folder_is_about() {
    let own = Preview::of(&folder());
    let page = own.get("/");
    assert!(page.contains("<option value=\"no-mail\" selected>"), "{page}");
    assert!(page.contains("Look into the folder for spam first."), "{page}");
    // The folder says itself which comes first.
    let base = built_in("kb.yaml")
        .replace("offered: [", "offered: [turn-off, no-mail, ")
        .replace(", turn-off, forgot", ", forgot");
    fs::write(own.place("kb.yaml"), base).unwrap();
    own.until("/", "the other trouble", |page| page.contains("<option value=\"turn-off\" selected>"));

    // An article alone is of the trouble that it tells of.
    let article = Preview::of(&[("articles/setting-up.md", built_in("articles/setting-up.md"))]);
    let page = article.get("/");
    assert!(page.contains("<option value=\"new-phone\" selected>"), "{page}");
}

#[test]
fn a_slip_in_a_rule_leaves_the_article_and_what_is_sound_of_the_session() {
    let mut files = folder();
    // Nothing is to be told of it but the slip.
    files.push(("kb.yaml", "schema: 1\nalso-offered: [no-mail]\n".to_owned()));
    let preview = Preview::of(&files);
    let (text, button) = ("Look into the folder for spam first.", "value=\"try.again.helped\"");
    for (from, to, session) in [
        ("escalate: support }", "escalate: support", false),
        ("symptom: no-mail", "symptom no-mail", false),
        ("schema: 1\nsymptom: no-mail", "", false),
        ("heading: mail.md#no-mail", "heading: mail.md#no-male", false),
        ("decide: first-match", "decide: frist-match", false),
        ("decide: first-match", "decide: first-match\nno-such-key: 1", true),
    ] {
        let page = preview.until("/", "the session", |page| page.contains(button));
        assert!(page.contains(text), "{page}");
        preview.change(RULES, from, to);
        for address in ["/", "/?symptom=no-mail"] {
            let page = preview.until(address, to, |page| page.contains("no-mail.yaml:"));
            assert!(page.contains(text), "{to}: {page}");
            assert!(page.contains("<option value=\"no-mail\" selected>"), "{to}: {page}");
            assert_eq!(page.contains(button), session, "{to}: {page}");
            assert!(page.find("no-mail.yaml:") < page.find(text), "the flaw stands at the top");
        }
        // A writer goes on writing meanwhile.
        preview.change("articles/mail.md", text, "Look there, too.");
        preview.until("/", "the new words", |page| page.contains("Look there, too."));
        preview.change("articles/mail.md", "Look there, too.", text);
        preview.change(RULES, to, from);
    }
    // Not even the file that all others are read by takes it away.
    fs::write(preview.place("kb.yaml"), "schema: [").unwrap();
    let page = preview.until("/", "the flaw", |page| page.contains("kb.yaml:"));
    assert!(page.contains(text) && page.contains("<option value=\"no-mail\" selected>"), "{page}");
}

#[test]
fn a_slip_in_the_words_of_the_service_or_in_the_languages_does_not_keep_it_from_opening() {
    let mut files = folder();
    files.push(("services/harbour.yaml", "schema: 1\nservice: harbour\nname: [\n".to_owned()));
    files.push(("kb.yaml", "schema: [".to_owned()));
    let page = Preview::with(&files, &["--service", "harbour", "--lang", "de"]).get("/");
    assert!(page.contains("Look into the folder for spam first."), "{page}");
    assert!(page.contains("harbour.yaml:") && page.contains("kb.yaml:"), "{page}");
}

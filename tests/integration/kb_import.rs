//! `kb import`: a help page becomes a draft that is sound but for what is marked, and no sentence of it is lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fastrand::Rng;
use otp_doctor::diagnostic::Severity;
use otp_doctor::draft::{DraftError, Ground, HelpPage, import};
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::probe::vocabulary;
use serde_json::Value;

use crate::content::knowledge;
use crate::examples::program;
use crate::shared::shared;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = program().args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn page() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/knowledge/help-page.md"))
}

/// What `kb import` makes of a page.
struct Imported {
    folder: tempfile::TempDir,
    told: String,
}

impl Imported {
    fn of(page: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (code, told) = run(&["kb", "import", page.to_str().unwrap(), "--out", folder.path().to_str().unwrap()]);
        assert_eq!(code, Some(0), "{told}");
        Self { folder, told }
    }

    fn path(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }

    /// What the checks say: code, file and line, each of them at something that is marked. Every scenario passes.
    fn assert_sound_but_for_its_points(&self) -> Vec<(String, String, usize)> {
        let (code, text) = run(&["kb", "check", "--format", "json", self.path()]);
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((code, &document["errors"]), (Some(0), &Value::from(0)), "{text}");
        let mut found = Vec::new();
        for one in document["diagnostics"].as_array().unwrap() {
            let path = one["path"].as_str().unwrap();
            let line = usize::try_from(one["line"].as_u64().unwrap()).unwrap();
            let whole = fs::read_to_string(path).unwrap();
            let near: Vec<&str> = whole.lines().skip(line.saturating_sub(4)).take(5).collect();
            assert!(near.iter().any(|line| line.contains("TODO")), "{one} is not marked: {near:#?}");
            let file = Path::new(path).strip_prefix(self.folder.path()).unwrap().to_str().unwrap();
            found.push((one["code"].as_str().unwrap().to_owned(), file.to_owned(), line));
        }
        let (code, text) = run(&["kb", "test", self.path()]);
        assert!(code == Some(0) && text.contains("all of them pass"), "{text}");
        self.assert_points_are_told();
        found
    }

    /// Every line with a mark is in the list that is printed, below the name of its file.
    fn assert_points_are_told(&self) {
        let mut told: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let (_, list) = self.told.split_once(" left for you:\n").unwrap();
        let mut file = "";
        for line in list.lines().take_while(|line| !line.is_empty()) {
            match line.trim_start().split_once(' ').and_then(|(number, _)| number.parse().ok()) {
                Some(number) if line.starts_with("  ") => told.get_mut(file).unwrap().push(number),
                _ if line.starts_with(' ') => {}
                _ => {
                    file = line;
                    told.insert(line, Vec::new());
                }
            }
        }
        assert!(told.len() > 1, "{list}");
        for (file, lines) in told {
            let text = fs::read_to_string(file).unwrap();
            let marked: Vec<usize> =
                text.lines().enumerate().filter(|(_, line)| line.contains("TODO")).map(|(at, _)| at + 1).collect();
            assert_eq!(lines, marked, "{file}");
        }
    }
}

#[test]
fn the_page_that_the_project_began_from_is_sound_but_for_its_points() {
    let Some(page) = shared("seed/troubleshooting-2fa.md") else { return };
    let draft = Imported::of(&page);
    let found = draft.assert_sound_but_for_its_points();
    // Two symptoms have one reason each, which no question can tell from another one.
    // What is left to write is told, too.
    let found: Vec<_> = found.into_iter().filter(|(code, ..)| code != "KB607").collect();
    assert!(found.iter().all(|(code, ..)| code == "KB407") && found.len() == 2, "{found:?}");
    let symptoms = fs::read_dir(draft.folder.path().join("symptoms")).unwrap().count();
    assert_eq!(symptoms, 5, "one for each trouble: {}", draft.told);
    let article = draft.read("articles/troubleshooting-2fa.md");
    for kept in [
        "## I am receiving a message that my code is invalid {: #i-am-receiving-a-message-that-my-code-is-invalid }",
        "with multiple entries, it can be unclear which code to enter.",
        "3. Select **DELETE** and when prompted, select **REMOVE ACCOUNTS**.",
        "1. When prompted for a code, enter the last DataRobot entry.",
        "contact your administrator or DataRobot Support.",
        "you can re-enable it at any time.",
        "click **Switch to recovery code** and enter one of your saved codes.",
        "3. DataRobot will send a link to reset your password.",
        "<!-- TODO: the picture images/2fa-8.png is not here: take it along, or leave it out -->",
        "<!-- TODO: the link “Settings” led to user-settings, which is not here -->",
    ] {
        assert!(article.contains(kept), "{kept}\nin\n{article}");
    }
    // What takes an entry or the second factor away waits for another way in.
    for symptom in ["i-am-receiving-a-message-that-my-code-is-invalid", "i-no-longer-want-to-use-2fa"] {
        let text = draft.read(&format!("symptoms/{symptom}.yaml"));
        assert!(text.contains("destructive: true\n    needs: { second-way-in: signed-in }"), "{text}");
    }
}

#[test]
fn a_page_of_ours_keeps_every_kind_of_block() {
    let beside = tempfile::tempdir().unwrap();
    let own = beside.path().join("help-page.md");
    fs::copy(page(), &own).unwrap();
    fs::create_dir(beside.path().join("images")).unwrap();
    fs::write(beside.path().join("images/switch.png"), b"a picture").unwrap();
    let draft = Imported::of(&own);
    draft.assert_sound_but_for_its_points();
    let article = draft.read("articles/help-page.md");
    for kept in [
        "# When signing in fails {: #sign-in-fails }",
        "[our site](https://harbour.example/help) or [the clock](#the-clock)",
        "<!-- TODO: the link “the set-up” led to setup.md, which is not here -->",
        "!!! note\n    **Before you call**\n\n    Have your phone in your hand.\n\n    Have a pen, too.\n",
        "It is red, and stands under the field.",
        "2. Turn on *Set automatically*.\n",
        "![The switch](images/switch.png)",
        "<!-- TODO: the picture images/gone.png is not here: take it along, or leave it out -->",
        "Press `F5`.",
        "Harbour Key: Harbour Pass",
        "Search for Harbour Pass.",
        "snippets/footer.md",
        "Monday to Friday, {service} is there for you.",
    ] {
        assert!(article.contains(kept), "{kept}\nin\n{article}");
    }
    for gone in ["[TOC]", ".wide", "width=300", ".button", "--8<--", "==="] {
        assert!(!article.contains(gone), "{gone} in\n{article}");
    }
    assert_eq!(fs::read(draft.folder.path().join("articles/images/switch.png")).unwrap(), b"a picture");
    let invalid = draft.read("symptoms/code-invalid.yaml");
    assert!(!invalid.contains("\n  reason-2:") && invalid.contains("fits-reason-2:"), "{invalid}");
    let reason = draft.read("causes/code-invalid/reason-2.md");
    assert!(reason.contains("helped-by: { solution-2: usually }") && reason.contains("unlike:"), "{reason}");
    assert!(draft.read("kb.yaml").contains("code-invalid, i-cannot-find-the-app"), "the new symptoms are offered");
}

#[test]
fn nothing_is_overwritten_and_a_second_page_lies_beside_the_first() {
    let draft = Imported::of(page());
    let article = draft.read("articles/help-page.md");
    let (code, text) = run(&["kb", "import", page().to_str().unwrap(), "--out", draft.path()]);
    assert!(code == Some(2) && text.contains("is there already"), "{text}");
    assert_eq!(draft.read("articles/help-page.md"), article);
    let other = draft.folder.path().join("other.md");
    fs::write(&other, "# Help\n\n## My code is invalid {: #code-invalid }\n\n**Solution**: Wait.\n").unwrap();
    let (code, text) = run(&["kb", "import", other.to_str().unwrap(), "--out", draft.path()]);
    assert_eq!(code, Some(0), "{text}");
    fs::remove_file(other).unwrap();
    assert!(draft.read("symptoms/code-invalid-2.yaml").contains("symptom: code-invalid-2"), "the id is another one");
    let (code, text) = run(&["kb", "check", draft.path()]);
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn what_is_no_page_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let out = path("out");
    fs::write(path("bytes.md"), b"\xff\xfe").unwrap();
    fs::write(path("large.md"), "word ".repeat(200_000)).unwrap();
    for (page, told) in [
        (path("none.md"), "none.md"),
        (path("bytes.md"), "not UTF-8"),
        (path("large.md"), "larger than"),
        (path(""), "is a folder"),
    ] {
        let (code, text) = run(&["kb", "import", &page, "--out", &out]);
        assert!(code == Some(2) && text.contains(told), "{page}: {text}");
    }
    assert!(!Path::new(&out).exists(), "nothing is written");
}

/// The article that a text becomes; it has no error.
fn article(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.md");
    fs::write(&page, text).unwrap();
    let draft = Imported::of(&page);
    let (code, text) = run(&["kb", "check", draft.path()]);
    assert_eq!(code, Some(0), "{text}");
    draft.read("articles/page.md")
}

fn assert_has(article: &str, all: &[&str]) {
    for kept in all {
        assert!(article.contains(kept), "{kept}\nin\n{article}");
    }
}

#[test]
fn blocks_inside_each_other_keep_what_is_in_them() {
    let article = article(
        "# Help\n\n!!! note\n    Before.\n\n    === \"Phone\"\n\n        ```sh\n        first\n        ```\n\n        \
         ??? warning \"Mind\"\n            Inside.\n\n            ```\n            second\n    Behind.\n\nAfter.\n\n\
         So it is written:\n\n    !!! tip\n        As it is.\n\n- Item\n\n    !!! tip\n        In the item.\n",
    );
    assert!(article.chars().all(|c| c == '\n' || !c.is_control()), "{article}");
    assert_has(
        &article,
        &[
            "!!! note\n    Before.\n\n    **Phone**\n\n    ```\n    first\n    ```\n\n    > **warning**\n    >\n    > **Mind**\n    >\n    > Inside.\n    >\n    > ```\n    > second\n    > ```\n\n    Behind.\n",
            "\nAfter.\n",
            "```\n!!! tip\n    As it is.\n```\n",
            "- Item\n\n  > **tip**\n  >\n  > In the item.\n",
        ],
    );
}

#[test]
fn a_link_to_a_heading_follows_it_to_its_new_id() {
    let article = article(
        "# Help\n\nSee [the code](#invalid-code), [what helps](#solution), [the code again](#invalid-code) or \
         [nothing](#gone).\n\n## My code is invalid {: #invalid-code }\n\n**Solution**: Wait.\n\n## I cannot sign in\n\n\
         ### Solution\n\n1. Try again.\n\n## Background\n\n### Why it happens\n\nClocks drift.\n",
    );
    assert_has(
        &article,
        &[
            "[the code](#invalid-code-2), [what helps](#i-cannot-sign-in), [the code again](#invalid-code-2) or nothing.",
            "## My code is invalid {: #invalid-code-2 }",
            "led to #gone, which is not here",
            "### Why it happens {: #why-it-happens }\n",
            "\nClocks drift.",
        ],
    );
}

#[test]
fn no_text_is_lost_without_a_word() {
    let article = article(
        "# Help\n\n| App | Link |\n| --- | --- |\n| `Key` | [site](https://a.example/) ![](gone.png) |\n| [old](old.md) | |\n\n\
         Type <your name> and R&amp;D, then <kbd>Enter</kbd>. <img src=\"lost.png\" alt=\"A screen\"> \
         <a href=\"gone.md\">More</a>\n\n<div>if a < b &amp; c &lt; d&hellip; <img alt='A > B' src='out.png'></div>\n\n\
         <iframe src=\"https://video.example/\"></iframe>\n\n## See [the site](https://a.example/b)\n\nText.\n",
    );
    assert_has(
        &article,
        &[
            "`Key`: [site](https://a.example/)",
            "the picture gone.png is not here",
            "the link “old” led to old.md",
            "Type \\<your name> and R&D, then Enter.",
            "the picture lost.png is not here",
            "HTML led to gone.md here",
            "if a \\< b & c \\< d…",
            "the picture out.png is not here",
            "HTML led to https://video.example/ here",
            "the link “the site” in the heading led to https://a.example/b",
        ],
    );
}

#[test]
fn pictures_are_all_taken_along_or_none_and_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let out = path("out");
    fs::write(path("a.png"), b"a picture").unwrap();
    fs::File::create(path("huge.png")).unwrap().set_len(1 << 30).unwrap();
    let import = |name: &str, text: &str| {
        fs::write(path(name), text).unwrap();
        run(&["kb", "import", path(name).to_str().unwrap(), "--out", out.to_str().unwrap()])
    };
    let (code, text) = import("huge.md", "# Help\n\n![A](a.png)\n\n![Huge](huge.png)\n");
    assert!(code == Some(2) && text.contains("huge.png"), "{text}");
    assert!(!out.exists(), "half a draft is left");
    let (code, text) = import("one.md", "# Help\n\n![A](a.png)\n\n![A](./x/../a.png)\n");
    assert_eq!(code, Some(0), "{text}");
    let pictures = || fs::read_dir(out.join("articles/images")).unwrap().count();
    assert_eq!(pictures(), 1, "{text}");
    // Another page may show the same one, and no other under its name.
    let (code, text) = import("two.md", "# Help\n\n![A](a.png)\n");
    assert_eq!((code, pictures()), (Some(0), 1), "{text}");
    fs::write(path("a.png"), b"another").unwrap();
    let (code, text) = import("three.md", "# Help\n\n![A](a.png)\n");
    assert!(code == Some(2) && text.contains("a.png: is there already"), "{text}");
    assert!(!out.join("articles/three.md").exists(), "half a draft is left");
}

/// The errors in the draft of a text, over the built-in knowledge.
fn errors(text: &str, knowledge: &Knowledge) -> Result<Vec<String>, DraftError> {
    let (all, vocabulary) = (Sources::embedded(), vocabulary());
    let own = Sources::default();
    let ground = Ground { own: &own, all: &all, knowledge, vocabulary: &vocabulary };
    let draft = import(HelpPage { name: "page", text, is_there: &|_| false }, ground)?;
    assert!(!draft.files.is_empty(), "nothing of\n{text}");
    let (_, compiled) = draft.laid(ground);
    let errors = compiled.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    Ok(errors.map(|one| format!("{}:{}: {}", one.place.path, one.place.line, one.message)).collect())
}

/// Lines, marks and letters put in, taken out, doubled and moved, by a seed.
fn mutated(text: &str, rng: &mut Rng) -> String {
    const MARKS: [&str; 30] = [
        "**Solution**:",
        "**",
        "*",
        "`",
        "```\n",
        "![](x.png)",
        "[a](b",
        "](",
        "{: #x }",
        "{: ",
        "}",
        "!!! note\n    ",
        "=== \"T\"\n",
        "\n\n",
        "\n## I cannot\n",
        "\n### Solution\n",
        "1. ",
        "- ",
        "> ",
        "<div>",
        "<!--",
        "-->",
        "---\n",
        "|",
        "\t",
        "TODO: ",
        "{service}",
        "\u{202e}",
        "&amp;",
        "[x]: y\n",
    ];
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for _ in 0..rng.usize(1..6) {
        let at = rng.usize(..lines.len());
        let mark = MARKS[rng.usize(..MARKS.len())];
        match rng.u8(..6) {
            0 if lines.len() > 2 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[rng.usize(..lines.len())].clone()),
            2 => {
                let other = rng.usize(..lines.len());
                lines.swap(at, other);
            }
            3 => lines[at] = lines[at].chars().filter(|_| rng.u8(..8) > 0).collect(),
            _ => {
                let places: Vec<usize> = lines[at].char_indices().map(|(at, _)| at).collect();
                let place = places.get(rng.usize(..=places.len())).copied().unwrap_or(lines[at].len());
                lines[at].insert_str(place, mark);
            }
        }
    }
    lines.concat()
}

#[test]
fn whatever_the_page_is_its_draft_has_no_error() {
    let own = fs::read_to_string(page()).unwrap();
    let knowledge = knowledge();
    let hostile =
        ["", "#", "\u{feff}---\n---", "**Solution**", "## I\n\n**Solution**: {a} {: #", "- \n- \n\n## No\n- - -"];
    let nested = ["> ".repeat(4_000), format!("{}x", "- ".repeat(3_000)), "[".repeat(5_000), "*a ".repeat(4_000)];
    let mut texts: Vec<String> = hostile.into_iter().map(str::to_owned).chain(nested).collect();
    let mut rng = Rng::with_seed(5);
    texts.extend((0..24).map(|_| mutated(&own, &mut rng)));
    for text in texts {
        assert_eq!(errors(&text, &knowledge), Ok(Vec::new()), "of\n{text}");
    }
}

//! `kb new`: what a writer begins with is sound, passes, and leaves what was there as it was.

use std::fs;
use std::path::Path;

use crate::content::knowledge;
use crate::examples::program;

/// Runs `kb` with these words in `folder`: the exit code and all that it wrote.
pub(crate) fn kb(folder: &Path, words: &str) -> (Option<i32>, String) {
    let output = program().arg("kb").args(words.split(' ')).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Runs `kb` and sees that it went well.
fn well(folder: &Path, words: &str) -> String {
    let (code, text) = kb(folder, words);
    assert_eq!(code, Some(0), "{words}: {text}");
    text
}

/// What was made is sound without a warning, and every scenario passes.
fn assert_sound(folder: &Path, own: &str, what: &str) {
    let (code, text) = kb(folder, &format!("check --strict {own}"));
    assert_eq!(code, Some(0), "{what}: {text}");
    let (code, text) = kb(folder, &format!("test {own}"));
    assert!(code == Some(0) && text.contains("all of them pass"), "{what}: {text}");
}

/// Whether every line of the old text stands in the new one, in order, byte for byte.
fn assert_kept(old: &str, new: &str) {
    let mut lines = new.split_inclusive('\n');
    for line in old.split_inclusive('\n') {
        assert!(lines.any(|one| one == line), "lost: {line:?} in\n{new}");
    }
}

#[test]
fn a_symptom_grows_from_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for words in [
        "new symptom no-mail --cause wrong-address --cause in-spam --out own",
        "new cause mailbox-full --in no-mail --out own",
        "new remedy ask-again --in no-mail --fixes in-spam --out own",
        "new question mail-app --in no-mail --tells in-spam --out own",
        "new symptom locked-out --table --out own",
        "new remedy call-the-desk --in locked-out --out own",
        "new question since-when --in locked-out --out own",
        "new symptom one-reason --cause only-one --out own",
        "new symptom four-reasons --cause aa --cause bb --cause cc --cause dd --out own",
        "new symptom two-by-default --out own",
        "new app ente-auth --out own",
        "new service harbour-bank --out own",
    ] {
        let told = well(folder, words);
        assert!(told.contains("begins with TODO"), "{told}");
        assert!(!told.contains("another way now"), "{words}: {told}");
        assert_sound(folder, "own", words);
    }
    let (_, coverage) = kb(folder, "test own --coverage");
    let gaps: Vec<&str> =
        coverage.lines().filter(|line| line.contains("no scenario touches") && line.contains("own")).collect();
    assert!(gaps.is_empty(), "everything new has a scenario: {gaps:?}");
    let article = fs::read_to_string(folder.join("own/articles/no-mail.md")).unwrap();
    assert!(article.contains("## TODO: ") && article.contains("1. TODO: "), "{article}");
    let app = fs::read_to_string(folder.join("own/apps/ente-auth.yaml")).unwrap();
    assert!(app.contains("name: \"Ente Auth\"") && app.contains("new-entries: unknown # "), "{app}");
    // People are offered it, and led by it.
    fs::write(folder.join("answers.yaml"), "symptom: no-mail\nwhat-is-seen: seems-in-spam\nfix-in-spam: helped\n")
        .unwrap();
    let output =
        program().args(["--knowledge", "own", "--answers", "answers.yaml"]).current_dir(folder).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success() && text.contains("What to do in a few words, fix in spam"), "{text}");
}

#[test]
fn every_built_in_symptom_can_be_added_to() {
    let knowledge = knowledge();
    for symptom in knowledge.symptoms.values() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let id = &symptom.id;
        let all: [&str; 3] = if symptom.outcomes.is_empty() {
            ["new cause zz --in", "new remedy yy --fixes zz --in", "new question xx --tells zz --in"]
        } else {
            ["new remedy yy --in", "new question xx --in", "new question ww --in"]
        };
        for words in all {
            let told = well(folder, &format!("{words} {id} --out own"));
            assert!(!told.contains("another way now"), "{id}: {words}: {told}");
            assert_sound(folder, "own", &format!("{id}: {words}"));
        }
        let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        for path in ["symptoms", "scenarios"] {
            for file in fs::read_dir(folder.join("own").join(path)).unwrap() {
                let file = file.unwrap();
                let old = fs::read_to_string(built_in.join(path).join(file.file_name()));
                // An answer is put into a line of a scenario; of a symptom every line stays.
                if let Ok(old) =
                    old.as_ref().map(|old| old.as_str()).map(|old| if path == "symptoms" { old } else { "" })
                {
                    assert_kept(old, &fs::read_to_string(file.path()).unwrap());
                }
            }
        }
    }
}

#[test]
fn a_remedy_that_is_there_is_taken_for_a_new_cause() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    well(folder, "new cause zz --in many-codes --remedy rename-entries --out own");
    let text = fs::read_to_string(folder.join("own/symptoms/many-codes.yaml")).unwrap();
    assert!(text.contains("fixes: { old-entry: usually, wrong-entry: half, zz: usually }"), "{text}");
    assert!(!text.contains("fix-zz"), "{text}");
    assert_sound(folder, "own", "an old remedy");
}

#[test]
fn not_one_byte_of_the_other_text_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    well(folder, "new symptom no-mail --out own");
    let path = folder.join("own/symptoms/no-mail.yaml");
    let odd = fs::read_to_string(&path).unwrap().replace("causes:\n", "causes: # of all\n  # the first one\n")
        + "\n# the end, é\n\n";
    for text in [odd.clone(), odd.replace('\n', "\r\n"), odd.trim_end().to_owned()] {
        fs::write(&path, &text).unwrap();
        well(folder, "new cause zz --in no-mail --out own");
        let new = fs::read_to_string(&path).unwrap();
        assert_kept(&format!("{}\n", text.trim_end()).replace("\n\n# the end, é\n", ""), &new);
        assert!(text.contains("\r\n") == new.contains("\r\n") && !new.replace("\r\n", "").contains('\r'));
        if text.contains("\r\n") {
            assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
        }
        assert_sound(folder, "own", "an odd file");
        for other in ["articles/no-mail.md", "scenarios/no-mail.yaml"] {
            fs::remove_file(folder.join("own").join(other)).unwrap();
        }
        fs::remove_file(&path).unwrap();
        fs::remove_file(folder.join("own/kb.yaml")).unwrap();
        well(folder, "new symptom no-mail --out own");
    }
}

#[test]
fn nothing_is_overwritten_and_names_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    well(folder, "new symptom no-mail --out own");
    for (words, complaint) in [
        ("new symptom no-mail --out own", "the symptom `no-mail` is there already"),
        ("new symptom invalid-code --out other", "the symptom `invalid-code` is there already"),
        ("new symptom No_Mail --out own", "is not an id: expected small letters"),
        ("new symptom spam --cause spam --out own", "the id `spam` is there already"),
        ("new cause usual-reason --in no-mail --out own", "the cause `usual-reason` is there already"),
        ("new cause zz --in no-mial --out own", "unknown symptom `no-mial`: did you mean `no-mail`?"),
        ("new cause zz --in lost-codes --out own", "decides by a table, which has no causes"),
        ("new remedy zz --in no-mail --out own", "expected --fixes with one of usual-reason, other-reason"),
        ("new question zz --in no-mail --tells usual-raeson --out own", "did you mean `usual-reason`?"),
        ("new app aegis --out own", "the app `aegis` is there already"),
        ("new service generic --out own", "one that no service has yet"),
        ("new service other --name {x} --out own", "expected what people call it"),
    ] {
        let (code, text) = kb(folder, words);
        assert!(code == Some(2) && text.contains(complaint), "{words}: {text}");
    }
    assert!(!folder.join("other").exists(), "what fails leaves nothing behind");
    // A file that is in the way is left as it is, and nothing else is written.
    fs::create_dir_all(folder.join("own/articles")).unwrap();
    fs::write(folder.join("own/articles/in-the-way.md"), "mine").unwrap();
    let (code, text) = kb(folder, "new symptom in-the-way --out own");
    assert_eq!(code, Some(2), "{text}");
    assert_eq!(fs::read_to_string(folder.join("own/articles/in-the-way.md")).unwrap(), "mine");
    assert!(!folder.join("own/symptoms/in-the-way.yaml").exists());
    fs::remove_file(folder.join("own/articles/in-the-way.md")).unwrap();
    // A folder with an error in it is mended first.
    fs::write(folder.join("own/symptoms/broken.yaml"), "symptom: broken\n").unwrap();
    let (code, text) = kb(folder, "new cause zz --in no-mail --out own");
    assert!(code == Some(2) && text.contains("mend it first") && text.contains("KB004"), "{text}");
}

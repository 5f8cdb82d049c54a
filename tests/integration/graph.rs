//! `kb graph`: the picture, the text for Graphviz and the text for Mermaid say the same, and what nobody comes to is told.

use std::collections::BTreeMap;
use std::fs;

use otp_doctor::rehearse::{Crowd, Graph, Leads, PlaceKind, graph};
use otp_doctor::session::Mode;

use crate::accuracy::knowledge;
use crate::examples::program;
use crate::whole;

/// What the program prints for a symptom.
fn drawn(arguments: &[&str]) -> String {
    let run = program().args(["kb", "graph"]).args(arguments).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn crowd(mode: Mode, least: usize) -> Crowd {
    Crowd { mode, people: whole::of(1_000), seed: 1, least }
}

#[test]
fn everybody_is_counted_at_every_place_and_on_every_way() {
    let (knowledge, people) = (knowledge(), whole::of(1_000));
    for mode in [Mode::Person, Mode::Agent] {
        for symptom in knowledge.symptoms.values() {
            let graph = graph(&knowledge, symptom, crowd(mode, 1));
            assert_eq!(graph.places[0].people, people, "{}", symptom.id);
            assert_eq!(graph.helped + graph.escalated + graph.gone_on + graph.lost, people);
            assert_eq!(graph.lost, 0, "{}: a dead end", symptom.id);
            let caused: usize = graph.causes.iter().map(|cause| cause.people).sum();
            assert_eq!(caused, if symptom.causes.is_empty() { 0 } else { people });
            let mut led_to: BTreeMap<usize, usize> = BTreeMap::from([(0, people)]);
            let mut helped = 0;
            for place in &graph.places {
                let ends = matches!(place.kind, PlaceKind::Symptom | PlaceKind::Escalation | PlaceKind::DeadEnd);
                assert_eq!(place.ways.is_empty(), ends, "{place:?}");
                if !ends {
                    assert_eq!(place.ways.iter().map(|way| way.people).sum::<usize>(), place.people, "{place:?}");
                }
                for way in &place.ways {
                    match way.leads {
                        Leads::To(to) => *led_to.entry(to).or_default() += way.people,
                        Leads::Helped => helped += way.people,
                        Leads::Rare => panic!("nothing is too rare: {place:?}"),
                        Leads::Nobody => assert_eq!(way.people, 0),
                    }
                }
            }
            assert_eq!(helped, graph.helped, "{}", symptom.id);
            for (number, place) in graph.places.iter().enumerate() {
                assert_eq!(led_to.get(&number), Some(&place.people), "{}: {place:?}", symptom.id);
            }
        }
    }
}

#[test]
fn what_is_rare_is_left_out_and_everything_else_is_there() {
    let knowledge = knowledge();
    let symptom = &knowledge.symptoms["invalid-code"];
    let places = |least| -> Graph { graph(&knowledge, symptom, crowd(Mode::Person, least)) };
    let least = whole::of(30);
    let (all, most) = (places(1), places(least));
    let common = all.places.iter().filter(|place| place.people >= least).count();
    assert_eq!(most.places.len(), common);
    assert!(most.places.len() < all.places.len());
    assert!(most.places.iter().flat_map(|place| &place.ways).any(|way| way.leads == Leads::Rare));
    assert_eq!(most.causes, all.causes);
}

/// A picture that a page can show: nothing to run, nothing to fetch, both grounds, a name.
#[test]
fn the_picture_is_sound_and_names_every_place() {
    let knowledge = knowledge();
    for id in knowledge.symptoms.keys() {
        for pixels in ["960", "360"] {
            let picture = drawn(&[id, "--people", &whole::of(400).to_string(), "--pixels", pixels]);
            assert!(picture.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "), "{id}");
            assert!(picture.contains("role=\"img\"") && picture.contains("<title id=\"what\">Ways through: "));
            assert!(picture.contains("prefers-color-scheme:dark"));
            for foreign in ["<script", "href", "url(", "@import", " onload"] {
                assert!(!picture.contains(foreign), "{id}: {foreign}");
            }
            let (_, body) = picture.split_once("</style>").unwrap();
            assert!(!body.contains(['{', '}']), "{id}: a placeholder is left");
            // No line of text leaves the picture.
            let width: f64 = pixels.parse().unwrap();
            for text in picture.lines().filter(|line| line.starts_with("<text")) {
                let x: f64 = text.split("x=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
                let said = text.split('>').nth(1).unwrap().trim_end_matches("</text");
                let size = if text.contains("title") { 24.0 } else { 12.0 };
                let right = if text.contains("class=\"end") { x } else { x + said.chars().count() as f64 * size * 0.5 };
                assert!((0.0..=width).contains(&x) && right <= width, "{id} at {pixels}: {text}");
            }
        }
    }
}

#[test]
fn the_three_forms_have_the_same_places() {
    let dot = drawn(&["many-codes", "--format", "dot"]);
    let mermaid = drawn(&["many-codes", "--format", "mermaid"]);
    let places = |text: &str, open: &[&str]| {
        let is_place = |line: &&str| {
            let rest =
                line.trim_start().strip_prefix('p').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
            rest.is_some_and(|rest| open.iter().any(|open| rest.starts_with(open)))
        };
        text.lines().filter(is_place).count()
    };
    let shown = places(&dot, &[" [label="]);
    assert!(shown > 5, "{dot}");
    assert_eq!(places(&mermaid, &["{{\"", "[\"", "([\""]), shown, "{mermaid}");
    assert!(dot.starts_with("digraph ways {\n") && dot.ends_with("}\n"));
    assert!(mermaid.starts_with("flowchart TD\n"));
    for text in [&dot, &mermaid] {
        assert!(text.contains("Use the last entry") || text.contains("Use the last\\nentry"), "{text}");
        assert!(text.contains("2,000 simulated people (seed 1)"), "{text}");
    }
}

#[test]
fn the_same_seed_draws_the_same_picture() {
    let once = drawn(&["turn-off", "--seed", "4"]);
    assert_eq!(once, drawn(&["turn-off", "--seed", "4"]));
    assert_ne!(drawn(&["many-codes", "--seed", "4"]), drawn(&["many-codes", "--seed", "5"]));
}

const MAIL: &str = "\
---
title: Mail
description: What to do when no mail comes.
---

# Mail {: #mail }

## No mail comes {: #no-mail }

Look for it.

### Look in spam {: #spam }

1. Open it.

### Ask again {: #again }

1. Ask.
";

const NO_MAIL: &str = "\
schema: 1
symptom: no-mail
heading: mail.md#no-mail
decide: first-match
remedies:
  look: { text: mail.md#spam, effort: minute }
  ask: { text: mail.md#again, effort: minute }
questions:
  seen:
    ask: Did you look?
    answers:
      here: { label: I did }
      not-yet: { label: Not yet }
  never:
    ask: Is this asked?
    answers:
      one: { label: One }
      two: { label: Two }
outcomes:
  - { when: { seen: here }, escalate: administrator }
  - { when: { seen: here, never: one }, remedy: ask, escalate: administrator }
  - { otherwise: true, remedy: look, escalate: administrator }
";

/// A question, a remedy and a row that nobody comes to are marked, in every form.
#[test]
fn what_nobody_comes_to_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("articles/mail.md", MAIL);
    write("symptoms/no-mail.yaml", NO_MAIL);
    let path = folder.path().to_str().unwrap();
    for format in ["svg", "dot", "mermaid"] {
        let text = drawn(&["no-mail", "--knowledge", path, "--format", format]);
        for unreached in ["question never", "remedy ask", "row 2"] {
            assert!(text.contains(unreached), "{format}: {unreached}: {text}");
        }
    }
}

#[test]
fn an_unknown_symptom_names_the_nearest() {
    let run = program().args(["kb", "graph", "invalid-cod"]).output().unwrap();
    assert!(!run.status.success());
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(told.contains("no symptom of that name is known: did you mean invalid-code?"), "{told}");
}

#[test]
fn a_file_is_written_where_one_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ways.svg");
    assert_eq!(drawn(&["turn-off", "--out", path.to_str().unwrap()]), "");
    assert_eq!(fs::read_to_string(path).unwrap(), drawn(&["turn-off"]));
}

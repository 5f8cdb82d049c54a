//! The ways of simulated people through a symptom: as a picture, for Graphviz, and for Mermaid.
//!
//! The one idea: all three say the same in the same words. None of them must count anything again.

mod dot;
mod mermaid;
mod river;
mod svg;

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;

use crate::rehearse::{Branch, FAILED, Graph, HELPED, Leads, Place, PlaceKind};
use crate::session::Mode;
use crate::speech::count;

/// Who was led, and how.
fn about(graph: &Graph) -> String {
    let led = match graph.crowd.mode {
        Mode::Person => "led by their answers alone",
        Mode::Agent => "led by an agent",
    };
    let steps = graph.steps as f64 / graph.crowd.people.max(1) as f64;
    let people = count(graph.crowd.people as u64);
    format!("{people} simulated people (seed {}), {led}; {steps:.1} steps each on average.", graph.crowd.seed)
}

/// What is not shown, if anything is not.
fn folded(graph: &Graph) -> Option<String> {
    let rare = graph.places.iter().flat_map(|place| &place.ways).any(|way| way.leads == Leads::Rare);
    rare.then(|| format!("Places that fewer than {} come to are left out.", share(graph, graph.crowd.least)))
}

/// A number of people as a share of all: whole percent.
fn share(graph: &Graph, people: usize) -> String {
    percent(people, graph.crowd.people)
}

fn percent(part: usize, of: usize) -> String {
    match 100.0 * part as f64 / of.max(1) as f64 {
        0.0 => "nobody".to_owned(),
        p if p < 1.0 => "under 1 %".to_owned(),
        // Not everybody is not 100 %.
        p if p < 100.0 => format!("{:.0} %", p.min(99.0)),
        _ => "100 %".to_owned(),
    }
}

/// What stands at a place.
fn label(place: &Place) -> String {
    match place.kind {
        PlaceKind::Question | PlaceKind::Verify | PlaceKind::Remedy => place.label.clone(),
        PlaceKind::Symptom => format!("Goes on with: {}", place.label),
        PlaceKind::Escalation => format!("Turn to: {}", place.label),
        PlaceKind::DeadEnd => format!("Dead end: {}", place.label),
    }
}

/// What an answer or a result says.
fn said(way: &Branch) -> &str {
    match way.id.as_str() {
        _ if !way.label.is_empty() => &way.label,
        HELPED => "It helped",
        FAILED => "It did not help",
        "unsure" => "I do not know",
        _ => "Done",
    }
}

/// The class of a place, for its colour.
fn class(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Question | PlaceKind::Verify => "ask",
        PlaceKind::Remedy => "try",
        PlaceKind::Symptom => "go",
        PlaceKind::Escalation => "turn",
        PlaceKind::DeadEnd => "dead",
    }
}

/// What nobody came to: `the question other-accounts`.
fn unreached(graph: &Graph) -> Vec<String> {
    graph.unreached.iter().map(|one| format!("{} {}", one.what, one.id)).collect()
}

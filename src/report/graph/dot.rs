use std::fmt::Write as _;

use super::{about, class, folded, label, said, share, unreached};
use crate::rehearse::{Graph, Leads, Place};

/// Characters of a line within a box.
const LINE: usize = 28;

/// For Graphviz: `dot -Tsvg`.
pub fn dot(graph: &Graph) -> String {
    let mut out = String::from("digraph ways {\n");
    let title = format!("{}\n{}", graph.title, notes(graph).join("\n"));
    let _ = writeln!(out, "  label={}; labelloc=t; rankdir=TB; nodesep=0.3;", quoted(&title));
    out.push_str("  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", color=\"#97a1b0\"];\n");
    out.push_str("  edge [fontname=\"sans-serif\", fontsize=11, color=\"#6b7f99\"];\n");
    for (number, place) in graph.places.iter().enumerate() {
        let text = format!("{}\n{}", textwrap::fill(&label(place), LINE), share(graph, place.people));
        let _ = writeln!(out, "  p{number} [label={}, fillcolor=\"{}\"];", quoted(&text), colour(place));
        for (at, way) in place.ways.iter().enumerate() {
            let text = format!("{}\n{}", textwrap::fill(said(way), LINE), share(graph, way.people));
            let to = match way.leads {
                Leads::To(to) => format!("p{to}"),
                Leads::Helped => format!("h{number}"),
                Leads::Rare => format!("r{number}_{at}"),
                Leads::Nobody => continue,
            };
            match way.leads {
                Leads::Helped => {
                    let _ = writeln!(out, "  {to} [label=\"helped\", shape=ellipse, fillcolor=\"#bfe5cf\"];");
                }
                Leads::Rare => {
                    let _ = writeln!(out, "  {to} [label=\"…\", shape=plaintext, style=\"\"];");
                }
                _ => {}
            }
            let width = 1.0 + 9.0 * graph.share(way.people);
            let dotted = if way.leads == Leads::Rare { ", style=dotted" } else { "" };
            let _ = writeln!(out, "  p{number} -> {to} [label={}, penwidth={width:.1}{dotted}];", quoted(&text));
        }
    }
    out.push_str("}\n");
    out
}

/// Sentences under the title.
fn notes(graph: &Graph) -> Vec<String> {
    let nobody = unreached(graph);
    let nobody = (!nobody.is_empty()).then(|| textwrap::fill(&format!("Nobody came to: {}.", nobody.join(", ")), 100));
    [Some(about(graph)), folded(graph), nobody].into_iter().flatten().collect()
}

fn colour(place: &Place) -> &'static str {
    match class(place.kind) {
        "ask" => "#dbe7f7",
        "try" => "#e2f2e8",
        "go" => "#eadff5",
        "turn" => "#fbe8c8",
        _ => "#f8d0cc",
    }
}

/// Within quotes, a line break as Graphviz has it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

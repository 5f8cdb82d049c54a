use std::fmt::Write as _;

use super::{about, class, folded, label, said, share, unreached};
use crate::rehearse::{Graph, Leads, PlaceKind};

/// For Mermaid, which many a wiki draws.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart TD\n");
    let nobody = unreached(graph);
    let nobody = (!nobody.is_empty()).then(|| format!("Nobody came to: {}.", nobody.join(", ")));
    for note in [Some(graph.title.clone()), Some(about(graph)), folded(graph), nobody].into_iter().flatten() {
        let _ = writeln!(out, "  %% {}", note.replace(['\n', '\r'], " "));
    }
    for (number, place) in graph.places.iter().enumerate() {
        let text = text(&label(place), &share(graph, place.people));
        let (open, close) = match place.kind {
            PlaceKind::Question | PlaceKind::Verify => ("{{", "}}"),
            PlaceKind::Remedy => ("[", "]"),
            PlaceKind::Symptom | PlaceKind::Escalation | PlaceKind::DeadEnd => ("([", "])"),
        };
        let _ = writeln!(out, "  p{number}{open}\"{text}\"{close}:::{}", class(place.kind));
        for (at, way) in place.ways.iter().enumerate() {
            let said = text_of_way(said(way), &share(graph, way.people));
            let _ = match way.leads {
                Leads::To(to) => writeln!(out, "  p{number} -->|\"{said}\"| p{to}"),
                Leads::Helped => writeln!(out, "  p{number} -->|\"{said}\"| h{number}([\"helped\"]):::helped"),
                Leads::Rare => writeln!(out, "  p{number} -.->|\"{said}\"| r{number}_{at}([\"…\"]):::rare"),
                Leads::Nobody => Ok(()),
            };
        }
    }
    out.push_str(CLASSES);
    out
}

const CLASSES: &str = "\
  classDef ask fill:#dbe7f7,stroke:#6b7f99,color:#1c2330
  classDef try fill:#e2f2e8,stroke:#5c8a70,color:#1c2330
  classDef helped fill:#bfe5cf,stroke:#12805c,color:#1c2330
  classDef go fill:#eadff5,stroke:#7a3e9d,color:#1c2330
  classDef turn fill:#fbe8c8,stroke:#9a5b00,color:#1c2330
  classDef dead fill:#f8d0cc,stroke:#b3261e,color:#1c2330
  classDef rare fill:none,stroke:#97a1b0,color:#5c6675
";

fn text(label: &str, share: &str) -> String {
    format!("{}<br>{share}", plain(label))
}

fn text_of_way(said: &str, share: &str) -> String {
    format!("{}, {share}", plain(said))
}

/// Within quotes: what Mermaid reads as its own is written as a number.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | ';' | '%' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

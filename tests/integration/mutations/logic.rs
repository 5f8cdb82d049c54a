//! Slips in what leads where: rows, conditions, answers.

use otp_doctor::diagnostic::Diagnostic;
use otp_doctor::knowledge::{Compiled, Knowledge, Sources};
use otp_doctor::{probe, rehearse};

use super::{Fault, with_line};

/// What all checks say that have to run the symptom at fault. Its scenarios are left out: they would show a fault in a second
/// place, and their absence is no news.
pub(super) fn check(fault: &Fault, shipped: &Sources) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    for (path, bytes) in shipped.iter().filter(|(path, _)| !path.starts_with("scenarios/")) {
        sources.insert(path, bytes);
    }
    let sources = fault.sources(&sources);
    let Compiled { mut knowledge, mut diagnostics } = Knowledge::compile(&sources, &probe::vocabulary());
    let own = fault.path.trim_start_matches("symptoms/").trim_end_matches(".yaml");
    // The other symptoms are as they were.
    knowledge.symptoms.retain(|id, symptom| id == own || symptom.then.is_some() && fault.kind.contains("circle"));
    diagnostics.extend(rehearse::check(&sources, &knowledge));
    diagnostics.retain(|one| !matches!(one.code, "KB701" | "KB702"));
    diagnostics
}

pub(super) fn faults(shipped: &Sources) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, bytes) in
        shipped.iter().filter(|(path, _)| path.starts_with("symptoms/") && !path.contains("invalid-code"))
    {
        let text = std::str::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let part = |name: &str| lines.iter().position(|line| *line == format!("{name}:")).map(|at| at + 1);
        for (at, line) in lines.iter().enumerate() {
            let number = at + 1;
            let fault = |kind, line: String| Fault::new(kind, path, with_line(text, number, &[line]), [number]);
            if line.starts_with("  - { otherwise") {
                let gone = with_line(text, number, &[]);
                let table = part("outcomes").unwrap_or(1)..number;
                faults.push(Fault::new("no row for everybody else", path, gone, table));
            }
            if line.starts_with("  - { when") {
                let twice = with_line(text, number, &[(*line).to_owned(), (*line).to_owned()]);
                faults.push(Fault::new("a row twice", path, twice, [number, number + 1]));
                if let Some(rest) = line.find("}, ").map(|end| &line[end + 3..]) {
                    // One with nothing but a remedy leaves those whom it does not help to the rows below.
                    let ends = rest.contains("escalate:") || rest.contains("then:");
                    let rest = if ends { rest.to_owned() } else { rest.replace(" }", ", escalate: support }") };
                    let early = format!("  - {{ otherwise: true, {rest}");
                    let next = number + 1..=lines.len();
                    faults.push(Fault::new(
                        "a row for everybody too early",
                        path,
                        with_line(text, number, &[early]),
                        next.chain([number]),
                    ));
                }
            }
            if let Some(begin) = line.find("needs: { ") {
                let never = format!(
                    "{}needs: {{ where: signing-in, second-way-in: nothing, where2: x, {}",
                    &line[..begin],
                    &line[begin + 9..]
                );
                faults.push(fault("a condition on what nobody asks", never));
            }
        }
        unused(path, text, &lines, &mut faults);
    }
    faults
}

/// A question whose answers no row asks for.
fn unused(path: &str, text: &str, lines: &[&str], faults: &mut Vec<Fault>) {
    let Some(questions) = lines.iter().position(|line| *line == "questions:") else { return };
    let question = [
        lines[questions].to_owned(),
        "  never-used:".to_owned(),
        "    ask: Is it raining?".to_owned(),
        "    agent: Is it raining?".to_owned(),
        "    why: It may matter.".to_owned(),
        "    answers:".to_owned(),
        "      wet: { label: It is raining }".to_owned(),
        "      dry: { label: It is dry }".to_owned(),
    ];
    let at = questions + 1;
    let own = at + 1..=at + 7;
    faults.push(Fault::new("a question that changes nothing", path, with_line(text, at, &question), own));
}

use serde_json::{Map, Value, json};

use super::{Calls, instant};
use crate::session::OfSymptom;

impl Calls<'_> {
    /// The calls for a program, version 1 (`docs/formats.md`).
    pub fn list_json(&self) -> String {
        let of = |one: &OfSymptom| json!({ "symptom": one.symptom, "id": one.id });
        let calls: Vec<Value> = self
            .kept
            .iter()
            .map(|kept| {
                let call = &kept.call;
                let tried: Vec<Value> = call
                    .tried
                    .iter()
                    .map(|(one, result)| json!({ "symptom": one.symptom, "remedy": one.id, "result": result }))
                    .collect();
                json!({
                    "file": kept.file,
                    "ticket": call.ticket,
                    "agent": call.agents.last(),
                    "agents": call.agents,
                    "stands": call.stands.id(),
                    "began": call.times.and_then(|(from, _)| instant(from)),
                    "last": call.times.and_then(|(_, to)| instant(to)),
                    "seconds": call.seconds,
                    "symptoms": call.symptoms,
                    "cause": call.cause.as_ref().map(of),
                    "tried": tried,
                    "next": call.next.as_ref().map(|(what, one)| json!({ "do": what, "of": one.as_ref().map(of) })),
                    "version": call.version,
                    "left_out": call.dropped,
                })
            })
            .collect();
        format!("{}\n", json!({ "sessions": 1, "unread": self.unread, "calls": calls }))
    }

    /// What was counted, for a program, version 1.
    pub fn statistics_json(&self) -> String {
        let tally = self.tally();
        let mut parts = Map::new();
        for part in self.parts(&tally) {
            let row = |row: &super::Row| json!({ "id": row.id, "name": row.name, "count": row.count });
            let mut rows: Vec<Value> = part.rows.iter().map(row).collect();
            if part.id == "remedies" {
                for (row, (_, results)) in rows.iter_mut().zip(&tally.remedies) {
                    row["helped"] = results.helped.into();
                    row["failed"] = results.failed.into();
                    row["later"] = results.later.into();
                }
            }
            parts.insert(part.id.to_owned(), rows.into());
        }
        let timed = (tally.timed > 0).then_some(());
        format!(
            "{}\n",
            json!({
                "statistics": 1,
                "calls": tally.calls,
                "unread": self.unread,
                "from": tally.times.and_then(|(from, _)| instant(from)),
                "to": tally.times.and_then(|(_, to)| instant(to)),
                "median_seconds": timed.map(|()| tally.median),
                "longest_seconds": timed.map(|()| tally.longest),
                "parts": parts,
            })
        )
    }
}

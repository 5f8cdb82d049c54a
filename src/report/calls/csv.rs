use super::{Calls, instant};

impl Calls<'_> {
    /// A table of the calls.
    pub fn list_csv(&self) -> String {
        let head = ["ticket", "stands", "began", "last", "seconds", "agent", "trouble", "cause", "version", "file"];
        let rows = self.kept.iter().map(|kept| {
            let call = &kept.call;
            let time = |at: Option<i64>| at.and_then(instant).unwrap_or_default();
            [
                call.ticket.clone().unwrap_or_default(),
                call.stands.id().to_owned(),
                time(call.times.map(|(from, _)| from)),
                time(call.times.map(|(_, to)| to)),
                call.seconds.map(|seconds| seconds.to_string()).unwrap_or_default(),
                call.agents.last().cloned().unwrap_or_default(),
                call.symptoms.first().cloned().unwrap_or_default(),
                call.cause.as_ref().map(|cause| cause.id.clone()).unwrap_or_default(),
                call.version.clone(),
                kept.file.clone(),
            ]
            .to_vec()
        });
        table(&head, rows)
    }

    /// A table of what was counted.
    pub fn statistics_csv(&self) -> String {
        let tally = self.tally();
        let number = |id: &str, count: u64| ["calls", id, "", &count.to_string()].map(str::to_owned).to_vec();
        let mut rows = vec![number("all", tally.calls as u64), number("unread", self.unread as u64)];
        if tally.timed > 0 {
            rows.push(number("median-seconds", tally.median));
            rows.push(number("longest-seconds", tally.longest));
        }
        for part in self.parts(&tally) {
            let row =
                |row: &super::Row| vec![part.id.to_owned(), row.id.clone(), row.name.clone(), row.count.to_string()];
            rows.extend(part.rows.iter().map(row));
        }
        table(&["part", "id", "name", "count"], rows.into_iter())
    }
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    // Memory takes everything, and every row has the length of its head.
    let _ = writer.write_record(head);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| inactive(cell)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula, and that steers no terminal.
fn inactive(cell: &str) -> String {
    let cell = crate::speech::foreign::inert(cell);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

//! The readers ask for the keys that the schemas name, and for no others.
//!
//! The one idea: the small knowledge under `tests/knowledge/whole/` has every key in it; each mapping that a reader meets
//! there is held against the table that describes it. It stands here because only from here all readers can be reached.

#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use crate::finding::Vocabulary;
    use crate::knowledge::asked::{self, Asked};
    use crate::knowledge::schema::{FileKind, KINDS, Record, Shape};
    use crate::knowledge::{Knowledge, Node, NodeKind, Report, Sources, parse};

    macro_rules! sample {
        ($($path:literal),* $(,)?) => {
            &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/knowledge/whole/", $path)))),*]
        };
    }

    /// The files of the sample, by their path in it.
    const SAMPLE: &[(&str, &str)] = sample![
        "apps/lamp.yaml",
        "articles/apps/lamp.md",
        "articles/help.md",
        "kb.yaml",
        "locale/de/articles/apps/lamp.md",
        "locale/de/articles/help.md",
        "locale/de/phrases.yaml",
        "locale/de/scripts/table.yaml",
        "locale/de/scripts/weighed.yaml",
        "locale/de/services/generic.yaml",
        "locale/de/symptoms/table.yaml",
        "locale/de/symptoms/weighed.yaml",
        "phrases.yaml",
        "released.yaml",
        "scenarios/all.yaml",
        "scripts/table.yaml",
        "scripts/weighed.yaml",
        "services/generic.yaml",
        "symptoms/paper.yaml",
        "symptoms/table.yaml",
        "symptoms/weighed.yaml",
    ];

    /// What the sample shows of the tables.
    struct Comparison<'a> {
        path: &'a str,
        asked: &'a Asked,
        /// Keys that occur, by the address of their table: tables are the constants themselves.
        seen: &'a mut BTreeMap<*const Record, BTreeSet<String>>,
        wrong: &'a mut Vec<String>,
    }

    impl Comparison<'_> {
        fn go(&mut self, node: &Node, shape: &Shape) {
            match shape {
                Shape::Record(record) | Shape::TextOr(record) => self.record(node, record, true),
                Shape::ByKey(key, with, without) => {
                    // Once the key is there, it is the other table's; here it is told for whoever looks for it.
                    self.seen.entry(*without).or_default().insert((*key).to_owned());
                    self.record(node, if node.get(key).is_some() { with } else { without }, true);
                }
                Shape::Single(record) | Shape::WordOrSingle(_, record) => self.record(node, record, false),
                Shape::List(item) | Shape::OneOrList(item, _) => {
                    if let NodeKind::List(items) = &node.kind {
                        for node in items {
                            self.go(node, item);
                        }
                    }
                }
                Shape::Map(map) => node.entries().iter().for_each(|(_, value)| self.go(value, &map.values)),
                Shape::Known(_, shape) => node.entries().iter().for_each(|(_, value)| self.go(value, shape)),
                _ => {}
            }
        }

        /// `by_fields`: whether its reader remembers what it asks for.
        fn record(&mut self, node: &Node, record: &'static Record, by_fields: bool) {
            let named: BTreeSet<&str> = record.fields.iter().map(|field| field.key).collect();
            self.seen.entry(record).or_default().extend(node.keys().map(str::to_owned));
            if let (true, Some((first, _))) = (by_fields, node.entries().first()) {
                let place = (self.path.to_owned(), first.span.start);
                let asked = self.asked.get(&place).cloned().unwrap_or_default();
                if asked != named {
                    self.wrong.push(format!("{}:{}: asked {asked:?}, described {named:?}", self.path, first.text));
                }
            }
            for (key, value) in node.entries() {
                if let Some(field) = record.fields.iter().find(|field| field.key == key.text) {
                    self.go(value, &field.shape);
                }
            }
        }
    }

    fn records(shape: &Shape, found: &mut BTreeMap<*const Record, &'static Record>) {
        match shape {
            Shape::ByKey(_, with, without) => {
                records(&Shape::Record(with), found);
                records(&Shape::Record(without), found);
            }
            Shape::Record(record) | Shape::TextOr(record) | Shape::Single(record) | Shape::WordOrSingle(_, record) => {
                found.insert(*record, record);
                record.fields.iter().for_each(|field| records(&field.shape, found));
            }
            Shape::List(item) | Shape::OneOrList(item, _) => records(item, found),
            Shape::Map(map) => records(&map.values, found),
            Shape::Known(_, shape) => records(shape, found),
            _ => {}
        }
    }

    #[test]
    fn readers_ask_for_the_keys_that_the_schemas_name_and_for_no_others() {
        let sources: Sources =
            SAMPLE.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        drop(asked::take());
        let compiled = Knowledge::compile(&sources, &Vocabulary::default());
        let mut found = [compiled.diagnostics, super::super::check(&sources, &compiled.knowledge)].concat();
        // Of all that the program says, the sample translates a few words.
        found.retain(|one| {
            one.place.path != "locale/de/phrases.yaml" || !one.message.starts_with("missing translation")
        });
        assert!(found.is_empty(), "{found:?}");
        let asked = asked::take();

        let (mut seen, mut wrong) = (BTreeMap::new(), Vec::new());
        for (path, bytes) in sources.iter() {
            let Some(kind) = FileKind::of(path) else { continue };
            let text = std::str::from_utf8(bytes).unwrap();
            let root = parse(&mut Report::new(path, text), 0..text.len()).unwrap();
            Comparison { path, asked: &asked, seen: &mut seen, wrong: &mut wrong }.go(&root, &kind.root);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));

        let mut all = BTreeMap::new();
        for kind in KINDS {
            records(&kind.root, &mut all);
        }
        for (address, record) in all {
            let seen = seen.get(&address).cloned().unwrap_or_default();
            let allowed = record.fields.iter().filter(|field| !matches!(field.shape, Shape::Never));
            for field in allowed.filter(|field| !seen.contains(field.key)) {
                wrong.push(format!("`{}` ({}) does not occur in the sample", field.key, field.says));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

//! The one test binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

mod accuracy;
mod accused;
mod agents;
mod ago;
mod check_pages;
mod cli;
mod compiled;
mod completion;
mod content;
mod day;
mod entries;
mod examples;
mod field;
mod foreign;
mod fuzzed;
mod good_helper;
mod graph;
mod guided;
mod hostile;
mod house;
mod imports;
mod invariants;
mod kb;
mod kb_diff;
mod kb_import;
mod kb_migrate;
mod kb_new;
mod kb_record;
mod kb_release;
mod keeping;
mod kinds;
mod knowledge;
mod lab;
mod languages;
mod likelihood;
mod links;
mod logs;
mod looks;
mod mended;
mod mistakes;
mod mutated;
mod mutations;
mod named;
mod no_keys;
mod ntp;
mod page;
mod pam;
mod paths;
mod people;
mod photographs;
mod pictures;
mod preview;
mod preview_own;
mod preview_refused;
mod privacy;
mod programs;
mod properties;
mod publish;
mod readme;
mod recipes;
mod replay;
mod reported;
mod scenarios;
mod schema;
mod scripts;
mod seed;
mod service_clock;
mod session;
mod shared;
mod signals;
mod talk;
mod triage;
mod uris;
mod walks;
mod watch;
mod webdriver;
mod weighing;
mod whole;
mod world;

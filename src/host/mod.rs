//! The outside world: files, folders, standard input, the clock, a time server, the time of a web page, what
//! changes on the disk, what git has kept, what a browser on this computer asks for. Nothing else in this crate touches them.
//!
//! The one idea: it only hands values in. It must not decide what they mean.

#![allow(clippy::disallowed_methods)]

mod clock;
mod environment;
mod files;
mod folder;
mod language;
mod name;
mod output;
mod own_file;
mod reference;
mod replace;
mod revision;
mod service;
mod signals;
mod watch;
mod web;
mod within;

pub use clock::{LocalTime, local_time, now, pause};
pub use environment::{settings_folder, variable};
pub use files::{
    FileError, Input, changed_at, open_lines, others_can_read, read, read_file, write_private, write_public,
};
pub use folder::{is_beside, is_folder, is_same_place, is_there, make_folder, names_in, read_folder, replaces, stamp};
pub use language::{home, language};
pub use name::shown;
pub use output::{write_again, write_new};
pub use own_file::OwnFile;
pub use reference::{ClockCheck, ReferenceError, check_clock};
pub use revision::{RevisionError, read_revision};
pub use service::{PageClock, PageError, ServiceUrl, UrlError, page_clock};
pub use signals::on_signal;
pub use watch::{WatchError, watch};
pub use web::{HeaderValue, Unreadable, Visitor, WebAnswer, WebRequest, WebServer};
pub use within::{file_within, place_within, read_within};

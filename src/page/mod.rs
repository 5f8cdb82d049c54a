//! The page for whoever has only a browser: the conversation of [`talk`](crate::talk) as HTML, and the files of a folder that
//! any host serves.
//!
//! The one idea: what a browser does comes in as a [`Request`], and what it is to show goes out as a [`Screen`], both plain
//! data. `publish` writes beforehand all that needs Markdown or YAML, so that the module in the browser has neither. It must
//! not know how the bytes get to and fro: that is for the package `page/`.

mod case;
mod clock;
mod colour;
mod conversation;
mod form;
mod prose;
mod publish;
mod request;

use zeroize::Zeroizing;

pub use case::diagnosed;
pub use clock::{Sample, reading};
pub use conversation::{Conversation, Screen, ToRead};
pub use prose::{for_browser, with_prose};
pub use publish::{Engine, HEADERS, PageFile, Publication};
pub use request::{Given, Opening, Request};

/// What a camera sees: the text of a QR code in one frame, as [`Request::Look`] has it.
pub fn seen(brightness: &[u8], width: u32, height: u32, inverse: bool) -> Option<Zeroizing<String>> {
    crate::import::in_frame(brightness, width as usize, height as usize, inverse)
}

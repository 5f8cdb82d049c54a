//! The module that talks: knowledge comes in once, then requests.

use std::cell::RefCell;

use otp_doctor::knowledge::Knowledge;
use otp_doctor::page::{Conversation, Request, ToRead, diagnosed, for_browser};
use zeroize::Zeroizing;

use crate::Answer;

thread_local! {
    static KNOWLEDGE: RefCell<Option<Known>> = const { RefCell::new(None) };
    static CONVERSATION: RefCell<Option<Conversation<'static>>> = const { RefCell::new(None) };
}

/// What a page was published with, for as long as the module lives.
#[derive(Clone, Copy)]
struct Known {
    /// As cases are answered with it.
    written: &'static Knowledge,
    /// As people are spoken to.
    spoken: &'static Knowledge,
}

pub(crate) fn answer(json: &str, bytes: Zeroizing<Vec<u8>>) -> Answer {
    if json.is_empty() {
        return know(&bytes);
    }
    let request = match serde_json::from_str(json) {
        Ok(request) => request,
        // A parser's message quotes what it read.
        Err(_) => return Answer::cannot("that is no request"),
    };
    let Some(knowledge) = KNOWLEDGE.with_borrow(|knowledge| *knowledge) else {
        return Answer::cannot("there is no knowledge yet");
    };
    match request {
        Request::Open(opening) => {
            CONVERSATION.set(Some(Conversation::open(knowledge.spoken, &opening)));
            shown()
        }
        Request::Take { now, given } => {
            CONVERSATION.with_borrow_mut(|conversation| {
                if let Some(conversation) = conversation {
                    conversation.take(given, bytes, now);
                }
            });
            shown()
        }
        Request::Diagnose => match diagnosed(&bytes, knowledge.written) {
            // As bytes, since it is the same as elsewhere, byte for byte.
            Ok(answer) => Answer { json: "{}".to_owned(), bytes: Zeroizing::new(answer.into_bytes()) },
            Err(why) => Answer::cannot(&why),
        },
        Request::Read { .. } | Request::Look { .. } => Answer::cannot("that is for the module that reads"),
    }
}

/// Takes the knowledge: what a page was published with.
fn know(bytes: &[u8]) -> Answer {
    match Knowledge::from_compiled(bytes) {
        Ok(knowledge) => {
            CONVERSATION.set(None);
            let spoken = Box::leak(Box::new(for_browser(knowledge.clone())));
            KNOWLEDGE.set(Some(Known { written: Box::leak(Box::new(knowledge)), spoken }));
            Answer::json("{}".to_owned())
        }
        Err(error) => Answer::cannot(&error.to_string()),
    }
}

/// The screen, and the file that is to be read.
fn shown() -> Answer {
    CONVERSATION.with_borrow(|conversation| {
        let Some(conversation) = conversation else { return Answer::cannot("no conversation was begun") };
        let job = conversation.to_read();
        let json = serde_json::json!({ "screen": conversation.screen(), "job": job });
        let bytes = job.map(|ToRead { bytes, .. }| bytes).unwrap_or_default();
        Answer { json: json.to_string(), bytes }
    })
}

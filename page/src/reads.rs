//! The module that reads: a file, or what a camera sees. It is ended after each, and so forgets.

use otp_doctor::page::{Request, seen};
use otp_doctor::readers::{found, packed};
use zeroize::Zeroizing;

use crate::Answer;

pub(crate) fn answer(json: &str, bytes: Zeroizing<Vec<u8>>) -> Answer {
    match serde_json::from_str(json) {
        Ok(Request::Read { name, password }) => {
            let found = found(&bytes, &name, password.as_deref().map(String::as_str));
            Answer { json: "{}".to_owned(), bytes: packed(&found) }
        }
        Ok(Request::Look { width, height, inverse }) => {
            let text = seen(&bytes, width, height, inverse).unwrap_or_default();
            Answer { json: "{}".to_owned(), bytes: Zeroizing::new(text.as_bytes().to_vec()) }
        }
        Ok(_) => Answer::cannot("that is for the module that talks"),
        Err(_) => Answer::cannot("that is no request"),
    }
}

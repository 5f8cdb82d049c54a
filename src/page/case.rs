//! A case in a browser: the same answer as `otp-doctor diagnose --json` gives.

use crate::knowledge::Knowledge;
use crate::report::{self, Subject};
use crate::{case, engine};

/// The answer to a case in JSON, one line of JSON without its end.
///
/// # Errors
/// It is no case, or the knowledge lacks its symptom: why, in words.
pub fn diagnosed(bytes: &[u8], knowledge: &Knowledge) -> Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
    let case = case::read_json(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())?;
    let diagnosis = engine::diagnose(&case, knowledge).map_err(|error| error.to_string())?;
    Ok(report::answer(&Subject::of(&case, &diagnosis, knowledge, None)))
}

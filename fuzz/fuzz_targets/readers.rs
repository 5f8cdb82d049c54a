#![no_main]
// libFuzzer's own macro opens a file where it is asked for one.
#![allow(clippy::disallowed_methods)]

use libfuzzer_sys::fuzz_target;
use otp_doctor_fuzz::{forgive_finders_of_qr_codes, readers};

fuzz_target!(init: forgive_finders_of_qr_codes(), |data: &[u8]| readers::run(data));

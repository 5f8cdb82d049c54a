#![no_main]

use libfuzzer_sys::fuzz_target;
use otp_doctor_fuzz::{forgive_finders_of_qr_codes, readers};

fuzz_target!(init: forgive_finders_of_qr_codes(), |data: &[u8]| readers::run(data));

#![no_main]
// libFuzzer's own macro opens a file where it is asked for one.
#![allow(clippy::disallowed_methods)]

use libfuzzer_sys::fuzz_target;
use otp_doctor_fuzz::engine::{self, Login};

fuzz_target!(|login: Login| engine::run(&login));

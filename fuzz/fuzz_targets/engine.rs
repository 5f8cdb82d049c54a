#![no_main]

use libfuzzer_sys::fuzz_target;
use otp_doctor_fuzz::engine::{self, Login};

fuzz_target!(|login: Login| engine::run(&login));

//! The command line: see `otp-doctor --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    otp_doctor::cli::main()
}

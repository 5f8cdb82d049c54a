//! The terminal as it was before a prompt, however the program ends.

use std::sync::Once;

use crate::host;

/// From now on, a signal that ends the program leaves the terminal as it was.
pub(super) fn guard() {
    static GUARD: Once = Once::new();
    GUARD.call_once(|| host::on_signal(restore));
}

/// What a prompt has changed: the mode of the terminal first, since nothing can hold that up, then pasting and the cursor.
#[cfg(unix)]
fn restore() {
    use std::io::{self, IsTerminal, Write};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use crossterm::terminal::{disable_raw_mode, is_raw_mode_enabled};

    if !is_raw_mode_enabled().unwrap_or(false) || disable_raw_mode().is_err() || !io::stderr().is_terminal() {
        return;
    }
    // A terminal that takes nothing (Ctrl-S) holds nobody up.
    let (done, waiting) = mpsc::channel();
    thread::spawn(move || {
        let mut out = io::stderr();
        let _ = out.write_all(b"\x1b[?2004l\x1b[0m\x1b[?25h\r\n").and_then(|()| out.flush());
        let _ = done.send(());
    });
    let _ = waiting.recv_timeout(Duration::from_millis(500));
}

#[cfg(not(unix))]
fn restore() {}

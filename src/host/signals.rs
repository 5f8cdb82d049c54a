//! Signals that end the program.
//!
//! The one idea: they end it in an orderly way: what is being written is written, and its caller puts the screen right. It must not
//! go on after one.

/// From now on, a signal that ends the program (SIGHUP, SIGINT, SIGQUIT, SIGTERM) has `restore` called first, and ends it with
/// 128 and its number. It is called twice, since whatever still runs may have undone it.
#[cfg(unix)]
pub fn on_signal(restore: impl Fn() + Send + 'static) {
    use signal_hook::consts::signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::iterator::Signals;
    // Where the system refuses, they end the program as they always do.
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        let Some(signal) = signals.forever().next() else { return };
        super::replace::settle();
        restore();
        restore();
        std::process::exit(128 + signal);
    });
}

/// There are none.
#[cfg(not(unix))]
pub fn on_signal(_: impl Fn() + Send + 'static) {}

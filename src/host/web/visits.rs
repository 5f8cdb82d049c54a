//! The connections that are open now.
//!
//! The one idea: the newest is never kept out by those before it, so the oldest is cut where there are too many. Whoever opens
//! many and says nothing keeps nobody from the page.

use std::collections::VecDeque;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections at a time: a browser opens six, and every page that is open keeps one.
const MOST: usize = 64;
/// Threads at a time: one that is cut may take a moment to end.
const MOST_THREADS: usize = 4 * MOST;

/// Every connection, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Visits {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: VecDeque<Open>,
    threads: usize,
    next: u64,
}

#[derive(Debug)]
struct Open {
    number: u64,
    stream: TcpStream,
    is_cut: Arc<AtomicBool>,
}

/// One connection, for as long as a thread has it.
#[derive(Debug)]
pub(super) struct Visit {
    visits: Arc<Visits>,
    number: u64,
    is_cut: Arc<AtomicBool>,
}

impl Visits {
    /// Notes a connection, and cuts the oldest where it is one too many. `None` where too many are still about to end.
    pub(super) fn begin(visits: &Arc<Self>, stream: &TcpStream) -> Option<Visit> {
        let stream = stream.try_clone().ok()?;
        let is_cut = Arc::new(AtomicBool::new(false));
        let mut state = visits.state();
        if state.threads >= MOST_THREADS {
            return None;
        }
        if state.open.len() >= MOST
            && let Some(oldest) = state.open.pop_front()
        {
            oldest.is_cut.store(true, Ordering::Relaxed);
            let _ = oldest.stream.shutdown(Shutdown::Both);
        }
        let number = state.next;
        state.next += 1;
        state.threads += 1;
        state.open.push_back(Open { number, stream, is_cut: Arc::clone(&is_cut) });
        Some(Visit { visits: Arc::clone(visits), number, is_cut })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visit {
    /// Whether it was cut in favour of a newer one.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Relaxed)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let mut state = self.visits.state();
        state.threads -= 1;
        state.open.retain(|one| one.number != self.number);
    }
}

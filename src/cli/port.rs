//! Where a page of this computer is found.

use anyhow::bail;

use crate::host::WebServer;

/// Opens the port that was asked for; else the usual one, or any that is free.
///
/// # Errors
/// The system refused, or somebody else has it.
pub(super) fn open(port: Option<u16>, usual: u16) -> anyhow::Result<WebServer> {
    let at = WebServer::open;
    let opened = match port {
        Some(port) => at(port),
        None => at(usual).or_else(|_| at(0)),
    };
    match opened {
        Ok(server) => Ok(server),
        Err(error) => bail!("--port: the page cannot be opened there ({error}): another port, or none, might do"),
    }
}

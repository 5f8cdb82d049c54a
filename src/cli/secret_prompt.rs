use inquire::{InquireError, Password, PasswordDisplayMode};
use zeroize::Zeroizing;

/// Asks for something that must not be seen. `None`: nothing was typed. Nothing is echoed, not even its length.
///
/// # Errors
/// Ctrl-C, Esc, or no terminal.
pub(super) fn ask(prompt: &str, help: &str) -> Result<Option<Zeroizing<String>>, InquireError> {
    super::terminal::guard();
    let typed = Password::new(prompt)
        .without_confirmation()
        .with_display_mode(PasswordDisplayMode::Hidden)
        .with_formatter(&|_| String::new())
        .with_help_message(help)
        .prompt()?;
    let typed = Zeroizing::new(typed);
    Ok((!typed.trim().is_empty()).then_some(typed))
}

/// Whether the person wants to stop.
pub(super) fn is_stop(error: &InquireError) -> bool {
    matches!(error, InquireError::OperationInterrupted | InquireError::OperationCanceled)
}

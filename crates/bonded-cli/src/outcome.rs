//! What a command comes to.

/// The answer to the question that a command asks; what could not be asked is an [`crate::Error`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// All accepted, ready to close, sound: exit status 0.
    Yes,
    /// Some refused, not ready, not sound: exit status 1.
    No,
}

impl Outcome {
    /// `Yes` if so.
    pub(crate) fn of(yes: bool) -> Outcome {
        if yes { Outcome::Yes } else { Outcome::No }
    }
}

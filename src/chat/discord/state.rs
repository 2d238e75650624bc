//! How the connection to Discord stands.

/// How the connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayState {
    /// Connecting, or reconnecting after a loss; it goes on trying.
    Connecting,
    /// Listening.
    Ready,
    /// Closed, with the reason; it is made anew.
    Lost(String),
    /// Closed for good, with the reason and the way out. Speaking may still work.
    Broken(String),
}

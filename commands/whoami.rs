//! `/whoami`: who the bot takes you for.

command! {
    /// Tell who you are to the bot and what you may do
    "whoami" => WhoAmI needs Anyone {}
}

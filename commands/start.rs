//! `start`: what Telegram says when somebody opens the bot.

command! {
    /// Say hello, and who somebody is to the bot
    "start" => Start needs Anyone, hidden {}
}

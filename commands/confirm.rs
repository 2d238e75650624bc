//! `confirm`: say yes to a question of the bot; only buttons say it.

command! {
    /// Say yes to a question of the bot
    "confirm" => Confirm needs Decide, changing, hidden {
        /// Number of the question
        question: u32 => "Which question?",
    }
}

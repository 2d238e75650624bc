//! `/help`: what can be said.

command! {
    /// List the commands, or explain one
    "help" => Help needs Anyone {
        /// Command to explain, such as release prepare
        command: Option<String> => "Which command?",
    }
}

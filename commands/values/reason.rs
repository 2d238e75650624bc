//! What people say in their own words.

newtype! {
    /// A person's own words, trimmed, never empty, possibly of several lines.
    Reason is Reason, asked "Why?", read by words, phrase
}

newtype! {
    /// A person's own words that let something go which is held otherwise. They are said by name: no other words are taken for
    /// them.
    Waiver is Reason, asked "Why may it go without?", read by words, by_name
}

fn words(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("it is empty; say it in your own words".to_owned()) } else { Ok(text.to_owned()) }
}

//! What people say in their own words.

newtype! {
    /// A person's own words, trimmed, never empty, possibly of several lines.
    Reason is Reason, asked "Why?", read by words, phrase
}

fn words(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("it is empty; say it in your own words".to_owned()) } else { Ok(text.to_owned()) }
}

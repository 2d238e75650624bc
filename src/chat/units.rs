//! How long a text is to both platforms.

/// The length of a text in UTF-16 units: what Telegram counts, and never less than what Discord does.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

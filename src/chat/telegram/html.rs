//! Makes text harmless in Telegram's HTML.

/// Stands unseen between `@` and a name, so that Telegram does not take it for a mention.
const JOINER: char = '\u{2060}';

/// People's text as words: it formats nothing and mentions nobody.
pub(super) fn words(text: &str) -> String {
    let mut calm = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut within_word = false;
    while let Some(letter) = letters.next() {
        calm.push(letter);
        let names = letters.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_');
        // `somebody@example.com` mentions nobody and stays as it is.
        if letter == '@' && names && !within_word {
            calm.push(JOINER);
        }
        within_word = letter.is_alphanumeric() || letter == '_';
    }
    escaped(&calm)
}

/// Text inside `<code>` and `<pre>`, where Telegram looks for no mentions: it can be copied as it is.
pub(super) fn verbatim(text: &str) -> String {
    escaped(text)
}

/// A name in a fixed-width font.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", verbatim(text))
}

/// Strong words.
pub(super) fn bold(text: &str) -> String {
    format!("<b>{}</b>", words(text))
}

/// Words that lead to a page; where `url` is no address of a page, both are shown as words.
pub(super) fn link(text: &str, url: &str) -> String {
    if url.starts_with("https://") || url.starts_with("http://") {
        format!("<a href=\"{}\">{}</a>", escaped(url), words(text))
    } else {
        format!("{} ({})", words(text), words(url))
    }
}

/// A person's name that notifies them.
pub(super) fn mention(name: &str, id: u64) -> String {
    format!("<a href=\"tg://user?id={id}\">{}</a>", words(name))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

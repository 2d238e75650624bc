//! The words in braces that steps may hold, and what they stand for in one release.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Playbook;

/// What the words in braces stand for.
pub type Words = BTreeMap<String, String>;

impl Playbook {
    /// What the words in braces stand for in one release. What follows from the tags and from the project is a sample here,
    /// to be put in its place.
    pub fn words(&self, version: &str, tag: &str, branch: &str, source: &str) -> Words {
        let common = [
            ("version", version),
            ("tag", tag),
            ("branch", branch),
            ("source", source),
            ("production", &self.production),
            ("development", &self.development),
            ("version-file", self.version_files.first().map(|file| file.path.as_str()).unwrap_or_default()),
            ("previous", ""),
            ("previous-tag", ""),
            ("slug", "fix"),
            ("sprint", "1"),
        ];
        let own = self.words.iter().map(|(word, meaning)| (word.clone(), meaning.clone()));
        own.chain(common.map(|(word, meaning)| (word.to_owned(), meaning.to_owned()))).collect()
    }
}

/// Puts words into every text of a value.
pub(super) fn fill(value: &Value, words: &Words) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(fill_text(text, words)?),
        Value::Array(items) => Value::Array(items.iter().map(|item| fill(item, words)).collect::<Result<_, _>>()?),
        Value::Object(fields) => {
            let filled = fields.iter().map(|(name, field)| Ok((name.clone(), fill(field, words)?)));
            Value::Object(filled.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

/// Puts words into a text. `{time}` stays: it is known only when the step runs.
///
/// # Errors
/// A sentence that names a word which means nothing.
pub fn fill_text(text: &str, words: &Words) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (word, after) = after.split_once('}').ok_or_else(|| format!("`{text}` has a `{{` without its `}}`"))?;
        filled.push_str(before);
        match words.get(word) {
            Some(meaning) => filled.push_str(meaning),
            None if word == "time" => filled.push_str("{time}"),
            None => {
                let known = words.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                return Err(format!("`{{{word}}}` in `{text}` means nothing; known are {known} and time"));
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// A few words as a part of a branch's name: `Login is broken!` becomes `login-is-broken`.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().map(|letter| letter.to_ascii_lowercase()) {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 30 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "fix".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_slug_is_a_part_of_a_branch_name() {
        assert_eq!(slug("Login is broken!"), "login-is-broken");
        assert_eq!(slug("  "), "fix");
        assert_eq!(
            slug("\u{1f525}\u{1f525} payments: 50 % fail, since this very morning"),
            "payments-50-fail-since-this-ve"
        );
    }
}

//! Stories: `S-` and digits, which is also the name of a story's branch.

use super::names::shown;

newtype! {
    /// A story's name, in capitals; whether it exists is not known here.
    StoryName is Story, asked "Which story?", read by one
}
newtype! {
    /// One story or several, each once, with a space between them.
    StoryNames is Story, asked "Which stories?", read by several, phrase
}

const MOST: usize = 50;
const MOST_DIGITS: usize = 12;

impl StoryNames {
    /// Each of them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.as_str().split(' ')
    }
}

fn one(text: &str) -> Result<String, String> {
    let name = text.to_uppercase();
    let digits = name.strip_prefix("S-").unwrap_or_default();
    let fits = !digits.is_empty() && digits.len() <= MOST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(name) } else { Err(format!("“{}” is not a story; write one such as S-10001", shown(text))) }
}

fn several(text: &str) -> Result<String, String> {
    let mut names: Vec<String> = vec![];
    for word in text.split(|letter: char| letter.is_whitespace() || letter == ',').filter(|word| !word.is_empty()) {
        let name = one(word)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() {
        0 => one(text),
        1..=MOST => Ok(names.join(" ")),
        count => Err(format!("these are {count} stories; name at most {MOST} at once")),
    }
}

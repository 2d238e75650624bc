//! Commands on buttons: `approve|gate=qa|version=#12`, within what both chats let a button carry.

use super::Invocation;

/// How many bytes a button may carry: Telegram's limit, which is also below Discord's.
pub const BUTTON_BYTES: usize = 64;

impl Invocation {
    /// Writes the command onto a button; none when it has no words or does not fit into [`BUTTON_BYTES`].
    pub fn encode(&self) -> Option<String> {
        self.written().filter(|written| written.len() <= BUTTON_BYTES)
    }

    /// Writes the command as a button would carry it, however long that is; none when it has no words.
    pub fn written(&self) -> Option<String> {
        let mut written = escaped(&self.path, "|\\");
        for (name, value) in &self.args {
            written = written + "|" + &escaped(name, "|=\\") + "=" + &escaped(value, "|\\");
        }
        (!self.path.is_empty()).then_some(written)
    }

    /// Reads a command back from a button; none when no button of ours can have carried this text.
    pub fn decode(carried: &str) -> Option<Self> {
        if carried.len() > BUTTON_BYTES { None } else { Self::read_back(carried) }
    }

    /// Reads back what [`Invocation::written`] wrote.
    pub fn read_back(written: &str) -> Option<Self> {
        if written.is_empty() {
            return None;
        }
        let mut pieces = vec![Piece::default()];
        let mut letters = written.chars();
        while let Some(letter) = letters.next() {
            let piece = pieces.last_mut()?;
            match letter {
                '|' => pieces.push(Piece::default()),
                '=' if piece.value.is_none() => piece.value = Some(String::new()),
                '\\' => piece.push(letters.next()?),
                letter => piece.push(letter),
            }
        }
        let mut pieces = pieces.into_iter();
        let path = pieces.next()?.whole();
        let args = pieces.map(|piece| Some((piece.name, piece.value?))).collect::<Option<Vec<_>>>()?;
        (!path.is_empty()).then_some(Self { path, args })
    }
}

#[derive(Default)]
struct Piece {
    name: String,
    value: Option<String>,
}

impl Piece {
    fn push(&mut self, letter: char) {
        self.value.as_mut().unwrap_or(&mut self.name).push(letter);
    }

    fn whole(self) -> String {
        match self.value {
            Some(value) => self.name + "=" + &value,
            None => self.name,
        }
    }
}

fn escaped(text: &str, special: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if special.contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

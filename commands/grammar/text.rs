//! Commands as people type them: `/release prepare api bump=minor dry-run`.
//!
//! A value without a name goes to the first argument not given yet that can be read from it, so `2.2.0` finds the
//! version and `minor` the bump. A person's own words need no quotes: they go on until an argument is named. Who quotes
//! them at the end of the line may say the rest before: `/freeze start api until Mon 11:00 "the quarter ends"`.

use super::lookup::{self, resolve};
use super::tokens::{Token, tokens};
use super::{ArgKind, ArgSpec, CommandSpec, Invocation, UsageError};

/// Reads a typed line. None when it is not a command, or is addressed to another bot.
///
/// What is missing or cannot be read is left for [`Command::read`](crate::Command::read) to say.
pub fn parse_text(text: &str, bot_name: &str) -> Option<Result<Invocation, UsageError>> {
    let line = text.trim().strip_prefix('/')?;
    let (head, rest) = line.split_at(line.find(char::is_whitespace).unwrap_or(line.len()));
    let (name, addressee) = head.split_once('@').map_or((head, None), |(name, bot)| (name, Some(bot)));
    let bot_name = bot_name.trim_start_matches('@');
    if addressee.is_some_and(|bot| !bot.eq_ignore_ascii_case(bot_name)) {
        return None;
    }
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    Some(read_line(name, rest))
}

fn read_line(name: &str, rest: &str) -> Result<Invocation, UsageError> {
    let name = name.to_lowercase();
    let said = tokens(rest);
    let (command, said) = match lookup::words_of(&name).collect::<Vec<_>>().as_slice() {
        // Telegram itself says this when a person opens the bot, with or without a word from the link.
        ["start"] => (lookup::spec("start").ok_or_else(|| lookup::unknown("start"))?, [].as_slice()),
        // A group alone asks what can be done.
        ["release"] if said.is_empty() => {
            (lookup::spec("release").ok_or_else(|| lookup::unknown("release"))?, [].as_slice())
        }
        [first] => {
            let second = said.first().filter(|token| token.name.is_none() && !token.quoted);
            let second = second.map(|token| token.value.to_lowercase());
            let (command, took_second) = resolve(first, second.as_deref())?;
            (command, said.get(usize::from(took_second)..).unwrap_or_default())
        }
        _ => (lookup::find(&name)?, said.as_slice()),
    };
    Reader { command, line: rest, said, heard: Invocation::new(command.path) }.read()
}

struct Reader<'line> {
    command: &'static CommandSpec,
    line: &'line str,
    said: &'line [Token],
    heard: Invocation,
}

impl Reader<'_> {
    fn read(mut self) -> Result<Invocation, UsageError> {
        let mut at = 0;
        while let Some(token) = self.said.get(at) {
            at = self.take(at, token)?;
        }
        Ok(self.heard)
    }

    /// Takes the token at `at`, and whatever belongs to it; tells where to go on.
    fn take(&mut self, at: usize, token: &Token) -> Result<usize, UsageError> {
        if let Some((flag, end)) = self.flag(at) {
            let arg = self.command.arg(flag).ok_or_else(|| self.unexpected(flag, None))?;
            let value = if token.name.is_some() { token.value.clone() } else { "true".to_owned() };
            self.give(arg, value)?;
            return Ok(end);
        }
        if let Some(arg) = self.keyword(at) {
            let value = self.words(at + 1, self.phrase_end(at + 1));
            let quoted = self.said.get(at + 1).filter(|next| next.quoted && next.name.is_none());
            self.give(arg, quoted.map_or(value, |next| next.value.clone()))?;
            return Ok(quoted.map_or_else(|| self.phrase_end(at + 1), |_| at + 2));
        }
        if let Some(name) = &token.name {
            if let Some(arg) = self.command.arg(name) {
                return self.take_value(arg, at, token);
            }
            let did_you_mean = lookup::nearest_arg(self.command, name);
            let free_words = self.target(&token.value).is_some_and(|arg| arg.phrase);
            if did_you_mean.is_some() || !free_words {
                return Err(self.unexpected(name, did_you_mean));
            }
        }
        match self.before_quoted(at).or_else(|| self.target(&token.value)) {
            Some(arg) => self.take_value(arg, at, token),
            None => Err(self.unexpected(&token.value, None)),
        }
    }

    fn take_value(&mut self, arg: &'static ArgSpec, at: usize, token: &Token) -> Result<usize, UsageError> {
        let named = token.name.as_deref() == Some(arg.name);
        let quoted = token.quoted && (named || token.name.is_none());
        let end = if arg.phrase && !quoted { self.phrase_end(at + 1) } else { at + 1 };
        let value = if quoted {
            token.value.clone()
        } else {
            let start = if named { token.value_start } else { token.span.start };
            let stop = self.said.get(end - 1).map_or(start, |last| last.span.end);
            self.line.get(start..stop).unwrap_or_default().trim().to_owned()
        };
        if value.is_empty() && !quoted {
            return Err(UsageError::Invalid { arg, problem: format!("nothing comes after {}=", arg.name) });
        }
        self.give(arg, value)?;
        Ok(end)
    }

    /// The argument that the word at `at` introduces, if something follows that it can introduce.
    fn keyword(&self, at: usize) -> Option<&'static ArgSpec> {
        let token = self.said.get(at).filter(|token| token.name.is_none() && !token.quoted)?;
        let arg = self.command.args.iter().find(|arg| arg.keyword && token.value.eq_ignore_ascii_case(arg.name))?;
        let follows = self.said.get(at + 1).is_some_and(|next| next.name.is_none());
        (follows && self.heard.arg(arg.name).is_none()).then_some(arg)
    }

    /// The quoted words that end the line, apart from what is named, when everything before them finds an argument of its
    /// own: single words for single values, and what a keyword introduces.
    fn closing_quote(&self) -> Option<usize> {
        if !self.command.args.iter().any(|arg| arg.keyword) {
            return None;
        }
        let unnamed = |at: &usize| self.said.get(*at).is_some_and(|token| token.name.is_none());
        let last = (0..self.said.len()).rfind(|at| unnamed(at) && self.flag(*at).is_none())?;
        self.said.get(last).filter(|token| token.quoted)?;
        let introduced = (0..last).find(|at| {
            let word = |token: &Token| token.name.is_none() && !token.quoted;
            let introduces = |token: &Token| {
                self.command.args.iter().any(|arg| arg.keyword && token.value.eq_ignore_ascii_case(arg.name))
            };
            self.said.get(*at).is_some_and(|token| word(token) && introduces(token))
        });
        let words = self.said.get(..introduced.unwrap_or(last))?.iter().filter(|token| token.name.is_none());
        let words: Vec<&Token> = words.collect();
        let named = |arg: &ArgSpec| self.said.iter().any(|token| token.name.as_deref() == Some(arg.name));
        let singles = self.command.args.iter().filter(|arg| !arg.phrase && arg.kind != ArgKind::Flag && !named(arg));
        let fits = words.iter().all(|word| !word.quoted && singles.clone().any(|arg| arg.accepts(&word.value)));
        (fits && words.len() <= singles.clone().count()).then_some(last)
    }

    /// The argument of a single word that stands before quoted words at the end of the line.
    fn before_quoted(&self, at: usize) -> Option<&'static ArgSpec> {
        let quote = self.closing_quote().filter(|quote| at < *quote)?;
        let token = self.said.get(at).filter(|token| !token.quoted && quote > at)?;
        let single = |arg: &&ArgSpec| !arg.phrase && arg.kind != ArgKind::Flag && self.heard.arg(arg.name).is_none();
        self.command.args.iter().filter(single).find(|arg| arg.accepts(&token.value))
    }

    fn words(&self, from: usize, end: usize) -> String {
        let start = self.said.get(from).map_or(0, |first| first.span.start);
        let stop = self.said.get(end.saturating_sub(1)).map_or(start, |last| last.span.end);
        self.line.get(start..stop).unwrap_or_default().trim().to_owned()
    }

    /// Where somebody's own words end: at the next argument that is named or introduced, at quoted words that end the
    /// line, at the end of the line, and before a flag that closes them.
    fn phrase_end(&self, from: usize) -> usize {
        let quote = self.closing_quote();
        let names_another = |at: &usize| {
            if Some(*at) == quote || self.keyword(*at).is_some() {
                return true;
            }
            let name = self.said.get(*at).and_then(|token| token.name.as_deref());
            name.is_some_and(|name| self.command.arg(name).is_some() || self.flag(*at).is_some())
        };
        let end = (from..self.said.len()).find(names_another).unwrap_or(self.said.len());
        let closes = |at: &usize| self.flag(*at).is_some_and(|(_, flag_end)| flag_end == end);
        (end.saturating_sub(2).max(from)..end).find(closes).unwrap_or(end)
    }

    /// The flag said at `at`, as `dry-run`, `dry run` or `dry-run=yes`, and where it ends. A changing command also
    /// hears the flags of others, to refuse them: somebody who asks for a dry run must not get the real thing.
    fn flag(&self, at: usize) -> Option<(&'static str, usize)> {
        let word = |at: usize| self.said.get(at).filter(|token| token.name.is_none() && !token.quoted);
        let meant = |said: &str| {
            let own = lookup::flag_of(self.command, said);
            own.or_else(|| lookup::flag_of_any(said).filter(|_| self.command.changing))
        };
        if let Some(name) = self.said.get(at).and_then(|token| token.name.as_deref()) {
            return meant(name).map(|flag| (flag, at + 1));
        }
        let first = word(at)?;
        let alone = meant(&first.value).map(|flag| (flag, at + 1));
        alone.or_else(|| Some((meant(&format!("{}{}", first.value, word(at + 1)?.value))?, at + 2)))
    }

    /// The argument that a value without a name is for.
    fn target(&self, value: &str) -> Option<&'static ArgSpec> {
        let open = || {
            let args = self.command.args.iter();
            args.filter(|arg| arg.kind != ArgKind::Flag && !arg.by_name && self.heard.arg(arg.name).is_none())
        };
        let chosen = open().find(|arg| matches!(arg.kind, ArgKind::Choice(_)) && arg.accepts(value));
        chosen.or_else(|| open().find(|arg| arg.accepts(value))).or_else(|| open().next())
    }

    fn give(&mut self, arg: &'static ArgSpec, value: String) -> Result<(), UsageError> {
        if self.heard.arg(arg.name).is_some() {
            return Err(UsageError::Invalid { arg, problem: "it is given twice; say it once".to_owned() });
        }
        self.heard.args.push((arg.name.to_owned(), value));
        Ok(())
    }

    fn unexpected(&self, arg: &str, did_you_mean: Option<&'static str>) -> UsageError {
        UsageError::Unexpected { command: self.command, arg: arg.to_owned(), did_you_mean }
    }
}

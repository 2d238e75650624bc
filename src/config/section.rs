//! Reads a table of the file key by key, noting whatever is wrong instead of stopping at it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    str::FromStr,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::source::Source;
use crate::domain::nearest::nearest;

/// A value and the byte at which it starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<T> {
    /// The value.
    pub value: T,
    /// The byte.
    pub at: usize,
}

/// A table of the file. Keys that were never asked for are unknown keys.
pub(super) struct Section<'a> {
    /// The file.
    pub source: &'a Source<'a>,
    /// Where the table starts.
    pub at: usize,
    name: String,
    table: &'a DeTable<'a>,
    asked: BTreeSet<&'static str>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(super) fn whole(source: &'a Source<'a>, table: &'a DeTable<'a>) -> Self {
        Self { source, at: 0, name: String::new(), table, asked: BTreeSet::new() }
    }

    /// The table's name as it stands in the file, such as `[projects.api]`.
    pub(super) fn title(&self) -> String {
        if self.name.is_empty() { "the file".into() } else { format!("[{}]", self.name) }
    }

    /// Whether the key is written.
    pub(super) fn has(&mut self, key: &'static str) -> bool {
        self.raw(key).is_some()
    }

    /// Notes a problem unless the key is written; `example` is what one would write.
    pub(super) fn require(&mut self, key: &'static str, example: &str) {
        if !self.has(key) {
            self.source.problem(self.at, format!("`{key}` is missing in {}; write `{example}`", self.title()));
        }
    }

    /// Text.
    pub(super) fn text(&mut self, key: &'static str) -> Option<At<&'a str>> {
        let found = self.raw(key)?;
        self.text_of(key, found)
    }

    /// Text of a certain form; `form` answers with a sentence when it has another.
    pub(super) fn read<T>(&mut self, key: &'static str, form: impl Fn(&str) -> Result<T, String>) -> Option<At<T>> {
        let text = self.text(key)?;
        self.formed(text, form)
    }

    /// A list of texts of a certain form.
    pub(super) fn list<T>(&mut self, key: &'static str, form: impl Fn(&str) -> Result<T, String>) -> Vec<At<T>> {
        let texts: Vec<_> = self.items(key).into_iter().filter_map(|item| self.text_of(key, item)).collect();
        texts.into_iter().filter_map(|text| self.formed(text, &form)).collect()
    }

    /// A text of a certain form, or a list of such.
    pub(super) fn each<T>(&mut self, key: &'static str, form: impl Fn(&str) -> Result<T, String>) -> Vec<At<T>> {
        match self.raw(key).map(|found| found.value) {
            Some(DeValue::Array(_)) => self.list(key, form),
            Some(_) => self.read(key, form).into_iter().collect(),
            None => vec![],
        }
    }

    /// An id, or a list of ids.
    pub(super) fn each_id<T: FromStr>(&mut self, key: &'static str) -> Vec<At<T>> {
        match self.raw(key).map(|found| found.value) {
            Some(DeValue::Array(_)) => self.ids(key),
            Some(_) => self.id(key).into_iter().collect(),
            None => vec![],
        }
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, key: &'static str, otherwise: bool) -> bool {
        let Some(found) = self.raw(key) else { return otherwise };
        if let DeValue::Boolean(flag) = found.value {
            return *flag;
        }
        self.wrong_type(key, found, "yes or no", "write `true` or `false`");
        otherwise
    }

    /// An id, written as a number or as text.
    pub(super) fn id<T: FromStr>(&mut self, key: &'static str) -> Option<At<T>> {
        let found = self.raw(key)?;
        self.id_of(key, found)
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, key: &'static str, within: RangeInclusive<usize>) -> Option<usize> {
        let found = self.raw(key)?;
        let number = match found.value {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| within.contains(number));
        if number.is_none() {
            let (least, most) = (within.start(), within.end());
            self.source.problem(found.at, format!("`{key}` must be a number from {least} to {most}, without quotes"));
        }
        number
    }

    /// A list of ids.
    pub(super) fn ids<T: FromStr>(&mut self, key: &'static str) -> Vec<At<T>> {
        self.items(key).into_iter().filter_map(|item| self.id_of(key, item)).collect()
    }

    /// A table.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Self> {
        let (key_at, found) = self.entry(key)?;
        self.table_of(key, key, At { value: found.value, at: key_at })
    }

    /// The tables of a table, such as the projects in `[projects]`, with their names, in the order of the file.
    pub(super) fn sections(&mut self, key: &'static str) -> Vec<(At<&'a str>, Self)> {
        let Some(outer) = self.section(key) else { return Vec::new() };
        let mut entries: Vec<_> = outer.table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let inner = entries.into_iter().filter_map(|(name, value)| {
            let name = At { at: name.span().start, value: name.get_ref().as_ref() };
            let section = outer.table_of(name.value, name.value, At { value: value.get_ref(), at: name.at })?;
            Some((name, section))
        });
        inner.collect()
    }

    /// The tables of a list, such as `[[people]]`.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<Self> {
        let items = self.items(key);
        items.into_iter().filter_map(|item| self.table_of(key, &format!("[{key}]"), item)).collect()
    }

    /// The texts of a table whose keys are not known beforehand.
    pub(super) fn texts(&mut self, key: &'static str) -> BTreeMap<String, At<String>> {
        let Some(inner) = self.section(key) else { return BTreeMap::new() };
        let text = |(name, value): (&Spanned<_>, &'a Spanned<DeValue<'a>>)| {
            let name: &std::borrow::Cow<'_, str> = name.get_ref();
            let text = inner.text_of(name, at(value))?;
            Some((name.clone().into_owned(), At { at: text.at, value: text.value.to_owned() }))
        };
        inner.table.iter().filter_map(text).collect()
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        for key in self.table.keys().filter(|key| !self.asked.contains(key.get_ref().as_ref())) {
            let (at, key) = (key.span().start, key.get_ref());
            let known: Vec<String> = self.asked.iter().map(|key| format!("`{key}`")).collect();
            let way_out = match nearest(key, self.asked.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("write one of {}", known.join(", ")),
            };
            self.source.problem(at, format!("`{key}` is not known in {}; {way_out}", self.title()));
        }
    }

    /// The value as it stands in the file.
    pub(super) fn raw(&mut self, key: &'static str) -> Option<At<&'a DeValue<'a>>> {
        Some(self.entry(key)?.1)
    }

    /// Notes that a value is of another type than it should be, without showing it.
    pub(super) fn wrong_type(&self, key: &str, found: At<&DeValue<'_>>, wanted: &str, way_out: &str) {
        let is = match found.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "yes or no",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.source.problem(found.at, format!("`{key}` must be {wanted}, not {is}; {way_out}"));
    }

    fn entry(&mut self, key: &'static str) -> Option<(usize, At<&'a DeValue<'a>>)> {
        self.asked.insert(key);
        let (written, value) = self.table.iter().find(|(written, _)| written.get_ref() == key)?;
        Some((written.span().start, at(value)))
    }

    fn items(&mut self, key: &'static str) -> Vec<At<&'a DeValue<'a>>> {
        match self.raw(key) {
            Some(At { value: DeValue::Array(items), .. }) => items.iter().map(at).collect(),
            Some(found) => {
                self.wrong_type(key, found, "a list", "put it in `[` and `]`");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn text_of(&self, key: &str, found: At<&'a DeValue<'a>>) -> Option<At<&'a str>> {
        if let DeValue::String(text) = found.value {
            return Some(At { value: text, at: found.at });
        }
        self.wrong_type(key, found, "text", "put it in quotes");
        None
    }

    fn id_of<T: FromStr>(&self, key: &str, found: At<&DeValue<'_>>) -> Option<At<T>> {
        let digits = match found.value {
            DeValue::String(text) => text.as_ref(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => "",
        };
        let id = digits.parse().ok();
        if id.is_none() {
            self.source.problem(found.at, format!("`{key}` must be an id; write its digits, such as `\"100200300\"`"));
        }
        Some(At { value: id?, at: found.at })
    }

    fn formed<T>(&self, text: At<&str>, form: impl Fn(&str) -> Result<T, String>) -> Option<At<T>> {
        let formed = form(text.value).map_err(|sentence| self.source.problem(text.at, sentence));
        Some(At { value: formed.ok()?, at: text.at })
    }

    fn table_of(&self, key: &str, name: &str, found: At<&'a DeValue<'a>>) -> Option<Self> {
        let name = if self.name.is_empty() { name.to_owned() } else { format!("{}.{name}", self.name) };
        if let DeValue::Table(table) = found.value {
            return Some(Self { source: self.source, at: found.at, name, table, asked: BTreeSet::new() });
        }
        self.wrong_type(key, found, "a table", &format!("write its keys below a line `[{name}]`"));
        None
    }
}

fn at<'a>(value: &'a Spanned<DeValue<'a>>) -> At<&'a DeValue<'a>> {
    At { value: value.get_ref(), at: value.span().start }
}

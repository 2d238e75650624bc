//! Files in which the version stands: each is read and written as what it is, and nothing but the version changes.

mod both;
mod cargo;
mod chart;
mod form;
mod gather;
mod gradle;
mod kin;
mod maven;
mod named;
mod npm;
mod pattern;
mod pyproject;
#[cfg(test)]
mod tests;
mod toml_text;

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::{Scheme, Version};
use form::FileForm;
use kin::Kin;

pub use both::with_the_greater;
pub use named::named;

/// A file in which the version stands, as a playbook names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionedFile {
    /// Its path in the repository.
    pub path: String,
    /// Where the version stands in it, as a regular expression with one group; without one, its name says what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

/// Why a version file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMistake {
    /// Its path.
    pub path: String,
    /// What is wrong with it, as the end of a sentence.
    pub words: String,
}

/// A version file and what it holds.
pub type FileWithText = (VersionedFile, String);

impl VersionedFile {
    /// A file whose name says what it is.
    pub fn at(path: impl Into<String>) -> Self {
        Self { path: path.into(), pattern: None }
    }

    /// Whether it says the version. A lock file repeats what others say.
    pub fn says_version(&self) -> bool {
        !matches!(FileForm::of(self), FileForm::CargoLock | FileForm::NpmLock)
    }

    /// Whether it may be made where there is none: the version is all that it holds.
    pub fn can_be_made(&self) -> bool {
        FileForm::of(self) == FileForm::Plain
    }

    fn spots(&self, text: &str, kin: &Kin) -> Result<Vec<Range<usize>>, String> {
        // A byte order mark is no part of what is read, and stays.
        let mark = text.len() - without_mark(text).len();
        let bare = without_mark(text);
        let spots = match FileForm::of(self) {
            FileForm::Plain => std::iter::once(plain(bare)).collect(),
            FileForm::Pattern(pattern) => pattern::spots(pattern, bare)?,
            FileForm::CargoManifest => cargo::manifest(bare)?,
            FileForm::CargoLock => cargo::lock(bare, kin)?,
            FileForm::NpmManifest => npm::manifest(bare)?,
            FileForm::NpmLock => npm::lock(bare, &self.path, kin)?,
            FileForm::Pyproject => pyproject::spots(bare)?,
            FileForm::Maven => maven::spots(bare, kin)?,
            FileForm::Gradle => gradle::spots(bare)?,
            FileForm::Chart => chart::spots(bare)?,
        };
        Ok(spots.into_iter().map(|spot| spot.start + mark..spot.end + mark).collect())
    }

    /// The one version that stands in it.
    fn read(&self, text: &str, scheme: &Scheme, kin: &Kin) -> Result<Version, String> {
        if FileForm::of(self) == FileForm::Plain {
            return scheme.read_file(text);
        }
        let mut first: Option<(usize, Version)> = None;
        for spot in self.spots(text, kin)? {
            let (line, held) = (line_of(text, spot.start), text.get(spot).unwrap_or_default());
            let version = scheme.read(held).map_err(|_| {
                let example = scheme.example();
                format!("line {line} holds {:?} where a version such as {example} should stand", shortened(held))
            })?;
            match &first {
                Some((at, other)) if *other != version => {
                    return Err(format!(
                        "line {at} says {other} and line {line} says {version}: make them agree, or say by `pattern` which \
                         of them is meant"
                    ));
                }
                Some(_) => {}
                None => first = Some((line, version)),
            }
        }
        first.map(|(_, version)| version).ok_or_else(|| "no version stands in it".to_owned())
    }

    fn written(&self, text: &str, version: &Version, kin: &Kin) -> Result<String, String> {
        let mut spots = self.spots(text, kin)?;
        spots.sort_by_key(|spot| spot.start);
        spots.dedup();
        let mut new = text.to_owned();
        for spot in spots.into_iter().rev() {
            let v = text.get(spot.clone()).filter(|held| held.starts_with('v')).map_or("", |_| "v");
            new.replace_range(spot, &format!("{v}{version}"));
        }
        Ok(new)
    }
}

/// The version that these files say, all the same.
///
/// # Errors
/// The first file that says none, or another one.
pub fn current(files: &[FileWithText], scheme: &Scheme) -> Result<Version, FileMistake> {
    let kin = gather::kin(files);
    let mut first: Option<(&str, Version)> = None;
    for (file, text) in files.iter().filter(|(file, _)| file.says_version()) {
        let mistake = |words| FileMistake { path: file.path.clone(), words };
        let version = file.read(text, scheme, &kin).map_err(mistake)?;
        match &first {
            Some((path, other)) if *other != version => {
                return Err(mistake(format!("it says {version}, but {path} says {other}")));
            }
            Some(_) => {}
            None => first = Some((&file.path, version)),
        }
    }
    let none = || FileMistake {
        path: files.first().map(|(file, _)| file.path.clone()).unwrap_or_default(),
        words: "no version stands in it".to_owned(),
    };
    first.map(|(_, version)| version).ok_or_else(none)
}

/// What the files hold, by path, once this version has been written into each.
///
/// # Errors
/// The first file in which there is no place for it.
pub fn written(files: &[FileWithText], version: &Version) -> Result<BTreeMap<String, String>, FileMistake> {
    let kin = gather::kin(files);
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (file, text) in files {
        // A file may be named twice, with two patterns.
        let text = texts.get(&file.path).unwrap_or(text);
        let new = match file.can_be_made() && without_mark(text).trim().is_empty() {
            true => format!("{version}\n"),
            false => {
                file.written(text, version, &kin).map_err(|words| FileMistake { path: file.path.clone(), words })?
            }
        };
        texts.insert(file.path.clone(), new);
    }
    Ok(texts)
}

/// The text without the byte order mark that some editors put before it.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A file that holds nothing else: all but the white space around it.
fn plain(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The place of a part within the whole that it was cut from.
fn place_of(part: &str, whole: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    start..start + part.len()
}

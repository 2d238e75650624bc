//! `package.json` and `package-lock.json`: read as JSON, written by place.

use std::{collections::BTreeMap, ops::Range};

use serde_json::value::RawValue;

use super::{form::folder_of, kin::Kin, place_of};

/// The fields of an object, as they are written.
type Fields<'t> = BTreeMap<String, &'t RawValue>;

/// The package's version.
pub(super) fn manifest(text: &str) -> Result<Vec<Range<usize>>, String> {
    let fields = fields(text)?;
    let version = fields.get("version").ok_or("it has no `version`")?;
    Ok(vec![inside(text, version)?])
}

/// The versions of the packages themselves: at the top, and in `packages` under the folder of each.
pub(super) fn lock(text: &str, path: &str, kin: &Kin) -> Result<Vec<Range<usize>>, String> {
    let whole = fields(text)?;
    let mut folders: Vec<&str> = kin.folders.iter().filter_map(|folder| below(folder, folder_of(path))).collect();
    if folders.is_empty() {
        folders.push("");
    }
    let mut spots = vec![];
    if let Some(version) = whole.get("version").filter(|_| folders.contains(&"")) {
        spots.push(inside(text, version)?);
    }
    let packages = whole.get("packages").map(|packages| fields(packages.get())).transpose()?.unwrap_or_default();
    for package in folders.iter().filter_map(|folder| packages.get(*folder)) {
        if let Some(version) = fields(package.get())?.get("version") {
            spots.push(inside(text, version)?);
        }
    }
    if spots.is_empty() {
        return Err("the version of the package itself does not stand in it: leave it out of `version-file`".to_owned());
    }
    Ok(spots)
}

/// The way from a folder down to another, if there is one.
fn below<'f>(folder: &'f str, top: &str) -> Option<&'f str> {
    match folder.strip_prefix(top)? {
        rest if top.is_empty() || rest.is_empty() => Some(rest),
        rest => rest.strip_prefix('/'),
    }
}

fn fields(text: &str) -> Result<Fields<'_>, String> {
    serde_json::from_str(text).map_err(|mistake| format!("it is no JSON that could be read: {mistake}"))
}

fn inside(text: &str, value: &RawValue) -> Result<Range<usize>, String> {
    let place = place_of(value.get(), text);
    let bare = value.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let bare = bare.filter(|bare| !bare.contains('\\') && !bare.is_empty());
    bare.map(|bare| place_of(bare, text))
        .ok_or_else(|| format!("line {} holds no version as a plain text", super::line_of(text, place.start)))
}

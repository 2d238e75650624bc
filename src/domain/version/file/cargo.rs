//! `Cargo.toml` and `Cargo.lock`.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{
    kin::Kin,
    toml_text::{Placed, find, inside, parsed, text_of},
};

const OWN: [&str; 2] = ["package", "version"];
const SHARED: [&str; 3] = ["workspace", "package", "version"];

/// The package's version, and the one that a workspace shares with its members.
pub(super) fn manifest(text: &str) -> Result<Vec<Range<usize>>, String> {
    let table = parsed(text)?;
    let (own, shared) = (find(&table, &OWN), find(&table, &SHARED));
    let takes_over = own.is_some_and(|own| matches!(own.get_ref(), DeValue::Table(_)));
    if takes_over && shared.is_none() {
        return Err("its version is its workspace's: name the Cargo.toml of the workspace instead".to_owned());
    }
    let places: Vec<&Placed<'_>> = own.filter(|_| !takes_over).into_iter().chain(shared).collect();
    if places.is_empty() {
        return Err("neither [package] nor [workspace.package] has a version in it".to_owned());
    }
    places.into_iter().map(|place| inside(text, place)).collect()
}

/// The package's name, if the version is its own or its workspace's.
pub(super) fn name(text: &str) -> Option<String> {
    let table = parsed(text).ok()?;
    find(&table, &OWN)?;
    find(&table, &["package", "name"]).and_then(text_of).map(str::to_owned)
}

/// The version that a workspace shares with its members.
pub(super) fn shared(text: &str) -> Option<String> {
    let table = parsed(text).ok()?;
    find(&table, &SHARED).and_then(text_of).map(str::to_owned)
}

/// The versions of the packages themselves: never those of what they depend on.
pub(super) fn lock(text: &str, kin: &Kin) -> Result<Vec<Range<usize>>, String> {
    let table = parsed(text)?;
    let own: Vec<(&str, &Placed<'_>)> = packages(&table).filter_map(|package| own(package, kin)).collect();
    if own.is_empty() {
        return Err("the version of the package itself does not stand in it: leave it out of `version-file`".to_owned());
    }
    let mut spots = own.iter().map(|(_, version)| inside(text, version)).collect::<Result<Vec<_>, _>>()?;
    // Where two packages have one name, those that depend on them say which.
    for named in packages(&table).filter_map(|package| find(package, &["dependencies"])) {
        let DeValue::Array(named) = named.get_ref() else { continue };
        for dependency in named.iter().filter(|dependency| text_of(dependency).is_some()) {
            let words = text_of(dependency).and_then(|words| words.split_once(' '));
            let Some((name, version)) = words else { continue };
            if own.iter().any(|(known, at)| *known == name && text_of(at) == Some(version)) {
                let whole = inside(text, dependency)?;
                spots.push(whole.end - version.len()..whole.end);
            }
        }
    }
    Ok(spots)
}

fn packages<'t, 'i>(table: &'t DeTable<'i>) -> impl Iterator<Item = &'t DeTable<'i>> {
    let list = find(table, &["package"]).and_then(|packages| match packages.get_ref() {
        DeValue::Array(list) => Some(list.iter()),
        _ => None,
    });
    list.into_iter().flatten().filter_map(|package| match package.get_ref() {
        DeValue::Table(package) => Some(package),
        _ => None,
    })
}

/// The name and the version of a package that is ours: it has no source, and is named by a version file or takes over the
/// version of the workspace.
fn own<'t, 'i>(package: &'t DeTable<'i>, kin: &Kin) -> Option<(&'t str, &'t Placed<'i>)> {
    let name = find(package, &["name"]).and_then(text_of)?;
    let version = find(package, &["version"])?;
    let takes_over = kin.shared.is_some() && kin.shared.as_deref() == text_of(version);
    (find(package, &["source"]).is_none() && (kin.crates.contains(name) || takes_over)).then_some((name, version))
}

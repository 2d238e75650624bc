//! `pom.xml`: read by place. Its version, a property that it stands for, and what a child repeats of its parent.

use std::ops::Range;

use super::{kin::Kin, place_of};

/// Where they stand.
pub(super) fn spots(text: &str, kin: &Kin) -> Result<Vec<Range<usize>>, String> {
    let texts = texts(text)?;
    let at = |path: &str| texts.iter().find(|(known, _)| known == path).map(|(_, text)| *text);
    let ours = at("project/parent/artifactId").is_some_and(|parent| kin.artifacts.contains(parent));
    let own = match at("project/version").map(|own| (own, property(own))) {
        Some((_, Some(name))) => Some(at(&format!("project/properties/{name}")).ok_or_else(|| {
            format!("its version is ${{{name}}}, and it has no such property: name the pom.xml that has it")
        })?),
        Some((own, None)) => Some(own),
        None => None,
    };
    let repeated = at("project/parent/version").filter(|repeated| ours && property(repeated).is_none());
    let found: Vec<&str> = own.into_iter().chain(repeated).collect();
    if found.is_empty() {
        return Err(
            "its version is its parent's: name the pom.xml of the parent, before this one or instead".to_owned()
        );
    }
    Ok(found.into_iter().map(|found| place_of(found, text)).collect())
}

/// The artifact that it describes.
pub(super) fn artifact(text: &str) -> Option<String> {
    let mut texts = texts(text).ok()?.into_iter();
    texts.find_map(|(path, text)| (path == "project/artifactId").then(|| text.to_owned()))
}

/// The name of the property that a version stands for.
fn property(version: &str) -> Option<&str> {
    version.strip_prefix("${")?.strip_suffix('}').filter(|name| !name.contains('$'))
}

/// Every text with the elements around it, in order. Comments are none.
fn texts(text: &str) -> Result<Vec<(String, &str)>, String> {
    let (mut rest, mut around, mut found) = (text, Vec::<&str>::new(), vec![]);
    while let Some((held, tag)) = rest.split_once('<') {
        if !held.trim().is_empty() {
            found.push((around.join("/"), held.trim()));
        }
        let line = || super::line_of(text, place_of(tag, text).start);
        let endless = || format!("line {}: what begins there has no end", line());
        rest = if tag.starts_with("!--") {
            tag.split_once("-->").ok_or_else(endless)?.1
        } else if let Some(data) = tag.strip_prefix("![CDATA[") {
            let (data, after) = data.split_once("]]>").ok_or_else(endless)?;
            found.push((around.join("/"), data.trim()));
            after
        } else if tag.starts_with('?') {
            tag.split_once("?>").ok_or_else(endless)?.1
        } else if tag.starts_with('!') {
            let end = if tag.split('>').next().is_some_and(|head| head.contains('[')) { "]>" } else { ">" };
            tag.split_once(end).ok_or_else(endless)?.1
        } else {
            let (inside, after) = element(tag).ok_or_else(endless)?;
            let name = inside.split([' ', '\t', '\r', '\n', '/']).find(|word| !word.is_empty()).unwrap_or_default();
            if inside.starts_with('/') {
                if around.pop() != Some(name) {
                    return Err(format!("line {}: </{name}> ends what does not begin there", line()));
                }
            } else if !inside.ends_with('/') {
                around.push(name);
            }
            after
        };
    }
    match around.last() {
        Some(open) => Err(format!("<{open}> has no end")),
        None => Ok(found),
    }
}

/// A tag up to its end, which no quoted `>` is, and what comes after it.
fn element(tag: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, letter) in tag.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some((tag.get(..at)?, tag.get(at + 1..)?)),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

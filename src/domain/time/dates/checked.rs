//! Finds what is wrong with the dates of a playbook before anything depends on them.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono_tz::Tz;

use super::{DateSpec, follow};
use crate::domain::time::{holidays::Holidays, offset::Offset, schedule::Schedule};

/// Checks the dates of a playbook.
///
/// # Errors
/// The first mistake, as a sentence that names the date and the way out.
pub fn check(specs: &[DateSpec]) -> Result<(), String> {
    for (index, spec) in specs.iter().enumerate() {
        one(specs, index, spec).map_err(|mistake| format!("date `{}`: {mistake}", spec.name))?;
    }
    let first = specs.iter().position(|spec| spec.cron.is_some());
    let starting: Vec<(usize, &DateSpec)> = specs.iter().enumerate().filter(|(_, spec)| spec.starts).collect();
    match starting.as_slice() {
        [_, (_, second), ..] => {
            return Err(format!("date `{}`: only one date begins a release; take `starts` out", second.name));
        }
        [(only, DateSpec { name, .. })] if first != Some(*only) => {
            return Err(format!("date `{name}`: the date that starts a release is the first with `cron`; move it up"));
        }
        _ => {}
    }
    // Whether everything that follows has something to follow does not depend on when that is.
    let known = specs.iter().filter(|spec| spec.cron.is_some());
    let mut dates = known.map(|spec| (spec.name.clone(), DateTime::UNIX_EPOCH)).collect();
    follow(specs, Tz::UTC, &Holidays::default(), &BTreeMap::new(), &mut dates)
}

fn one(specs: &[DateSpec], index: usize, spec: &DateSpec) -> Result<(), String> {
    let letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if spec.name.is_empty() || spec.name.len() > 30 || !spec.name.chars().all(letter) {
        return Err("this cannot be a name; write 1 to 30 of `a-z`, `0-9` and `-`".into());
    }
    if specs.iter().take(index).any(|other| other.name == spec.name) {
        return Err("there are two of this name; rename one".into());
    }
    match (&spec.cron, &spec.of) {
        (Some(cron), None) => {
            Schedule::read(cron, Tz::UTC)?;
            if spec.offset.is_some() {
                return Err("`offset` goes with `of`; take it out, or write `of` instead of `cron`".into());
            }
        }
        (None, Some(of)) => {
            if !specs.iter().any(|other| other.name == *of) {
                let others: Vec<&str> =
                    specs.iter().map(|spec| spec.name.as_str()).filter(|name| *name != spec.name).collect();
                return Err(format!(
                    "there is no date `{of}` for it to follow; write one of `{}`",
                    others.join("`, `")
                ));
            }
            if spec.starts {
                return Err("the date that starts a release needs `cron`; write it instead of `of`".into());
            }
            Offset::read(spec.offset.as_deref().unwrap_or("0m"))?;
        }
        (Some(_), Some(_)) => return Err("both `cron` and `of` say when it is; keep one".into()),
        (None, None) => {
            return Err("nothing says when it is; write `cron = \"0 17 * * 4\"`, or `of` and `offset`".into());
        }
    }
    for text in &spec.remind {
        Offset::read_before(text)?;
    }
    Ok(())
}

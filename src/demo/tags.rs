//! The tags of somebody's repository: a playbook that puts a `v` before versions is written anew where none has one.

use std::{fs, io, path::Path};

use crate::{domain::version::Version, playbooks};

/// Puts the playbook into a folder, with tags as they are in the repository, unless they are as it says already.
///
/// # Errors
/// When it cannot be written.
pub(super) fn adapted(playbook: &str, tags: &[String], folder: &Path) -> io::Result<bool> {
    let Some(text) = playbooks::shipped(playbook).filter(|_| are_bare(tags)) else { return Ok(false) };
    let (with, without) = ("\ntag = \"v{version}\"\n", "\ntag = \"{version}\"\n");
    if !text.contains(with) {
        return Ok(false);
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join(format!("{playbook}.toml")), text.replacen(with, without, 1))?;
    Ok(true)
}

/// Whether more versions are tagged without a `v` than with one.
fn are_bare(tags: &[String]) -> bool {
    let versions = tags.iter().filter(|tag| tag.parse::<Version>().is_ok());
    let (with, without): (Vec<_>, Vec<_>) = versions.partition(|tag| tag.starts_with('v'));
    without.len() > with.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_tags_look_like_counts() {
        for (tags, bare) in [
            ("v1.0.0 v1.1.0", false),
            ("1.0.0 1.1.0", true),
            ("v0.9.0 1.0.0 1.1.0", true),
            ("v0.9.0 v1.0.0 1.1.0", false),
            ("", false),
            ("nightly latest", false),
        ] {
            let tags: Vec<String> = tags.split_whitespace().map(str::to_owned).collect();
            assert_eq!(are_bare(&tags), bare, "{tags:?}");
        }
    }
}

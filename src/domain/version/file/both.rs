//! Brings two lines' version files together, each with a version of its own.

use std::collections::BTreeMap;

use super::{FileWithText, current, written};
use crate::domain::version::{Scheme, Version};

/// The files of a line that has gone on (`ours`) with what a released one (`theirs`) changed in them, and the greater of their two
/// versions; `base` is what both began with. Files that differ in more than that are left out; nothing if a version cannot be read.
pub fn with_the_greater(
    base: &[FileWithText],
    ours: &[FileWithText],
    theirs: &[FileWithText],
    scheme: &Scheme,
) -> Option<(Version, BTreeMap<String, String>)> {
    let kept = current(ours, scheme).ok()?.max(current(theirs, scheme).ok()?);
    let [base, ours, theirs] = [base, ours, theirs].map(|files| written(files, &kept).ok());
    let (base, ours, theirs) = (base?, ours?, theirs?);
    let both = ours.iter().filter_map(|(path, mine)| {
        let (before, other) = (base.get(path)?, theirs.get(path)?);
        let text = if mine == other { mine.clone() } else { diffy::merge(before, mine, other).ok()? };
        Some((path.clone(), text))
    });
    let both = both.collect();
    Some((kept, both))
}

#[cfg(test)]
mod tests {
    use super::with_the_greater;
    use crate::domain::version::{Scheme, file::VersionedFile};

    fn both(path: &str, base: &str, ours: &str, theirs: &str) -> String {
        let side = |text: &str| vec![(VersionedFile::at(path), text.to_owned())];
        match with_the_greater(&side(base), &side(ours), &side(theirs), &Scheme::default()) {
            Some((kept, texts)) => format!("{kept}: {:?}", texts.get(path)),
            None => "nothing".into(),
        }
    }

    #[test]
    fn the_greater_version_stays_with_all_else_that_changed() {
        let cargo =
            |version: &str, more: &str| format!("[package]\nname = \"api\"\nversion = \"{version}\"\n\n\n\n{more}");
        let rows = [
            (both("version.txt", "2.1.1\n", "2.3.0\n", "2.2.0\n"), "2.3.0: Some(\"2.3.0\\n\")".to_owned()),
            (both("version.txt", "2.1.1\n", "2.1.2\n", "2.2.0\n"), "2.2.0: Some(\"2.2.0\\n\")".into()),
            (
                both("Cargo.toml", &cargo("2.1.1", ""), &cargo("2.3.0", "[features]\n"), &cargo("2.2.0", "")),
                format!("2.3.0: {:?}", Some(cargo("2.3.0", "[features]\n"))),
            ),
            (
                both("Cargo.toml", &cargo("2.1.1", ""), &cargo("2.3.0", "x = 1\n"), &cargo("2.2.0", "x = 2\n")),
                "2.3.0: None".into(),
            ),
            (both("version.txt", "2.1.1\n", "soon\n", "2.2.0\n"), "nothing".into()),
        ];
        for (found, expected) in rows {
            assert_eq!(found, expected);
        }
    }
}

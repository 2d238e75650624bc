//! Projects of one repository, whose tags and branches nobody could tell apart.

use std::collections::BTreeMap;

use super::{Findings, ProjectWay};
use crate::domain::playbook::fill_text;

/// Notes projects whose tags are those of another, and is in doubt where their branches are called alike.
pub(super) fn repositories(ways: &[ProjectWay<'_>], found: &mut Findings) {
    let mut tags: BTreeMap<(String, &str), &str> = BTreeMap::new();
    let mut branches: BTreeMap<(String, String), &str> = BTreeMap::new();
    for way in ways {
        let (project, repository) = (&way.project.name, way.project.repository.to_lowercase());
        let tag = way.project.tag.as_ref().unwrap_or(&way.playbook.tag);
        if let Some(first) = tags.insert((repository.clone(), tag), project) {
            let sentence = format!(
                "{project} and {first} are both of {repository} and call their tags `{tag}`, so nobody can tell whose one is; \
                 write another form in one of them, such as `tag = \"{project}-{tag}\"`"
            );
            found.problem(&way.place.section, sentence);
            continue;
        }
        for path in [&way.playbook.release, &way.playbook.hotfix].into_iter().filter(|path| path.branch != path.source)
        {
            let mut words = way.playbook.words("{version}", tag, "", &path.source);
            let own =
                ["previous", "previous-tag", "slug", "sprint"].map(|word| (word.to_owned(), format!("{{{word}}}")));
            words.extend(way.project.words.clone().into_iter().chain(own));
            let Ok(branch) = fill_text(&path.branch, &words) else { continue };
            if let Some(first) =
                branches.insert((repository.clone(), branch.clone()), project).filter(|one| one != project)
            {
                let sentence = format!(
                    "{project} and {first} are both of {repository} and call branches `{branch}`: two releases of one version \
                     cannot be open at once"
                );
                found.doubt(&way.place.section, sentence);
            }
        }
    }
}

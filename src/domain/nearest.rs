//! Finds the word somebody meant when they wrote another.

use strsim::levenshtein;

/// The candidate close enough to `written` to be offered, if there is one.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let length = written.chars().count();
    let near = candidates.into_iter().filter_map(|candidate| {
        let lower = candidate.to_lowercase();
        let distance = levenshtein(&written, &lower);
        let shortened = length >= 3 && (lower.starts_with(&written) || written.starts_with(&lower));
        (distance <= length / 3 || shortened || distance <= 1 && length > 1).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        let keys = ["repository", "playbook", "releases", "url"];
        assert_eq!(nearest("repostory", keys), Some("repository"));
        assert_eq!(nearest("repo", keys), Some("repository"));
        assert_eq!(nearest("Playbook", keys), Some("playbook"));
        assert_eq!(nearest("playbooks", keys), Some("playbook"));
        assert_eq!(nearest("rul", keys), None);
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("", keys), None);
    }
}

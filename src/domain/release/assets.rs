//! Which assets a release page that cannot be changed later has to have before it is published.

/// The assets that the page of `tag` is to have, when the page of the tag before had these: the same, under the new version.
pub fn awaited(before: &[String], previous_tag: &str, tag: &str, version: &str) -> Vec<String> {
    // What stands around the version in a tag stands around both.
    let (prefix, suffix) = tag.split_once(version).unwrap_or_default();
    let previous = previous_tag.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix)).unwrap_or(previous_tag);
    // The version stands in the tag: what stands around it in a name stays as it is. Where the tag is of another form, it is renamed
    // whole.
    let (from, to) = if previous == previous_tag { (previous_tag, tag) } else { (previous, version) };
    let mut names: Vec<String> = before.iter().map(|name| name.replace(from, to)).collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_before_had_is_awaited_under_the_new_version() {
        for (before, previous_tag, tag, version, expected) in [
            ("api-2.1.1.tgz", "v2.1.1", "v2.2.0", "2.2.0", "api-2.2.0.tgz"),
            ("api-v2.1.1.tgz", "v2.1.1", "v2.2.0", "2.2.0", "api-v2.2.0.tgz"),
            ("SHA256SUMS", "v2.1.1", "v2.2.0", "2.2.0", "SHA256SUMS"),
            ("api_26.02.01.zip", "26.02.01", "26.03.01", "26.03.01", "api_26.03.01.zip"),
            ("api-v2.1.1.tgz", "v2.1.1", "v2.1.10", "2.1.10", "api-v2.1.10.tgz"),
            ("api-1.0.zip", "release-1.0-final", "release-1.1-final", "1.1", "api-1.1.zip"),
            ("api-1.0.zip", "old-1.0", "v1.1", "1.1", "api-1.0.zip"),
        ] {
            assert_eq!(awaited(&[before.to_owned()], previous_tag, tag, version), [expected], "{before}");
        }
    }
}

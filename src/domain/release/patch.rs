//! What a commit changes, apart from where: two commits with the same essence are the same change on different lines.

/// One file as a commit changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Its path.
    pub path: String,
    /// The blob after the change.
    pub blob: String,
    /// The unified difference; nothing for what is binary or too large to be shown.
    pub patch: Option<String>,
}

/// Like git's patch id: paths and changed lines with the lines around them, without line numbers and blanks. Nothing for
/// a commit that changes nothing.
pub fn essence(files: &[FileChange]) -> Option<String> {
    let mut files: Vec<&FileChange> = files.iter().collect();
    files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    let one = |file: &&FileChange| match &file.patch {
        Some(patch) => {
            let lines = patch.lines().filter(|line| !line.starts_with("@@") && !line.starts_with('\\'));
            let solid = |line: &str| line.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            // A blank line that stayed and one that is missing at the end are alike.
            let lines: Vec<String> = lines.map(solid).filter(|line| !line.is_empty()).collect();
            format!("{}\n{}\n", file.path, lines.join("\n"))
        }
        None => format!("{}\n{}\n", file.path, file.blob),
    };
    (!files.is_empty()).then(|| files.iter().map(one).collect())
}

/// The commits from which a message says that it was picked.
pub fn picked_from(message: &str) -> Vec<&str> {
    let lines = message.lines().map(|line| line.trim().trim_start_matches(['*', '-', ' ']));
    let picked = lines.filter_map(|line| line.strip_prefix("(cherry picked from commit ")?.strip_suffix(')'));
    picked.filter(|sha| sha.len() >= 7 && sha.bytes().all(|byte| byte.is_ascii_hexdigit())).collect()
}

/// A message with the line that says from which commit it was picked.
pub fn with_trailer(message: &str, commit: &str) -> String {
    let message = message.trim_end();
    let trailer = format!("(cherry picked from commit {commit})");
    // Trailers stand together in one paragraph; one paragraph alone is the subject.
    let last = message.rsplit("\n\n").next().filter(|last| last.len() < message.len()).unwrap_or_default();
    let is_trailer = |line: &str| {
        let token = line.split_once(": ").map(|(token, _)| token);
        let known = token.is_some_and(|token| token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
        known || line.starts_with("(cherry picked from commit ")
    };
    let together = !last.is_empty() && last.lines().all(is_trailer);
    format!("{message}{}{trailer}", if together { "\n" } else { "\n\n" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn change(patch: &str) -> Vec<FileChange> {
        vec![FileChange { path: "a.txt".into(), blob: "1".into(), patch: Some(patch.into()) }]
    }

    #[test]
    fn line_numbers_and_blanks_do_not_make_another_change() {
        let one = essence(&change("@@ -1,3 +1,4 @@ fn a\n take\n+keep large\n refuse")).unwrap();
        assert_eq!(one, essence(&change("@@ -11,3 +17,4 @@\n take\n+  keep  large\n refuse\n\\ No newline")).unwrap());
        assert_ne!(one, essence(&change("@@ -1,3 +1,4 @@\n take\n+keep small\n refuse")).unwrap());
        assert_eq!(essence(&[]), None);
    }

    #[test]
    fn a_trailer_is_written_and_read_again() {
        let sha = "0123456789012345678901234567890123456789";
        for message in ["fix: orders", "fix: orders\n\nBecause.\n", "fix: orders\n\nSigned-off-by: Dave <d@x>"] {
            let picked = with_trailer(message, sha);
            assert_eq!(picked_from(&picked), [sha], "{picked}");
            assert!(picked.starts_with(message.trim_end()), "{picked}");
        }
        assert!(with_trailer("fix: x\n\nReviewed-by: A", sha).contains("Reviewed-by: A\n(cherry"));
        assert!(with_trailer("fix: x", sha).contains("fix: x\n\n(cherry"));
        assert_eq!(picked_from("Squashed\n\n* fix: x\n\n(cherry picked from commit 0123456)\n"), ["0123456"]);
        assert_eq!(picked_from("(cherry picked from commit nothing)"), [""; 0]);
    }
}

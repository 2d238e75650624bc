//! The source as text: files, their lines of code, and the parts of the house that a file names.

use std::{collections::BTreeSet, path::Path};

use super::literals::blanked;

/// One file.
pub(super) struct Source {
    /// From the root of the project, with slashes.
    pub path: String,
    pub text: String,
    /// Whether it is compiled for tests only.
    pub is_test: bool,
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), is_test: false }
    }

    /// Its lines of code with their numbers from 1: no comments, and nothing that is for tests only.
    pub(super) fn code(&self) -> Vec<(usize, &str)> {
        let mut code = vec![];
        let mut lines = self.text.lines().enumerate().filter(|_| !self.is_test);
        while let Some((number, line)) = lines.next() {
            if line.trim_start().starts_with("#[cfg(test)]") {
                let indent = &line[..line.len() - line.trim_start().len()];
                let opens = lines.next().is_some_and(|(_, next)| next.ends_with('{'));
                if opens {
                    let closing = format!("{indent}}}");
                    lines.by_ref().find(|(_, line)| *line == closing);
                }
            } else if !line.trim_start().starts_with("//") {
                code.push((number + 1, line));
            }
        }
        code
    }

    /// Its code alone, line by line where it stands: no comments, no literals, nothing that is for tests only.
    pub(super) fn bare(&self) -> String {
        let mut lines = vec![""; self.text.lines().count()];
        for (number, line) in self.code() {
            lines[number - 1] = line;
        }
        blanked(&lines.join("\n"))
    }

    /// The lines of code of which this holds.
    pub(super) fn where_code(&self, holds: impl Fn(&str) -> bool) -> Vec<usize> {
        self.code().into_iter().filter(|(_, line)| holds(line)).map(|(number, _)| number).collect()
    }

    /// What it takes from the crate as `takes`, and by `super` and `self` too, being the module `own`.
    pub(super) fn takes_of(&self, own: &str) -> Vec<String> {
        let bare = self.bare();
        let mut taken = vec![];
        for word in ["crate::", "super::", "self::"] {
            for (at, _) in bare.match_indices(word) {
                // `super::super::` is read from its first word on.
                if bare[..at].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before)) {
                    continue;
                }
                let (mut at, mut from) = (at + word.len(), if word == "crate::" { "" } else { own });
                let above = |from| str::rsplit_once(from, "::").map_or("", |(above, _)| above);
                if word == "super::" {
                    from = above(from);
                    while bare[at..].starts_with(word) {
                        (at, from) = (at + word.len(), above(from));
                    }
                }
                expand(&bare, at, &if from.is_empty() { String::new() } else { format!("{from}::") }, &mut taken);
            }
        }
        taken.into_iter().map(|(_, path)| path).collect()
    }

    /// What it takes from the rest of the crate: `crate::store::Store` as `store::Store`, with the line.
    pub(super) fn takes(&self) -> Vec<(usize, String)> {
        let code = self.code();
        let text: String = code.iter().map(|(_, line)| format!("{line}\n")).collect();
        let mut taken = vec![];
        for (at, _) in text.match_indices("crate::") {
            let named_longer = text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
            if !named_longer {
                expand(&text, at + "crate::".len(), "", &mut taken);
            }
        }
        let line = |at: usize| code[text[..at].matches('\n').count()].0;
        taken.into_iter().map(|(at, path)| (line(at), path)).collect()
    }
}

/// Reads a path, or a tree of paths in braces, from `at` on; answers with where it ends.
fn expand(text: &str, at: usize, before: &str, taken: &mut Vec<(usize, String)>) -> usize {
    let rest = &text[at..];
    let name_end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(rest.len());
    let path = format!("{before}{}", &rest[..name_end]);
    let after = at + name_end;
    if text[after..].starts_with("::") {
        return expand(text, after + 2, &format!("{path}::"), taken);
    }
    if name_end > 0 || !rest.starts_with('{') {
        taken.push((at, path));
        return after;
    }
    let mut at = after + 1;
    loop {
        let skipped = text[at..].find(|letter: char| !(letter.is_whitespace() || letter == ',')).unwrap_or(0);
        at += skipped;
        if at >= text.len() || text[at..].starts_with('}') {
            return at + 1;
        }
        let next = expand(text, at, before, taken);
        // `name as other` and anything odd: on to the next comma or brace.
        at = next + text[next..].find([',', '}']).unwrap_or(text.len() - next);
    }
}

/// Every Rust file in these folders of the project.
pub(super) fn sources(folders: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![];
    for folder in folders {
        collect(root, &root.join(folder), &mut found);
    }
    let for_tests: BTreeSet<String> = found.iter().flat_map(test_modules).collect();
    for source in &mut found {
        let stem = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
        source.is_test = for_tests.iter().any(|module| stem == module || stem.starts_with(&format!("{module}/")));
    }
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect(root, &entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let path = entry.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source::new(&path, &std::fs::read_to_string(&entry).unwrap()));
        }
    }
}

/// The modules that a file declares for tests only, as paths without `.rs`.
fn test_modules(source: &Source) -> Vec<String> {
    let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
    let stem = file.trim_end_matches(".rs");
    let own = if ["mod", "lib", "main"].contains(&stem) { folder.to_owned() } else { format!("{folder}/{stem}") };
    let lines: Vec<&str> = source.text.lines().collect();
    let declared = |pair: &[&str]| {
        let name = pair[1].strip_suffix(';')?.rsplit_once("mod ")?.1;
        (pair[0] == "#[cfg(test)]").then(|| format!("{own}/{name}"))
    };
    lines.windows(2).filter_map(declared).collect()
}

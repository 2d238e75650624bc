//! Each type has a name of its own, so that a word means one thing wherever it is read.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    literals::blanked,
    source::{Source, sources},
};

/// The names that occur more than once among the types which some files declare, those of tests too.
fn doubled(sources: &[Source]) -> BTreeSet<String> {
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources {
        for name in blanked(&source.text).lines().filter_map(declared) {
            *all.entry(name.to_owned()).or_default() += 1;
        }
    }
    all.into_iter().filter(|(_, times)| *times > 1).map(|(name, _)| name).collect()
}

/// The type that a line declares; what an implementation calls its `Error` is none.
fn declared(line: &str) -> Option<&str> {
    let inside = line.trim_start();
    let public = inside.strip_prefix("pub").map(|rest| match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map_or("", |(_, rest)| rest),
        None => rest,
    });
    let (kind, rest) = public.unwrap_or(inside).trim_start().split_once(' ')?;
    let is_one = ["struct", "enum", "trait"].contains(&kind) || kind == "type" && inside.len() == line.len();
    let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(rest.len());
    is_one.then(|| &rest[..end]).filter(|name| !name.is_empty())
}

#[test]
fn each_type_has_a_name_of_its_own() {
    let good = "//! x\npub struct Lamp;\nimpl FromStr for Lamp {\n    type Err = String;\n}\nimpl X for Y {\n    type Err = Lamp;\n}\n";
    assert!(doubled(&[Source::new("src/a.rs", good)]).is_empty(), "the good sample does not pass");
    for bad in
        ["//! x\npub(super) enum Lamp {}\n", "//! x\ntype Lamp = u8;\n", "//! x\nfn x() {\n    struct Lamp(u8);\n}\n"]
    {
        let both = [Source::new("src/a.rs", good), Source::new("src/b.rs", bad)];
        assert_eq!(doubled(&both), ["Lamp".to_owned()].into(), "the bad sample passes: {bad}");
    }
    let found: Vec<String> = doubled(&sources(&["src"])).into_iter().collect();
    assert!(
        found.is_empty(),
        "these names belong to several types: {}\nThe way out: call each type by what it is",
        found.join(", ")
    );
}

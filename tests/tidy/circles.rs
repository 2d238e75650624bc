//! No two files of `src` need each other: of what they share, one is told by the other.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, sources};

/// What each file takes from others by `use` or by a path. A module and what lies in its folder are one thing.
fn taken(sources: &[Source]) -> BTreeMap<&str, BTreeSet<&str>> {
    let files: BTreeMap<String, &str> = sources.iter().map(|one| (module(&one.path), one.path.as_str())).collect();
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources {
        let own = module(&source.path);
        let others = source.takes_of(&own).into_iter().filter_map(|path| file(&path, &files));
        let others = others.filter(|other| !is_one_thing(&source.path, other) && !is_one_thing(other, &source.path));
        all.insert(&source.path, others.collect());
    }
    all
}

/// The path of a file's module: `store::trees` for `src/store/trees.rs`.
fn module(path: &str) -> String {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    let inside = if ["lib", "main", "mod"].contains(&inside) { "" } else { inside };
    inside.trim_end_matches("/mod").replace('/', "::")
}

/// The file in which a path ends, whatever of it is named.
fn file<'a>(path: &str, files: &BTreeMap<String, &'a str>) -> Option<&'a str> {
    let mut path = path;
    loop {
        match (files.get(path), path.rsplit_once("::")) {
            (Some(file), _) => return Some(file),
            (None, Some((before, _))) => path = before,
            (None, None) => return None,
        }
    }
}

/// Whether one file is the module in whose folder the other lies.
fn is_one_thing(module: &str, other: &str) -> bool {
    module == other || module.strip_suffix("mod.rs").is_some_and(|folder| other.starts_with(folder))
}

/// Every file that one comes to.
fn reached<'a>(from: &'a str, taken: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(file) = open.pop() {
        open.extend(taken.get(file).into_iter().flatten().filter(|other| found.insert(**other)));
    }
    found
}

/// The files that come back to themselves, in groups that reach each other.
fn circles(sources: &[Source]) -> BTreeSet<String> {
    let taken = taken(sources);
    let reached: BTreeMap<&str, BTreeSet<&str>> = taken.keys().map(|file| (*file, reached(file, &taken))).collect();
    let circle = |file: &&str| {
        let back = reached[file].iter().filter(|other| reached.get(*other).is_some_and(|back| back.contains(file)));
        back.copied().collect::<Vec<_>>().join(" ")
    };
    taken.keys().map(circle).filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn no_two_files_need_each_other() {
    let lamp = |path: &str, text: &str| Source::new(path, &format!("//! x\n{text}\n"));
    let good = [
        lamp("src/a.rs", "use crate::b::{C, d::E};"),
        lamp("src/b/mod.rs", "pub use d::E;\nuse super::c;"),
        lamp("src/b/d.rs", "use super::C;"),
        lamp("src/c.rs", "//! crate::a::X\nlet x = \"crate::a::X\";"),
    ];
    assert_eq!(circles(&good), BTreeSet::new(), "the good sample does not pass");
    let bad = [
        lamp("src/a.rs", "use crate::{\n    b::{C, d::E},\n    x,\n};"),
        lamp("src/b/mod.rs", "mod d;"),
        lamp("src/b/d.rs", "fn x() {\n    super::super::c::y();\n}"),
        lamp("src/c.rs", "use super::a;"),
    ];
    assert_eq!(circles(&bad), ["src/a.rs src/b/d.rs src/c.rs".to_owned()].into(), "the bad sample passes");
    let found: Vec<String> = circles(&sources(&["src"])).into_iter().collect();
    assert!(
        found.is_empty(),
        "these files need each other:\n  {}\nThe way out: give what they share a file of its own, or turn one need round",
        found.join("\n  ")
    );
}

//! Version files of every kind: reading and writing one changes only the version.

use proptest::prelude::*;
use shipmate::domain::version::{
    Scheme, Version,
    file::{VersionedFile, current, written},
};

use super::{cases, near::near};

/// A file of each kind that holds 2.1.1, written in several ways.
const SAMPLES: [(&str, &str); 16] = [
    ("version.txt", "2.1.1\n"),
    ("version.txt", "\u{feff} v2.1.1\r\n\r\n"),
    ("Cargo.toml", "[package]\nname = \"api\"\nversion = \"2.1.1\" # here\n\n[dependencies]\nserde = \"2.1.1\"\n"),
    ("Cargo.toml", "workspace.package = { version = '2.1.1', edition = \"2024\" }\r\n"),
    ("package.json", "{\n  \"name\": \"api\",\n  \"version\": \"2.1.1\",\n  \"x\": {\"version\": \"2.1.1\"}\n}\n"),
    ("package.json", "{\"version\":\"v2.1.1\"}"),
    ("pyproject.toml", "[project]\nversion=\"2.1.1\"\n"),
    ("pyproject.toml", "[tool.poetry]\nname = 'x'\nversion = \"\"\"2.1.1\"\"\"\n"),
    (
        "pom.xml",
        "<project>\n<!-- 2.1.1 --><version>2.1.1</version><parent><version>2.1.1</version></parent></project>\n",
    ),
    ("pom.xml", "<project><properties><v>2.1.1</v></properties><version>${v}</version></project>"),
    ("build.gradle", "plugins { id 'x' version '2.1.1' }\nversion '2.1.1'\n// version '3.0.0'\n"),
    ("build.gradle.kts", "allprojects {\r\n  version = \"2.1.1\"\r\n}\r\n"),
    ("Chart.yaml", "name: api\nversion: 2.1.1\nappVersion: \"v2.1.1\"\n"),
    ("Chart.yaml", "version: '2.1.1' # x\r\nappVersion: 2.1\r\n"),
    ("a.h", "#define VERSION \"2.1.1\"\r\n"),
    ("b.h", "one 2.1.1\ntwo 2.1.1\n"),
];

fn file(path: &str) -> VersionedFile {
    let pattern = match path {
        "a.h" => Some("VERSION \"(.+)\"$".to_owned()),
        "b.h" => Some("^[a-z]+ (.+)$".to_owned()),
        _ => None,
    };
    VersionedFile { pattern, ..VersionedFile::at(path) }
}

proptest! {
    #![proptest_config(cases(4096))]

    #[test]
    fn only_the_version_changes(
        (path, text) in prop::sample::select(SAMPLES.to_vec()).prop_flat_map(|(path, text)| (Just(path), near([text]))),
        to in prop::sample::select(vec!["2.2.0", "10.0.0", "3.0.0"]),
    ) {
        let (scheme, to): (Scheme, Version) = (Scheme::Semver, to.parse().unwrap());
        let held = [(file(path), text.clone())];
        let Ok(version) = current(&held, &scheme) else { return Ok(()) };
        let new = written(&held, &to).unwrap_or_else(|why| panic!("{text:?} is read and not written: {why:?}"));
        let new = new[path].clone();
        let held = [(file(path), new.clone())];
        prop_assert_eq!(current(&held, &scheme), Ok(to.clone()), "{:?} became {:?}", text, new);
        // Put back, it is what it was.
        let back = written(&held, &version).unwrap()[path].clone();
        prop_assert_eq!(&back, &text);
        // And between the places of the version, nothing moved.
        let (version, to) = (version.to_string(), to.to_string());
        let same = text.split(&version).zip(new.split(&version)).next().is_some();
        prop_assert!(same && (new == text || new.contains(&to)), "{text:?} became {new:?}");
    }
}

//! What a version file is, by its name.

use super::VersionedFile;

/// How a version stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileForm<'a> {
    /// Alone.
    Plain,
    /// Where this regular expression says.
    Pattern(&'a str),
    /// `Cargo.toml`, of a package or a workspace.
    CargoManifest,
    /// `Cargo.lock`.
    CargoLock,
    /// `package.json`.
    NpmManifest,
    /// `package-lock.json`.
    NpmLock,
    /// `pyproject.toml`.
    Pyproject,
    /// `pom.xml`.
    Maven,
    /// `build.gradle`, in Groovy or in Kotlin.
    Gradle,
    /// Helm's `Chart.yaml`.
    Chart,
}

/// Endings of files that hold more than a version.
const HOLDS_MORE: [&str; 25] = [
    "toml",
    "json",
    "xml",
    "yaml",
    "yml",
    "gradle",
    "kts",
    "py",
    "rs",
    "js",
    "ts",
    "go",
    "h",
    "hpp",
    "c",
    "cs",
    "rb",
    "php",
    "java",
    "kt",
    "swift",
    "properties",
    "cfg",
    "csproj",
    "props",
];

impl<'a> FileForm<'a> {
    pub(super) fn of(file: &'a VersionedFile) -> Self {
        if let Some(pattern) = &file.pattern {
            return Self::Pattern(pattern);
        }
        match name_of(&file.path) {
            "Cargo.toml" => Self::CargoManifest,
            "Cargo.lock" => Self::CargoLock,
            "package.json" => Self::NpmManifest,
            "package-lock.json" | "npm-shrinkwrap.json" => Self::NpmLock,
            "pyproject.toml" => Self::Pyproject,
            "pom.xml" => Self::Maven,
            "build.gradle" | "build.gradle.kts" => Self::Gradle,
            "Chart.yaml" => Self::Chart,
            _ => Self::Plain,
        }
    }
}

/// Whether a file of this name holds more than a version, so that somebody has to say where it stands.
pub(super) fn holds_more(path: &str) -> bool {
    name_of(path).rsplit_once('.').is_some_and(|(_, ending)| HOLDS_MORE.contains(&ending))
}

/// The last part of a path.
pub(super) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of a path; empty at the top.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

//! How a playbook names its version files, and what is wrong with how it does.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

use super::{
    VersionedFile,
    form::{FileForm, folder_of, holds_more, name_of},
    pattern,
};

/// Reads `version-file`: a path, a table with `path` and `pattern`, or a list of such.
///
/// # Errors
/// A sentence that names the file and the way out.
pub fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<VersionedFile>, D::Error> {
    let files = match Value::deserialize(deserializer)? {
        Value::Array(files) => files.iter().map(file).collect(),
        one => file(&one).map(|one| vec![one]),
    };
    let files: Vec<VersionedFile> = files.map_err(Error::custom)?;
    check(&files).map_err(Error::custom)?;
    Ok(files)
}

fn file(value: &Value) -> Result<VersionedFile, String> {
    let way_out = "write a path such as \"version.txt\", a table { path = \"\u{2026}\", pattern = '\u{2026}' }, or a list of such";
    match value {
        Value::String(path) => Ok(VersionedFile::at(path)),
        Value::Object(fields) => {
            if let Some(unknown) = fields.keys().find(|key| !matches!(key.as_str(), "path" | "pattern")) {
                return Err(format!("`{unknown}` means nothing in `version-file`; known are path and pattern"));
            }
            VersionedFile::deserialize(value).map_err(|_| format!("`version-file` lacks a path: {way_out}"))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            Err(format!("`version-file` names no file: {way_out}"))
        }
    }
}

fn check(files: &[VersionedFile]) -> Result<(), String> {
    if files.is_empty() {
        return Err("`version-file` names no file: leave it out where the newest tag says the version".to_owned());
    }
    for (nth, file) in files.iter().enumerate() {
        let path = &file.path;
        let odd = |part: &str| matches!(part, "" | "." | "..") || part.contains(['\\', '\0', '\n']);
        if path.split('/').any(odd) {
            return Err(format!(
                "`{path}` in `version-file` is no path in a repository: write it from the top, such as `app/version.txt`"
            ));
        }
        if let Some(pattern) = &file.pattern {
            pattern::compiled(pattern)
                .map_err(|mistake| format!("`pattern` of `{path}` in `version-file`: {mistake}"))?;
        }
        if file.can_be_made() && holds_more(path) {
            return Err(format!(
                "`{path}` in `version-file` holds more than a version: say by `pattern` where it stands, such as \
                 {{ path = \"{path}\", pattern = 'version = \"(.+)\"' }}"
            ));
        }
        if files.iter().take(nth).any(|other| other == file) {
            return Err(format!("`{path}` stands in `version-file` twice: leave one of them out"));
        }
        if let Some(manifest) = lacks(file, files) {
            return Err(format!(
                "`{path}` in `version-file` only repeats the version: name `{manifest}`, which says it, too"
            ));
        }
    }
    Ok(())
}

/// The file that a lock file repeats, if it is not named.
fn lacks(lock: &VersionedFile, files: &[VersionedFile]) -> Option<String> {
    let name = match FileForm::of(lock) {
        FileForm::CargoLock => "Cargo.toml",
        FileForm::NpmLock => "package.json",
        FileForm::Plain
        | FileForm::Pattern(_)
        | FileForm::CargoManifest
        | FileForm::NpmManifest
        | FileForm::Pyproject
        | FileForm::Maven
        | FileForm::Gradle
        | FileForm::Chart => return None,
    };
    let folder = folder_of(&lock.path);
    let below = |file: &VersionedFile| {
        let inside = file.path.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'));
        inside && name_of(&file.path) == name && file.pattern.is_none()
    };
    let wanted = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    (!files.iter().any(below)).then_some(wanted)
}

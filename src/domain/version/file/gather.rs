//! Gathers what the version files of one commit know of each other.

use super::{
    FileWithText, cargo,
    form::{FileForm, folder_of},
    kin::Kin,
    maven,
};

/// Reads what the files say. What cannot be read is told when that file's turn comes.
pub(super) fn kin(files: &[FileWithText]) -> Kin {
    let mut kin = Kin::default();
    for (file, text) in files {
        let text = super::without_mark(text);
        match FileForm::of(file) {
            FileForm::CargoManifest => {
                kin.crates.extend(cargo::name(text));
                kin.shared = kin.shared.or_else(|| cargo::shared(text));
            }
            FileForm::NpmManifest => {
                kin.folders.insert(folder_of(&file.path).to_owned());
            }
            FileForm::Maven => kin.artifacts.extend(maven::artifact(text)),
            FileForm::Plain
            | FileForm::Pattern(_)
            | FileForm::CargoLock
            | FileForm::NpmLock
            | FileForm::Pyproject
            | FileForm::Gradle
            | FileForm::Chart => {}
        }
    }
    kin
}

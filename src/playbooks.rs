//! The playbooks that ship with the bot, and the team's own, which replace those of the same name.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    config::Problem,
    domain::{
        playbook::{Playbook, PlaybookMistake},
        team::project::Project,
    },
};

const SHIPPED: [(&str, &str); 6] = [
    ("git-flow.toml", include_str!("../playbooks/git-flow.toml")),
    ("module.toml", include_str!("../playbooks/module.toml")),
    ("monthly.toml", include_str!("../playbooks/monthly.toml")),
    ("quick-release.toml", include_str!("../playbooks/quick-release.toml")),
    ("trunk.toml", include_str!("../playbooks/trunk.toml")),
    ("weekly-train.toml", include_str!("../playbooks/weekly-train.toml")),
];

/// The text of a playbook that ships with the bot.
pub fn shipped(name: &str) -> Option<&'static str> {
    let file = format!("{name}.toml");
    SHIPPED.iter().find(|(shipped, _)| *shipped == file).map(|(_, text)| *text)
}

/// All playbooks, and what is wrong with those that cannot be used.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Those that can be used, by name.
    pub playbooks: BTreeMap<String, Playbook>,
    /// What is wrong with the others, each in its place.
    pub problems: Vec<Problem>,
    /// The names of those that cannot be used.
    pub broken: BTreeSet<String>,
    /// The team's own: their files, and what stands there.
    own: BTreeMap<String, (String, String)>,
}

impl Shelf {
    /// Reads the shipped playbooks and the team's own, which replace those of the same name.
    pub fn read(folder: Option<&Path>) -> Self {
        let mut shelf = Self::default();
        for (file, text) in SHIPPED {
            shelf.put(file, text);
        }
        match folder.map(own).unwrap_or_else(|| Ok(vec![])) {
            Ok(files) => files.into_iter().for_each(|(file, text)| shelf.put_own(file, text)),
            Err(problem) => shelf.problems.push(problem),
        }
        shelf
    }

    /// What is wrong with one of the team's own; nothing of a shipped one, which stands in no file.
    pub fn problem(&self, playbook: &str, mistake: &PlaybookMistake) -> Option<Problem> {
        let (file, text) = self.own.get(playbook)?;
        let place = mistake.place(text);
        Some(Problem { file: file.clone(), place, sentence: mistake.words.replace(char::is_control, " ") })
    }

    fn put(&mut self, file: &str, text: &str) -> String {
        match Playbook::read_whole(text) {
            Ok(playbook) => {
                let name = playbook.name.clone();
                self.broken.remove(&name);
                self.playbooks.insert(name.clone(), playbook);
                name
            }
            Err(mistakes) => {
                let name = named(file, text);
                self.problems.extend(mistakes.into_iter().map(|mistake| Problem {
                    file: file.to_owned(),
                    place: mistake.place(text),
                    sentence: mistake.words.replace(char::is_control, " "),
                }));
                self.playbooks.remove(&name);
                self.broken.insert(name.clone());
                name
            }
        }
    }

    fn put_own(&mut self, file: String, text: String) {
        let name = self.put(&file, &text);
        if let Some((first, _)) = self.own.insert(name.clone(), (file, text)) {
            let words = format!("`{name}` is the playbook of {first} already; give each file a `name` of its own");
            let mistake = PlaybookMistake { at: None, words };
            self.problems.extend(self.problem(&name, &mistake));
        }
    }
}

/// All playbooks by name.
///
/// # Errors
/// A sentence for each mistake in a file that cannot be used.
pub fn load(folder: Option<&Path>) -> Result<BTreeMap<String, Playbook>, Vec<String>> {
    let shelf = Shelf::read(folder);
    if shelf.problems.is_empty() {
        Ok(shelf.playbooks)
    } else {
        Err(shelf.problems.iter().map(ToString::to_string).collect())
    }
}

/// What a file that cannot be used calls its playbook; the file's own name where it does not say.
fn named(file: &str, text: &str) -> String {
    let said = toml::from_str::<toml::Table>(text).ok();
    let said = said.as_ref().and_then(|table| table.get("name")).and_then(toml::Value::as_str).map(str::to_owned);
    let stem = || Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    said.or_else(stem).unwrap_or_default()
}

/// Gives each project whose tags have a form of their own a playbook with that form, under a name of its own.
pub fn with_tags<'a>(playbooks: &mut BTreeMap<String, Playbook>, projects: impl Iterator<Item = &'a mut Project>) {
    for project in projects {
        let (Some(tag), Some(playbook)) = (&project.tag, playbooks.get(&project.playbook)) else { continue };
        let own = Playbook { tag: tag.clone(), ..playbook.clone() };
        project.playbook = format!("{} of {}", own.name, project.name);
        playbooks.insert(project.playbook.clone(), own);
    }
}

/// One playbook: by its name, or by the file it stands in.
///
/// # Errors
/// A sentence for each file that cannot be used, or the names that there are.
pub fn find(name: &str, folder: Option<&Path>) -> Result<Playbook, Vec<String>> {
    if name.ends_with(".toml") {
        let text =
            std::fs::read_to_string(name).map_err(|problem| vec![format!("{name} cannot be read: {problem}")])?;
        return Playbook::read(&text, name).map_err(|problem| vec![problem]);
    }
    let mut playbooks = load(folder)?;
    let known = playbooks.keys().cloned().collect::<Vec<_>>().join("`, `");
    let unknown = || vec![format!("there is no playbook `{name}`; write one of `{known}`, or the path of a file")];
    playbooks.remove(name).ok_or_else(unknown)
}

/// The team's files, in the order of their names.
fn own(folder: &Path) -> Result<Vec<(String, String)>, Problem> {
    let unreadable = |problem: std::io::Error| Problem {
        file: folder.display().to_string(),
        place: None,
        sentence: format!("the playbooks in it cannot be read ({problem}); name a folder with `.toml` files"),
    };
    let mut files = vec![];
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&path).map_err(unreadable)?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use crate::domain::playbook::Playbook;

    const TRAIN: &str = include_str!("../playbooks/weekly-train.toml");

    #[test]
    fn the_shipped_playbooks_can_be_used() {
        assert_eq!(
            super::load(None).map(|playbooks| playbooks.into_keys().collect::<Vec<_>>()),
            Ok(["git-flow", "module", "monthly", "quick-release", "trunk", "weekly-train"].map(str::to_owned).into())
        );
    }

    /// What is said when one text in the train's playbook is replaced by another.
    fn said(old: &str, new: &str) -> String {
        assert!(TRAIN.contains(old), "{old}");
        let mistake = Playbook::read(&TRAIN.replacen(old, new, 1), "my-way.toml").map(|playbook| playbook.name);
        mistake.expect_err("a mistake")
    }

    #[test]
    fn a_mistake_is_named_with_its_place_and_the_way_out() {
        insta::assert_snapshot!(
            [
                said("do = \"notes\"", "do = \"note\""),
                said("production = \"prod\"", "production = prod"),
                said("cron = \"0 17 * * Thu\"", "cron = \"17 Thu\""),
                said("of = \"departure\"", "of = \"depature\""),
                said("at = \"departure\"", "at = \"leaving\""),
                said("target = \"4d\"", "target = \"4 days\""),
                said("{development}", "{developmnt}"),
                said("on-failure = \"roll-back\"", "on-failure = \"panic\""),
                said("remind = [\"24h\", \"2h\"]", "remind = [\"a day\"]"),
                said("name = \"Feature review\"", "name = \"Feature review\"\nof = \"feature\""),
                said(
                    "{ do = \"merge-when-green\" }",
                    "{ do = \"await-checks\", named = [\"ci\", \"shipmate/freeze\"] }"
                ),
                said("name = \"qa\",", "name = \"qa\", github-review = true,"),
            ]
            .join("\n")
        );
    }

    #[test]
    fn a_duration_that_nobody_can_mean_is_refused_where_it_stands() {
        let trunk = include_str!("../playbooks/trunk.toml");
        for (key, right) in [("target", "2d"), ("for", "1h")] {
            let line = |value: &str| format!("{key} = \"{value}\"");
            for (wrong, why) in [
                ("-5m", "leads back"),
                ("0m", "no time at all"),
                ("4 days", "is not a duration"),
                ("4D", "`D` is no unit"),
                ("90", "without a unit"),
                ("1h1h", "each unit once"),
                ("99999d", "ten years"),
                ("9223372036854775807m", "ten years"),
                ("9223372036854775807d", "ten years"),
            ] {
                let text = trunk.replacen(&line(right), &line(wrong), 1);
                let told = std::panic::catch_unwind(|| Playbook::read(&text, "my-way.toml").map(|_| ()));
                let told = told.unwrap_or_else(|_| panic!("{key} = {wrong} panics"));
                let place = text.lines().position(|text| text.contains(&line(wrong))).unwrap() + 1;
                let place = format!("my-way.toml:{place}:");
                assert!(
                    told.as_ref().is_err_and(|told| told.starts_with(&place) && told.contains(why)),
                    "{key} = {wrong}: {told:?}"
                );
            }
            for fine in ["90s", "1h30m", "1d12h", "3650d"] {
                // A target that is shorter than its reminder would be refused for that.
                let text = trunk.replacen("remind = [\"4h\"]\n", "", 1).replacen(&line(right), &line(fine), 1);
                assert!(Playbook::read(&text, "my-way.toml").is_ok(), "{key} = {fine}");
            }
        }
    }
}

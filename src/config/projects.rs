//! Reads `[projects]`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{
    ProjectPlace,
    chats::WrittenTables,
    quiet,
    section::{At, Section},
    source::Source,
    values::{chat_place, environment_name, image, project_name, repository, tag_form, web_address, words, workflow},
};
use crate::domain::{
    message::post::Place,
    release::notes::tickets::Tickets,
    team::project::{Environment, FreezeSettings, Project, Sprint},
    time::far,
};

/// Reads all projects in the order of the file, each with where it stands.
pub(super) fn projects(whole: &mut Section<'_>, written: WrittenTables, zone: Tz) -> Vec<(Project, ProjectPlace)> {
    let sections = whole.sections("projects");
    if sections.is_empty() {
        let example = "[projects.api]` with `repository`, `playbook` and `releases";
        whole.source.problem(0, format!("there is no project; write `{example}`"));
    }
    let (all, places) = whole.section("quiet").map(|section| quiet::quiet(section, zone)).unwrap_or_default();
    let mut projects: Vec<(Project, ProjectPlace)> =
        sections.into_iter().map(|(name, section)| project(name, section, written, zone)).collect();
    for (project, _) in &mut projects {
        if project.quiet.is_empty() {
            project.quiet.extend(all);
        }
        project.quiet.extend(project.releases.iter().filter_map(|place| places.get(&place.to_string())));
    }
    projects
}

fn project(name: At<&str>, mut section: Section<'_>, written: WrittenTables, zone: Tz) -> (Project, ProjectPlace) {
    let (source, found) = (section.source, section.source.found());
    if let Err(sentence) = project_name(name.value) {
        source.problem(name.at, sentence);
    }
    section.require("repository", "repository = \"acme/api\"");
    section.require("playbook", "playbook = \"quick-release\"");
    section.require("releases", "releases = [\"discord:CHANNEL_ID\", \"telegram:CHAT_ID/TOPIC_ID\"]");
    let repository = section.read("repository", repository);
    let playbook = section.read("playbook", words);
    let tag = section.read("tag", tag_form).map(|tag| tag.value);
    let releases = places(&mut section, "releases", written);
    if let Some(At { at, .. }) =
        section.raw("releases").filter(|list| list.value.as_array().is_some_and(|a| a.is_empty()))
    {
        source.problem(at, "this project is told nowhere; write at least one place, such as `\"discord:CHANNEL_ID\"`");
    }
    let incidents = places(&mut section, "incidents", written);
    let stakeholders = places(&mut section, "stakeholders", written);
    let image = section.read("image", image).map(|image| image.value);
    let checks = section.flag("checks", true);
    let mut environments = BTreeMap::new();
    for (name, section) in section.sections("environments") {
        if let Err(sentence) = environment_name(name.value) {
            source.problem(name.at, sentence);
        }
        environments.insert(name.value.to_owned(), environment(section));
    }
    let freeze = section.section("freeze").map(freeze).unwrap_or_default();
    let quiet = section.section("quiet").and_then(|section| quiet::hours(section, zone));
    let words = section.texts("words");
    let sprint = section.section("sprint").and_then(sprint);
    let tickets = section.section("tickets").and_then(tickets);
    section.finish();
    // What is missing is a problem, and no reason to say of all that names this project that it is not there.
    let playbook = playbook.unwrap_or(At { value: String::new(), at: name.at });
    let place = ProjectPlace {
        section: source.at(name.at),
        playbook: source.at(playbook.at),
        words: words.iter().map(|(word, meaning)| (word.clone(), source.at(meaning.at))).collect(),
        is_right: source.found() == found,
    };
    let project = Project {
        name: name.value.to_owned(),
        repository: repository.map(|repository| repository.value).unwrap_or_default(),
        playbook: playbook.value,
        tag,
        releases,
        incidents,
        stakeholders,
        environments,
        image,
        checks,
        words: words.into_iter().map(|(word, meaning)| (word, meaning.value)).collect(),
        sprint,
        tickets,
        freeze,
        quiet: quiet.into_iter().collect(),
    };
    (project, place)
}

fn sprint(mut section: Section<'_>) -> Option<Sprint> {
    section.require("number", "number = 5");
    section.require("from", "from = \"2026-02-23\"");
    let number = section.id("number").map(|number| number.value);
    let from = section.read("from", day).map(|from| from.value);
    let days = section.id("days");
    if let Some(days) = days.filter(|days| !(1..=366).contains(&days.value)) {
        section.source.problem(days.at, "`days` is how many days a sprint has; write 1 to 366, such as `14`");
    }
    section.finish();
    Some(Sprint { number: number?, from: from?, days: days.map_or(14, |days| days.value) })
}

fn tickets(mut section: Section<'_>) -> Option<Tickets> {
    section.require("pattern", "pattern = \"[A-Z]+-[0-9]+\"");
    section.require("address", "address = \"https://tickets.example/{ticket}\"");
    let (pattern, address) = (section.read("pattern", words), section.read("address", words));
    let source = section.source;
    section.finish();
    let (pattern, address) = (pattern?, address?);
    let read = Tickets::new(pattern.value, address.value);
    read.map_err(|sentence| source.problem(pattern.at, sentence)).ok()
}

fn day(text: &str) -> Result<NaiveDate, String> {
    far::day(text).ok_or_else(|| format!("`{text}` is no day; write one such as `2026-02-23`"))
}

fn freeze(mut section: Section<'_>) -> FreezeSettings {
    let at_once = section.flag("at_once", true);
    let ruleset = section.flag("ruleset", false);
    if ruleset {
        section.require("bypass_team", "bypass_team = 1234567");
    }
    let bypass_team = section.id("bypass_team").map(|id| id.value);
    let branches = section.list("branches", words).into_iter().map(|branch| branch.value).collect();
    section.finish();
    FreezeSettings { at_once, ruleset, bypass_team, bypass_app: None, branches }
}

fn environment(mut section: Section<'_>) -> Environment {
    // CD learns of a deploy by its workflow, or by a deployment on GitHub, or watches for itself what is pushed.
    let by_deployment = section.flag("deployment", false);
    let reports = section.flag("reports", false);
    if !by_deployment && !reports {
        section.require("workflow", "workflow = \"deploy.yml\"");
    }
    let workflow = section.read("workflow", workflow);
    let url = section.read("url", web_address).map(|url| url.value);
    let production = section.flag("production", false);
    section.finish();
    let workflow = workflow.map(|workflow| workflow.value);
    Environment { workflow, reports, url, production }
}

pub(super) fn places(section: &mut Section<'_>, key: &'static str, written: WrittenTables) -> Vec<Place> {
    let places = section.list(key, chat_place);
    let mut seen = BTreeSet::new();
    for At { value: place, at } in &places {
        check_reachable(section.source, *at, place, written);
        if !seen.insert(*place) {
            section.source.problem(*at, format!("`{place}` is in this list twice; write it once"));
        }
    }
    places.into_iter().map(|place| place.value).collect()
}

fn check_reachable(source: &Source<'_>, at: usize, place: &Place, written: WrittenTables) {
    let (reachable, platform) = match place {
        Place::Discord { .. } => (written.discord, "discord"),
        Place::Telegram { .. } => (written.telegram, "telegram"),
    };
    if !reachable {
        source.problem(
            at,
            format!("`{place}` cannot be reached without [{platform}]; write that section, or leave this place out"),
        );
    }
}

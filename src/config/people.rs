//! Reads `[[people]]`, `[roles]` and `[permissions]`.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use super::{
    chats::WrittenTables,
    section::{At, Section},
    source::Source,
    values::{email, login, time_zone, words},
};
use crate::domain::team::people::{People, Permission, Person};

const PERMISSIONS: [(&str, Permission); 6] = [
    ("release", Permission::Release),
    ("hotfix", Permission::Hotfix),
    ("freeze", Permission::Freeze),
    ("exempt", Permission::Exempt),
    ("override", Permission::Override),
    ("flag", Permission::Flag),
];

/// Reads everybody the bot knows and what they may do.
pub(super) fn people(whole: &mut Section<'_>, written: WrittenTables, zone: Tz) -> People {
    let mut taken = TakenAccounts::default();
    let people = whole.tables("people");
    let people: Vec<Person> = people.into_iter().filter_map(|section| person(section, &mut taken)).collect();
    let mut mapped_roles = BTreeMap::new();
    for (role, section) in whole.sections("roles") {
        mapping(role, section, written, &mut mapped_roles);
    }
    let mut held: BTreeSet<&str> = mapped_roles.values().map(String::as_str).collect();
    held.extend(people.iter().flat_map(|person| &person.roles).map(String::as_str));
    let permissions = permissions(whole, &held);
    People { people, mapped_roles, permissions, zone }
}

/// The names and accounts that are taken, each with the line where it stands.
#[derive(Default)]
struct TakenAccounts(BTreeMap<String, usize>);

impl TakenAccounts {
    /// Takes a name or an account, or notes where it stands already.
    fn take(&mut self, source: &Source<'_>, what: At<String>) {
        let (line, _) = source.place(what.at);
        match self.0.get(&what.value) {
            Some(first) => source.problem(
                what.at,
                format!("{} stands in line {first} already; write one `[[people]]` for each human", what.value),
            ),
            None => drop(self.0.insert(what.value, line)),
        }
    }
}

fn person(mut section: Section<'_>, taken: &mut TakenAccounts) -> Option<Person> {
    section.require("name", "name = \"ann\"");
    let name = section.read("name", words);
    let discord = section.each_id::<u64>("discord");
    let telegram = section.each_id::<u64>("telegram");
    let github = section.each("github", login);
    let emails = section.each("email", email);
    let accounts = ["discord", "telegram", "github"].map(|key| section.has(key));
    let roles = section.list("roles", words).into_iter().map(|role| role.value).collect();
    let time_zone = section.read("time_zone", time_zone).map(|zone| zone.value);
    let (source, at) = (section.source, section.at);
    section.finish();
    let name = name?;
    if !accounts.contains(&true) {
        source.problem(at, format!("`{}` has no account; write `discord`, `telegram` or `github`", name.value));
    }
    // Commands name people, and nobody should have to mind capitals.
    taken.take(source, At { at: name.at, value: format!("the name `{}`", name.value.to_lowercase()) });
    for id in &discord {
        taken.take(source, At { at: id.at, value: format!("the Discord account {}", id.value) });
    }
    for id in &telegram {
        taken.take(source, At { at: id.at, value: format!("the Telegram account {}", id.value) });
    }
    for login in &github {
        let login = At { at: login.at, value: format!("the GitHub account `{}`", login.value.to_lowercase()) };
        taken.take(source, login);
    }
    for email in &emails {
        let email = At { at: email.at, value: format!("the address `{}`", email.value.to_lowercase()) };
        taken.take(source, email);
    }
    Some(Person {
        name: name.value,
        discord: discord.into_iter().map(|id| id.value).collect(),
        telegram: telegram.into_iter().map(|id| id.value).collect(),
        github: github.into_iter().map(|login| login.value).collect(),
        emails: emails.into_iter().map(|email| email.value).collect(),
        roles,
        time_zone,
    })
}

fn mapping(role: At<&str>, mut section: Section<'_>, written: WrittenTables, mapped: &mut BTreeMap<String, String>) {
    let discord = section.ids::<u64>("discord_roles");
    if let (Some(first), true, false) = (discord.first(), written.discord, written.guild) {
        let sentence =
            "`discord_roles` count only in one server; write its id as `guild` in [discord], or leave this out";
        section.source.problem(first.at, sentence);
    }
    let admins = section.flag("telegram_admins", false).then(|| section.raw("telegram_admins")).flatten();
    let discord = discord.into_iter().map(|id| (id.at, format!("discord:{}", id.value), written.discord));
    let telegram = admins.into_iter().map(|flag| (flag.at, "telegram:admin".to_owned(), written.telegram));
    for (at, platform_role, reachable) in discord.chain(telegram) {
        let (platform, _) = platform_role.split_once(':').unwrap_or_default();
        if !reachable {
            section.source.problem(
                at,
                format!("there is no [{platform}] for this to come from; write that section, or leave this out"),
            );
        }
        match mapped.get(&platform_role) {
            Some(first) => section
                .source
                .problem(at, format!("`{platform_role}` counts as `{first}` already; give it to one of the two roles")),
            None => drop(mapped.insert(platform_role, role.value.to_owned())),
        }
    }
    section.finish();
}

fn permissions(whole: &mut Section<'_>, held: &BTreeSet<&str>) -> BTreeMap<Permission, BTreeSet<String>> {
    let flags = whole.has("flags");
    let Some(mut section) = whole.section("permissions") else {
        if !whole.has("permissions") {
            let sentence = "there is no [permissions], so nobody can do anything; write it with a line `release = [\"release-manager\"]`";
            whole.source.warning(0, sentence);
        }
        return BTreeMap::new();
    };
    let mut permissions: BTreeMap<Permission, BTreeSet<String>> = BTreeMap::new();
    for (key, permission) in PERMISSIONS {
        let roles = section.list(key, words);
        for role in roles.iter().filter(|role| !held.contains(role.value.as_str())) {
            let sentence = format!(
                "nobody holds the role `{0}`; write it in the `roles` of a person, or map it in `[roles.{0}]`",
                role.value
            );
            section.source.warning(role.at, sentence);
        }
        // Nobody misses it where there are no flags.
        if roles.is_empty() && (flags || permission != Permission::Flag) {
            let sentence = format!(
                "no role has the permission `{key}`, so nobody can use it; write `{key} = [\"release-manager\"]`"
            );
            section.source.warning(section.at, sentence);
        }
        permissions.insert(permission, roles.into_iter().map(|role| role.value).collect());
    }
    // What is broken is taken back by whoever may repair it, too.
    let roles = |permission| permissions.get(&permission).cloned().unwrap_or_default();
    let roll_back = roles(Permission::Release).into_iter().chain(roles(Permission::Hotfix)).collect();
    permissions.insert(Permission::RollBack, roll_back);
    section.finish();
    permissions
}

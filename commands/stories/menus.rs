//! Both chats are told the same vocabulary, each within its limits.

use std::collections::HashSet;

use super::heard;
use crate::{ArgKind, GROUPS, MenuEntry, Permission, SPECS, UsageError, find, help_lines, telegram_menu, tree};

#[test]
fn the_whole_vocabulary() {
    let said = [
        "/release prepare [project] [version] [major|minor|patch] [source] [waive] [nothing-new] [dry-run]",
        "/release status [project] [version]",
        "/release more [project] [version]",
        "/release list [project]",
        "/release next [project] [major|minor|patch]",
        "/release notes [project] [version] [developers|qa|stakeholders]",
        "/release add <stories> [project] [version] [dry-run]",
        "/release remove <story> <reason> [project] [version] [dry-run]",
        "/release promote [environment] [note] [project] [version]",
        "/release merge [project] [version] [dry-run] [ask]",
        "/release retry [project] [version]",
        "/release skip <reason> [project] [version]",
        "/release review <findings> [project] [version]",
        "/release cancel <reason> [project] [version] [keep]",
        "/release rollback <environment> <reason> [project] [to] [of] [bad] [dry-run]",
        "/release resume <environment> <reason> [project] [forget-bad]",
        "/release adopt <branch> [project] [dry-run]",
        "/approve [gate] [project] [version] [note] [together]",
        "/reject <reason> [gate] [project] [version]",
        "/withdraw [gate] [project] [version]",
        "/tick [item] [off] [gate] [version]",
        "/acknowledge <incident>",
        "/confirm <question>",
        "/agree [gate] [version]",
        "/cancel [version]",
        "/incident rollback <incident>",
        "/incident hotfix <incident> <description>",
        "/incident resume <incident> <reason>",
        "/hotfix <description> [critical|high|medium|low] [project] [version] [dry-run]",
        "/deploys [project] [pr]",
        "/freeze start <reason> [until] [project] [branches] [no-hotfixes] [confirm] [dry-run]",
        "/freeze lift [freeze] [project] [reason] [undo] [dry-run]",
        "/freeze status [project]",
        "/freeze exempt <pull-request> <reason> [until] [project] [dry-run]",
        "/freeze grant <number> [dry-run]",
        "/freeze refuse <number> <reason> [dry-run]",
        "/flag list",
        "/flag off <name> <reason>",
        "/flag on <name> <reason>",
        "/schedule list [project]",
        "/schedule preview [date] [count] [project]",
        "/schedule skip <date> <reason> [on] [project] [version] [dry-run]",
        "/schedule move <date> <to> <reason> [on] [project] [version] [dry-run]",
        "/why [project] [version]",
        "/whoami",
        "/help [command]",
        "/start",
        "/release [project]",
    ];
    assert_eq!(SPECS.iter().map(|spec| spec.usage()).collect::<Vec<_>>(), said);
}

#[test]
fn only_those_who_may_are_let_through() {
    for spec in SPECS {
        assert_eq!(spec.changing, spec.needs != Permission::Anyone, "{}: to look is free, to change is not", spec.path);
    }
    let needs = |path: &str| crate::spec(path).unwrap().needs;
    assert_eq!(needs("release skip"), Permission::Override);
    assert_eq!(needs("hotfix"), Permission::Hotfix);
    assert_eq!(needs("approve"), Permission::Decide);
}

#[test]
fn every_dry_run_belongs_to_a_command_that_changes_something() {
    for spec in SPECS {
        assert!(spec.changing || spec.args.iter().all(|arg| arg.kind != ArgKind::Flag), "{}", spec.path);
    }
}

#[test]
fn telegram_takes_the_menu_and_each_entry_works() {
    let menu = telegram_menu();
    assert!(menu.iter().any(|(name, _)| name == "release_prepare"));
    assert!(menu.iter().all(|(name, _)| name != "tick"));
    for (name, help) in menu {
        assert!(name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
        assert!((3..=256).contains(&help.len()), "{help}");
        assert_eq!(heard(&format!("/{name}")).path, name.replace('_', " "));
    }
}

#[test]
fn discord_takes_the_tree() {
    let tree = tree();
    let names = tree.iter().map(|branch| match branch {
        MenuEntry::Command(spec) => spec.path.to_owned(),
        MenuEntry::Group(group, commands) => format!("{}({})", group.name, commands.len()),
    });
    let names: Vec<String> = names.collect();
    assert_eq!(
        names,
        [
            "release(17)",
            "approve",
            "reject",
            "withdraw",
            "hotfix",
            "deploys",
            "freeze(6)",
            "flag(3)",
            "schedule(4)",
            "why",
            "whoami",
            "help"
        ]
    );
}

#[test]
fn discord_takes_every_name_and_description() {
    let discord_name = |name: &str| {
        (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    for group in GROUPS {
        assert!(discord_name(group.name) && group.help.len() <= 100);
    }
    for spec in SPECS {
        assert!(spec.path.split(' ').all(discord_name) && spec.path.split(' ').count() <= 2, "{}", spec.path);
        assert!((1..=100).contains(&spec.help.len()), "{}", spec.help);
        let grouped = spec.group().is_none_or(|group| GROUPS.iter().any(|known| known.name == group));
        assert!(spec.hidden || grouped, "{}: only what no menu shows is in no group", spec.path);
        assert!(spec.args.len() <= 25);
        let optional_first = spec.args.windows(2).any(|pair| matches!(pair, [a, b] if !a.required && b.required));
        assert!(!optional_first, "{}: what is required comes first", spec.path);
        for arg in spec.args {
            assert!(discord_name(arg.name) && (1..=100).contains(&arg.help.len()), "{} {}", spec.path, arg.name);
        }
        let names: HashSet<_> = spec.args.iter().map(|arg| arg.name).collect();
        assert_eq!(names.len(), spec.args.len(), "{}", spec.path);
    }
}

#[test]
fn help_tells_what_can_be_typed() {
    assert_eq!(help_lines("whoami"), ["/whoami — Tell who you are to the bot and what you may do"]);
    let releases = tree().into_iter().find_map(|entry| match entry {
        MenuEntry::Group(group, commands) => (group.name == "release").then_some(commands.len()),
        MenuEntry::Command(_) => None,
    });
    assert_eq!(Some(help_lines("release").len()), releases);
    assert_eq!(help_lines("tick"), [""; 0], "only buttons say it");
}

#[test]
fn help_explains_one_command_however_it_is_written() {
    for written in ["release next", "/release_next", " Release Next "] {
        assert_eq!(
            find(written).unwrap().explained(),
            [
                "/release next [project] [major|minor|patch]",
                "Tell the next version and its notes before anything happens",
                "project — Project to look ahead for",
                "bump — Which part of the version to raise (major, minor, patch)",
            ]
        );
    }
    assert!(matches!(find("release"), Err(UsageError::Incomplete { heard: None, .. })));
    assert!(matches!(find("why not"), Err(UsageError::Unknown { .. })));
    assert!(matches!(find(""), Err(UsageError::Unknown { did_you_mean: None, .. })));
}

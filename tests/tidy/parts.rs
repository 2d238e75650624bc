//! What each part of the house may take from the others, and from outside.

use std::collections::BTreeMap;

use super::{part, rule, source::Source};

/// Whether a line uses something of this crate, or the crate itself.
fn names_crate(line: &str, name: &str) -> bool {
    let used = |(at, _): (usize, &str)| {
        // `::name::` begins at the crates; `ours::name::` does not.
        let before = line[..at].strip_suffix("::").unwrap_or(&line[..at]).chars().next_back();
        let after = &line[at + name.len()..];
        let whole = before.is_none_or(|letter| !(letter.is_alphanumeric() || "_\"".contains(letter)));
        whole && (after.starts_with("::") || (line.trim_start().starts_with("use ") && after.starts_with([';', ' '])))
    };
    line.match_indices(name).any(used)
}

#[test]
fn a_crate_is_named_where_it_is_used() {
    for line in ["use sled::Tree;", "fn x(tree: &::sled::Tree)", "use sled;", "    sled::open(path)", "use sled as s;"]
    {
        assert!(names_crate(line, "sled"), "{line}");
    }
    for line in ["let sled = 1;", "crate::sled::X", "bobsled::X", "\"sled::open\"", "untangled::X"] {
        assert!(!names_crate(line, "sled"), "{line}");
    }
}

#[test]
fn each_client_library_is_named_in_one_place() {
    let homes = [
        ("serenity", "src/chat/discord/"),
        ("teloxide", "src/chat/telegram/"),
        ("octocrab", "src/github/"),
        ("sled", "src/store/"),
    ];
    for (library, home) in homes {
        rule(
            &format!("only {home} names {library}"),
            &format!("say in our own words what is needed, and let {home} say it in {library}'s"),
            &["src", "commands"],
            ("src/engine/runner/mod.rs", &format!("//! x\nuse {library}::Anything;\n")),
            |source| {
                let inside = source.path.starts_with(home);
                let lines = source.where_code(|line| !inside && names_crate(line, library));
                lines.into_iter().map(|line| (line, format!("names {library}"))).collect()
            },
        );
    }
}

#[test]
fn only_the_clock_knows_the_time() {
    rule(
        "only src/clock reads the system's clock",
        "take `now` as a parameter, or ask the desk's clock",
        &["src", "commands"],
        ("src/engine/steps/tag.rs", "//! x\nlet at = Utc::now();\n"),
        |source| {
            let reads = |line: &str| {
                // What measures how long something takes may do so; it never tells the time.
                ["Utc::now", "SystemTime", "Local::now", "Tz::now"].iter().any(|word| line.contains(word))
            };
            let lines = source.where_code(|line| !source.path.starts_with("src/clock/") && reads(line));
            lines.into_iter().map(|line| (line, "reads the system's clock".to_owned())).collect()
        },
    );
}

/// What each part may take from the others. `main`, `demo` and `app` connect, so they may take everything.
///
/// `github` takes `config` for one type, the secret that does not print itself, and the clock, because tokens run out.
/// `handlers` take `chat` for one type, the incoming message.
const MAY_TAKE: [(&str, &str); 24] = [
    ("domain", ""),
    ("config", "domain"),
    ("store", "domain"),
    ("messages", "domain"),
    ("playbooks", "config::Problem domain"),
    ("check", "config domain messages playbooks"),
    ("clock", ""),
    ("bounded", ""),
    ("logging", ""),
    ("work", "clock domain store"),
    ("github", "bounded clock config::Secret domain"),
    ("flags", "bounded config::Secret context domain messages record store work"),
    ("context", "clock domain flags github messages store work"),
    ("record", "context domain messages store"),
    // Steps act; what drives them decides when.
    ("engine::steps", "domain github messages"),
    ("engine", "context domain github messages record store work"),
    ("enforcer", "context domain engine::runner github messages record store work"),
    ("scheduler", "context domain engine github messages record store work"),
    ("handlers", "chat::incoming context domain engine flags github messages record store"),
    ("reports", "config context domain engine::runner github logging messages record store work"),
    ("chat", "bounded clock context domain engine::runner handlers logging messages store work"),
    ("web", "config context domain enforcer engine::runner github logging messages reports store work"),
    ("upkeep", "chat::incoming clock config context domain messages record store work"),
    ("lib", ""),
];

#[test]
fn dependencies_run_one_way() {
    let may: BTreeMap<&str, Vec<&str>> =
        MAY_TAKE.iter().map(|(part, others)| (*part, others.split_whitespace().collect())).collect();
    rule(
        "dependencies between the parts of src run one way",
        "move what is shared down into domain, or hand it over as a parameter; if the house has truly changed, change \
         MAY_TAKE in tests/tidy/parts.rs together with docs/architecture.md",
        &["src"],
        (
            "src/store/mod.rs",
            "//! x\nuse crate::{\n    domain::release::Release,\n    handlers::{self, Refusal},\n};\n",
        ),
        |source| {
            let own = part(&source.path);
            if ["app", "main", "demo"].contains(&own) {
                return vec![];
            }
            let Some(may) = may.get(own) else {
                return vec![(1, format!("MAY_TAKE does not say what {own} may take"))];
            };
            let allowed = |path: &str| {
                let fits = |allowed: &&str| path == *allowed || path.starts_with(&format!("{allowed}::"));
                path.starts_with(&format!("{own}::")) || path == own || may.iter().any(fits)
            };
            let wrong = source.takes().into_iter().filter(|(_, path)| !allowed(path));
            wrong.map(|(line, path)| (line, format!("{own} takes {path}"))).collect()
        },
    );
    let taken = Source::new("src/a.rs", "use crate::{a::{b, c::D as E}, f};\nlet x = crate::g::h(1);\n").takes();
    let taken: Vec<(usize, &str)> = taken.iter().map(|(line, path)| (*line, path.as_str())).collect();
    assert_eq!(taken, [(1, "a::b"), (1, "a::c::D"), (1, "f"), (2, "g::h")]);
}

#[test]
fn the_two_chats_do_not_know_each_other_nor_decide() {
    rule(
        "a platform's folder connects, reads and renders, and ends in the one reception",
        "put what both chats need into src/chat, and what is decided into src/handlers",
        &["src"],
        ("src/chat/discord/read.rs", "//! x\nuse crate::chat::telegram;\n"),
        |source| {
            let other = match source.path.strip_prefix("src/chat/").and_then(|inside| inside.split('/').next()) {
                Some("discord") => "chat::telegram",
                Some("telegram") => "chat::discord",
                _ => return vec![],
            };
            let deciding = [other, "handlers", "runner", "store", "desk", "journal"];
            let wrong =
                |path: &str| deciding.iter().any(|part| path == *part || path.starts_with(&format!("{part}::")));
            source
                .takes()
                .into_iter()
                .filter(|(_, path)| wrong(path))
                .map(|(line, path)| (line, format!("takes {path}")))
                .collect()
        },
    );
}

#[test]
fn what_people_can_say_depends_on_nothing_of_ours() {
    rule(
        "commands depends on none of our crates",
        "the crate says what can be said; whoever needs more takes it from there",
        &["commands"],
        ("commands/tick.rs", "//! x\nuse shipmate::domain::release::gate::Gate;\n"),
        |source| {
            let lines = source.where_code(|line| names_crate(line, "shipmate") || names_crate(line, "sandbox"));
            lines.into_iter().map(|line| (line, "takes something of ours".to_owned())).collect()
        },
    );
    rule(
        "the bot does not know that it lives in a sandbox",
        "only `shipmate demo` starts one; the bot has addresses in its configuration",
        &["src"],
        ("src/github/client.rs", "//! x\nuse sandbox::world::World;\n"),
        |source| {
            let lines = source
                .where_code(|line| !["main", "demo"].contains(&part(&source.path)) && names_crate(line, "sandbox"));
            lines.into_iter().map(|line| (line, "names the sandbox".to_owned())).collect()
        },
    );
}

#[test]
fn the_domain_only_decides() {
    let impure = [
        "async fn",
        "async move",
        ".await",
        "tokio::",
        "reqwest::",
        "axum::",
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
    ];
    rule(
        "domain, messages and commands are pure: no waiting, no files, no network, no environment",
        "decide here, act in a step or a handler, and hand over what was read",
        &["src/domain", "src/messages", "commands"],
        ("src/domain/release/next/mod.rs", "//! x\npub async fn next() {}\n"),
        |source| {
            let lines = source.where_code(|line| impure.iter().any(|word| line.contains(word)));
            lines.into_iter().map(|line| (line, "does more than decide".to_owned())).collect()
        },
    );
}

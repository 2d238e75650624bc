//! The house is tidy: each rule of its order is read off the source, and tried on a sample that breaks it.

mod source;

use std::{collections::BTreeMap, path::Path};

use source::{Source, sources};

/// A broken rule: the line from 1, and what is wrong there.
type Broken = (usize, String);

/// Reads everything, and first the bad sample: a rule that cannot fail proves nothing.
fn rule(name: &str, way_out: &str, folders: &[&str], bad: (&str, &str), check: impl Fn(&Source) -> Vec<Broken>) {
    assert!(!check(&Source::new(bad.0, bad.1)).is_empty(), "{name}: the bad sample passes");
    let mut problems = vec![];
    for source in sources(folders) {
        problems.extend(check(&source).into_iter().map(|(line, what)| format!("{}:{line}: {what}", source.path)));
    }
    assert!(problems.is_empty(), "{name}\n  {}\nThe way out: {way_out}", problems.join("\n  "));
}

/// The part of the house that a file of `src` belongs to: `store`, `chat`, `clock`, …
fn part(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    if inside.starts_with("engine/steps/") {
        return "engine::steps";
    }
    inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

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
        "only src/clock.rs reads the system's clock",
        "take `now` as a parameter, or ask the desk's clock",
        &["src", "commands"],
        ("src/engine/steps/tag.rs", "//! x\nlet at = Utc::now();\n"),
        |source| {
            let reads = |line: &str| {
                // What measures how long something takes may do so; it never tells the time.
                ["Utc::now", "SystemTime", "Local::now", "Tz::now"].iter().any(|word| line.contains(word))
            };
            let lines = source.where_code(|line| source.path != "src/clock.rs" && reads(line));
            lines.into_iter().map(|line| (line, "reads the system's clock".to_owned())).collect()
        },
    );
}

/// What each part may take from the others. `main`, `demo` and `app` connect, so they may take everything.
///
/// `github` takes `config` for one type, the secret that does not print itself, and the clock, because tokens run out.
/// `handlers` take `chat` for one type, the incoming message.
const MAY_TAKE: [(&str, &str); 20] = [
    ("domain", ""),
    ("config", "domain"),
    ("store", "domain"),
    ("messages", "domain"),
    ("playbooks", "domain"),
    ("clock", ""),
    ("work", "clock domain store"),
    ("github", "clock config::Secret domain"),
    ("flags", "config::Secret context domain messages record store work"),
    ("context", "clock domain flags github messages store work"),
    ("record", "context domain messages store"),
    // Steps act; what drives them decides when.
    ("engine::steps", "domain github messages"),
    ("engine", "context domain github messages record store work"),
    ("enforcer", "context domain engine::runner github messages record store work"),
    ("scheduler", "context domain engine github messages record store work"),
    ("handlers", "chat::incoming context domain engine flags github messages record store"),
    ("reports", "config context domain engine::runner github messages record store work"),
    ("chat", "clock context domain engine::runner handlers messages store work"),
    ("web", "config context domain enforcer engine::runner github messages reports store work"),
    ("lib", ""),
];

#[test]
fn dependencies_run_one_way() {
    let may: BTreeMap<&str, Vec<&str>> =
        MAY_TAKE.iter().map(|(part, others)| (*part, others.split_whitespace().collect())).collect();
    rule(
        "dependencies between the parts of src run one way",
        "move what is shared down into domain, or hand it over as a parameter; if the house has truly changed, change \
         MAY_TAKE in tests/tidy/mod.rs together with docs/architecture.md",
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

/// The methods of our GitHub that change something: they send, and it is not a `get`.
fn changing_verbs() -> Vec<String> {
    let mut verbs = vec![];
    for source in sources(&["src/github"]) {
        let text: String = source.code().iter().map(|(_, line)| format!("{line}\n")).collect();
        for method in text.split("pub async fn ").skip(1) {
            let name = method.split(['(', '<']).next().unwrap_or_default();
            let body = method.split("\n    }\n").next().unwrap_or_default();
            if ["post(", "change(", "delete(", "put(", "patch("].iter().any(|verb| body.contains(&format!(".{verb}"))) {
                verbs.push(name.to_owned());
            }
        }
    }
    verbs
}

#[test]
fn only_steps_change_github() {
    let verbs = changing_verbs();
    for known in
        ["create_branch", "move_tag", "delete_branch", "merge_branch", "dispatch", "publish_release", "set_status"]
    {
        assert!(verbs.iter().any(|verb| verb == known), "{known} changes GitHub, but is not seen to: {verbs:?}");
    }
    println!("tidy: {} verbs change GitHub: {}", verbs.len(), verbs.join(", "));
    rule(
        "only steps, and the enforcer of freezes, change anything on GitHub",
        "make it a step of the plan: it is looked for before it is done, recorded, retried, and survives a crash",
        &["src"],
        ("src/handlers/cancel.rs", "//! x\nrepository\n    .delete_branch(&name)\n    .await?;\n"),
        |source| {
            let inside = ["engine::steps", "enforcer", "github"].contains(&part(&source.path));
            let changes = |line: &str| verbs.iter().any(|verb| line.contains(&format!(".{verb}(")));
            let lines = source.where_code(|line| !inside && changes(line));
            lines.into_iter().map(|line| (line, "changes something on GitHub".to_owned())).collect()
        },
    );
}

#[test]
fn only_one_file_writes_to_the_disk_and_it_flushes() {
    let writing =
        ["apply_batch(", ".transaction(", "compare_and_swap(", "fetch_and_update(", "update_and_fetch(", "open_tree("];
    rule(
        "sled is written to in src/store/trees.rs only",
        "collect changes in `Writing`; the writer commits them together, with one flush, before anybody is answered",
        &["src"],
        ("src/store/outbox.rs", "//! x\nself.tree.apply_batch(batch)?;\n"),
        |source| {
            let elsewhere = !["src/store/trees.rs", "src/store/opening.rs"].contains(&source.path.as_str());
            let lines = source.where_code(|line| {
                let flushes =
                    part(&source.path) != "store" && (line.contains(".flush()") || line.contains(".flush_async("));
                elsewhere && (flushes || writing.iter().any(|word| line.contains(word)))
            });
            lines.into_iter().map(|line| (line, "writes to the database".to_owned())).collect()
        },
    );
    rule(
        "what is applied is flushed before anybody hears of it",
        "call `trees.flush()?` after `trees.apply(…)?` in the same function",
        &["src"],
        ("src/store/commits.rs", "//! x\nfn commit() {\n    trees.apply(changes)?;\n    answer();\n}\n"),
        |source| {
            let code = source.code();
            let flushed = |at: usize| code[at + 1..].iter().take(3).any(|(_, line)| line.contains("trees.flush()?"));
            let applied =
                code.iter().enumerate().filter(|(at, (_, line))| line.contains("trees.apply(") && !flushed(*at));
            applied.map(|(_, (line, _))| (*line, "is not flushed at once".to_owned())).collect()
        },
    );
}

#[test]
fn every_queue_has_a_bound() {
    rule(
        "no channel of src grows without end",
        "wake with `work::Waker`, and let whoever is woken look into the store; or bound the queue, and say in a comment what \
         happens when it is full",
        &["src", "commands"],
        ("src/engine/runner/mod.rs", "//! x\nlet (waker, wakes) = mpsc::unbounded_channel();\n"),
        |source| {
            let endless = ["unbounded_channel", "UnboundedSender", "UnboundedReceiver", "mpsc::unbounded"];
            let lines = source.where_code(|line| endless.iter().any(|word| line.contains(word)));
            lines.into_iter().map(|line| (line, "has no bound".to_owned())).collect()
        },
    );
}

#[test]
fn what_lives_on_is_supervised() {
    let homes = [
        // Begins the loops.
        "src/context/tasks.rs",
        // Answers one interaction each, in the bot's own runtime.
        "src/chat/discord/answer.rs",
        // serenity's own runtime; the connection itself is watched over.
        "src/chat/discord/gateway.rs",
        // Follows the clock of a world that is not the real one.
        "src/clock.rs",
        "src/demo/mod.rs",
        // The thread that writes: its end ends the process.
        "src/store/writer.rs",
    ];
    rule(
        "a task that lives on is started with `Context::keep`",
        "make it a `work::Worker`: it is started again when it fails, named in /readyz while it is down, and sets aside what it \
         fails over",
        &["src"],
        ("src/engine/backports.rs", "//! x\ntokio::spawn(keep(context));\n"),
        |source| {
            let spawns =
                |line: &str| line.contains("spawn(") && !line.contains("spawn_blocking(") && !line.contains("fn spawn");
            let lines = source.where_code(|line| !homes.contains(&source.path.as_str()) && spawns(line));
            lines.into_iter().map(|line| (line, "starts a task that nobody watches over".to_owned())).collect()
        },
    );
}

#[test]
fn nothing_gives_up_with_a_panic() {
    let words = [".unwrap()", ".expect(", ".unwrap_err()", "panic!(", "todo!(", "unimplemented!(", "unreachable!("];
    rule(
        "src and commands never panic on purpose",
        "return the problem; what cannot happen is better said by a type",
        &["src", "commands"],
        ("src/app/mod.rs", "//! x\nlet x = y.unwrap();\n"),
        |source| {
            let lines = source.where_code(|line| words.iter().any(|word| line.contains(word)));
            lines.into_iter().map(|line| (line, "may panic".to_owned())).collect()
        },
    );
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    rule(
        "every file opens with one sentence",
        "begin it with `//! `",
        &["src", "commands", "sandbox", "tests"],
        ("src/x.rs", "use std::fmt;\n"),
        |source| if source.text.starts_with("//! ") { vec![] } else { vec![(1, "does not say what it is".to_owned())] },
    );
    const LONGEST: usize = 400;
    rule(
        "no file is longer than 400 lines",
        "give what stands on its own a file of its own",
        &["src", "commands", "sandbox/src"],
        ("src/x.rs", &"//! x\n".repeat(LONGEST + 1)),
        |source| {
            let lines = source.text.lines().count();
            if lines > LONGEST { vec![(lines, format!("has {lines} lines"))] } else { vec![] }
        },
    );
}

/// The names that a playbook writes behind `do =`, off the variants of `Step`.
fn step_kinds(plan: &str) -> Vec<String> {
    let body = plan.split("pub enum Step {").nth(1).and_then(|rest| rest.split("\n}\n").next()).unwrap_or_default();
    let variant = |line: &str| {
        let name = line.strip_prefix("    ")?;
        if !name.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            return None;
        }
        let name: String = name.chars().take_while(|letter| letter.is_alphanumeric()).collect();
        let dashed = name.char_indices().map(|(at, letter)| match letter {
            letter if letter.is_uppercase() && at > 0 => format!("-{}", letter.to_ascii_lowercase()),
            letter => letter.to_ascii_lowercase().to_string(),
        });
        Some(dashed.collect())
    };
    body.lines().filter_map(variant).collect()
}

#[test]
fn every_kind_of_step_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kinds = step_kinds(&std::fs::read_to_string(root.join("src/domain/release/plan/step.rs")).unwrap());
    for known in ["snapshot", "tag", "pull-request", "sign-off", "back-merge"] {
        assert!(kinds.iter().any(|kind| kind == known), "{known} is a kind of step, but is not seen to be: {kinds:?}");
    }
    let undocumented = |page: &str| -> Vec<String> {
        kinds.iter().filter(|kind| !page.contains(&format!("`{kind}`"))).cloned().collect()
    };
    assert_eq!(undocumented("only `snapshot`").len(), kinds.len() - 1);
    let Ok(page) = std::fs::read_to_string(root.join("docs/playbooks.md")) else { return };
    let missing = undocumented(&page);
    assert!(missing.is_empty(), "docs/playbooks.md says nothing of {}: tell what each does", missing.join(", "));
}

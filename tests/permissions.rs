//! Who may what: every command, typed and as a button, by every kind of speaker. What comes out is `docs/permissions.md`.

use std::sync::atomic::{AtomicI64, Ordering};

use commands::{ArgKind, CommandSpec, Invocation, Permission, SPECS};
use sandbox::{cast, wire::Service};
use serde_json::{Value, json};

use crate::story::Story;

const SECRET: &str = "telegram_webhook-Secret";
const DOCUMENT: &str = "docs/permissions.md";
const GROUP_ANONYMOUS_BOT: i64 = 1_087_968_824;

/// The roles that hold each permission in the sandbox's configuration.
const PERMISSIONS: &[(Permission, &[&str])] = &[
    (Permission::Release, &["release-manager"]),
    (Permission::Hotfix, &["release-manager", "developer", "devops"]),
    (Permission::RollBack, &["release-manager", "developer", "devops"]),
    (Permission::Freeze, &["release-manager", "product-manager"]),
    (Permission::Exempt, &["release-manager", "product-manager"]),
    (Permission::Flag, &["release-manager", "developer", "devops"]),
    (Permission::Override, &["release-manager"]),
];

/// Where and how somebody speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// In the team's Telegram group.
    Group,
    /// In a Telegram group that somebody made.
    OtherGroup,
    /// In private on Telegram.
    Private,
    /// As an administrator of the team's group who does not show who it is.
    Anonymous,
    /// As a channel, in the team's group.
    Channel,
    /// As a channel's own post.
    Post,
    /// As a bot.
    Bot,
    /// By a message that is forwarded.
    Forward,
    /// By a message that is changed afterwards.
    Edit,
    /// By a button in the team's Telegram group.
    Press,
    /// By a button in another Telegram group.
    OtherPress,
    /// In a channel of the team's Discord server.
    Server,
    /// In another Discord server.
    OtherServer,
    /// In private on Discord.
    Direct,
}

/// What somebody counts as.
enum Counts {
    /// Nothing that they say is heard.
    Unheard,
    /// The bot is not at home there, and tells them their own ids.
    Elsewhere,
    /// Somebody whom the configuration does not know.
    Unknown,
    /// A person with these roles.
    Known(&'static [&'static str]),
}

struct Kind {
    name: &'static str,
    who: cast::Person,
    way: Way,
    counts: Counts,
}

/// Alice has her role by what the platform says of her, bob has none, and nobody knows frank.
const KINDS: &[Kind] = &[
    kind("Telegram: nobody's account", cast::FRANK, Way::Group, Counts::Unknown),
    kind("Telegram: known, without a role", cast::BOB, Way::Group, Counts::Known(&[])),
    kind("Telegram: product manager", cast::CAROL, Way::Group, Counts::Known(&["product-manager"])),
    kind("Telegram: developer", cast::DAVE, Way::Group, Counts::Known(&["developer"])),
    kind("Telegram: devops", cast::ERIN, Way::Group, Counts::Known(&["devops", "developer"])),
    kind(
        "Telegram: release manager, as administrator there",
        cast::ALICE,
        Way::Group,
        Counts::Known(&["release-manager"]),
    ),
    kind("Telegram: the same in a group of her own", cast::ALICE, Way::OtherGroup, Counts::Elsewhere),
    kind("Telegram: the same in private", cast::ALICE, Way::Private, Counts::Known(&[])),
    kind("Telegram: nobody's account in private", cast::FRANK, Way::Private, Counts::Elsewhere),
    kind("Telegram: an anonymous administrator", cast::ALICE, Way::Anonymous, Counts::Unknown),
    kind("Telegram: a channel in the group", cast::ALICE, Way::Channel, Counts::Unknown),
    kind("Telegram: a channel's post", cast::ALICE, Way::Post, Counts::Unheard),
    kind("Telegram: a bot", cast::ALICE, Way::Bot, Counts::Unheard),
    kind("Telegram: what is forwarded", cast::ALICE, Way::Forward, Counts::Unheard),
    kind("Telegram: what is changed afterwards", cast::ALICE, Way::Edit, Counts::Unheard),
    kind("Telegram button: nobody's account", cast::FRANK, Way::Press, Counts::Unknown),
    kind("Telegram button: known, without a role", cast::BOB, Way::Press, Counts::Known(&[])),
    kind("Telegram button: developer", cast::DAVE, Way::Press, Counts::Known(&["developer"])),
    kind("Telegram button: release manager", cast::ALICE, Way::Press, Counts::Known(&["release-manager"])),
    kind("Telegram button: in a group of her own", cast::ALICE, Way::OtherPress, Counts::Elsewhere),
    kind("Discord: known, without a role", cast::BOB, Way::Server, Counts::Known(&[])),
    kind("Discord: product manager", cast::CAROL, Way::Server, Counts::Known(&["product-manager"])),
    kind("Discord: developer", cast::DAVE, Way::Server, Counts::Known(&["developer"])),
    kind("Discord: release manager, by Discord's role", cast::ALICE, Way::Server, Counts::Known(&["release-manager"])),
    kind("Discord: the same in another server", cast::ALICE, Way::OtherServer, Counts::Elsewhere),
    kind("Discord: the same in private", cast::ALICE, Way::Direct, Counts::Known(&[])),
];

const fn kind(name: &'static str, who: cast::Person, way: Way, counts: Counts) -> Kind {
    Kind { name, who, way, counts }
}

/// The configuration of these speakers.
fn configuration(text: &str) -> String {
    let text =
        text.replace("[telegram]\n", &format!("[telegram]\nmode = \"webhook\"\nwebhook_secret = \"{SECRET}\"\n"));
    let text = text.replace(r#"roles = ["release-manager", "team-lead"]"#, "roles = []");
    let text = text.replace(r#"roles = ["qa"]"#, "roles = []");
    let role = cast::role_id("release-manager").unwrap();
    // Somebody may sign off whom nobody here is: a gate at which nobody could decide is refused.
    let qa = "[roles.qa]\ndiscord_roles = [499999999999999999]\n";
    format!("{text}[roles.release-manager]\ntelegram_admins = true\ndiscord_roles = [{role}]\n{qa}")
}

/// A command that concerns nothing that there is, so that it does nothing once it is let through.
fn harmless(spec: &CommandSpec) -> Invocation {
    let about = |kind: ArgKind| match kind {
        ArgKind::Project => Some("nowhere"),
        ArgKind::Release => Some("9.9.9"),
        _ => None,
    };
    let needed = |kind: ArgKind| match kind {
        ArgKind::Text | ArgKind::Reason => "words",
        ArgKind::Project => "nowhere",
        ArgKind::Release => "9.9.9",
        ArgKind::Branch => "nowhere",
        ArgKind::Gate => "nothing",
        ArgKind::Environment => "nowhere",
        ArgKind::Freeze | ArgKind::Number => "99",
        ArgKind::Date | ArgKind::FeatureFlag => "none",
        ArgKind::Story => "S-99",
        ArgKind::Flag => "true",
        ArgKind::Choice(words) => words[0],
    };
    let args = spec.args.iter().filter_map(|arg| {
        let value = if arg.required { Some(needed(arg.kind)) } else { about(arg.kind) };
        Some((arg.name.to_owned(), value?.to_owned()))
    });
    Invocation { path: spec.path.to_owned(), args: args.collect() }
}

fn expected(counts: &Counts, spec: &CommandSpec) -> bool {
    match counts {
        Counts::Unheard => false,
        Counts::Elsewhere => spec.path == "whoami",
        Counts::Unknown => spec.needs == Permission::Anyone,
        Counts::Known(roles) => match PERMISSIONS.iter().find(|(permission, _)| *permission == spec.needs) {
            Some((_, holders)) => holders.iter().any(|role| roles.contains(role)),
            // Whether somebody decides at a gate, the gate says.
            None => true,
        },
    }
}

/// What Telegram reports of somebody who speaks in this way.
fn update(story: &Story, kind: &Kind, said: &Invocation) -> Option<Value> {
    static NUMBERS: AtomicI64 = AtomicI64::new(900_000_000);
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let (user, now) = (kind.who.telegram, story.world.clock().now().timestamp());
    let group =
        |title: &str| json!({ "id": story.world.telegram().chat_id(title).unwrap(), "type": "group", "title": title });
    let chat = match kind.way {
        Way::OtherGroup | Way::OtherPress => group("Mine"),
        Way::Private => json!({ "id": user, "type": "private", "first_name": kind.who.name }),
        _ => group("Incidents"),
    };
    let channel = json!({ "id": -1_009_999, "type": "channel", "title": "News" });
    let person = json!({ "id": user, "is_bot": kind.way == Way::Bot, "first_name": kind.who.name });
    let mut message =
        json!({ "message_id": number, "date": now, "chat": chat, "from": person, "text": said.to_string() });
    match kind.way {
        Way::Anonymous => {
            message["sender_chat"] = message["chat"].clone();
            message["from"] = json!({ "id": GROUP_ANONYMOUS_BOT, "is_bot": true, "first_name": "Group" });
        }
        Way::Channel => message["sender_chat"] = channel,
        Way::Post => (message["chat"], message["sender_chat"]) = (channel.clone(), channel),
        Way::Forward => {
            message["forward_origin"] = json!({ "type": "user", "date": now, "sender_user": message["from"] })
        }
        _ => {}
    }
    let mut update = json!({ "update_id": number });
    match kind.way {
        Way::Press | Way::OtherPress => {
            let (data, mut below) = (said.encode()?, message.clone());
            below["from"] = json!({ "id": story.world.telegram().bot_id(), "is_bot": true, "first_name": "Shipmate" });
            update["callback_query"] = json!({
                "id": number.to_string(), "from": message["from"], "chat_instance": "1", "message": below, "data": data,
            });
        }
        Way::Edit => {
            message["edit_date"] = json!(now);
            update["edited_message"] = message;
        }
        Way::Post => update["channel_post"] = message,
        _ => update["message"] = message,
    }
    Some(update)
}

/// Whether somebody is let through; nothing where they cannot say it in this way.
async fn is_let_through(story: &Story, kind: &Kind, said: &Invocation) -> Option<bool> {
    let (spec, before) = (commands::spec(&said.path).unwrap(), story.world.wire().recorded().len());
    let discord = match kind.way {
        Way::Server => Some("releases"),
        Way::OtherServer => Some("lobby"),
        Way::Direct => Some(kind.who.name),
        _ => None,
    };
    match discord {
        Some(_) if spec.hidden => return None,
        Some(place) => {
            let options: Vec<(&str, &str)> = said.args.iter().map(|(name, value)| (&**name, &**value)).collect();
            story.world.discord().command(kind.who.name, place, spec.path, &options).unwrap();
        }
        None if spec.hidden && !matches!(kind.way, Way::Press | Way::OtherPress) => return None,
        None => {
            let update = update(story, kind, said)?;
            assert_eq!(story.telegram_knocks(Some(SECRET), update.to_string()).await, 200);
        }
    }
    story.settle().await;
    let recorded = story.world.wire().recorded();
    let answers = recorded.iter().skip(before).filter(|sent| sent.service != Service::GitHub && sent.changing);
    let answer: String = answers.map(|sent| sent.body.to_string()).collect();
    let refusals = [
        "I do not know you, so you can read",
        "needs the role",
        "in the name of a group or channel",
        "I do nothing here",
    ];
    let heard = answer.contains("text") || answer.contains("content");
    Some(heard && !refusals.iter().any(|refusal| answer.contains(refusal)))
}

/// A story in which all these speakers can be heard.
async fn begin(alter: impl FnOnce(&str) -> String) -> Story {
    let story = Story::begin_configured(|text| alter(&configuration(text))).await;
    story.world.discord().leave_commands_everywhere();
    story.world.telegram().make_group("alice", "Mine").unwrap();
    // A bot speaks in private to those only who spoke first.
    story.world.telegram().say("alice", "alice", None, "/start").unwrap();
    story.settle().await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_gate_those_decide_whom_it_names() {
    let story = begin(|text| text.replace(r#"roles = ["product-manager"]"#, r#"roles = ["qa"]"#)).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let reject = Invocation::new("reject").with("gate", "qa").with("reason", "no");
    let (named, others): (Vec<&Kind>, Vec<&Kind>) = KINDS.iter().partition(|kind| kind.who == cast::CAROL);
    for kind in others {
        let may = is_let_through(&story, kind, &reject).await;
        assert_ne!(may, Some(true), "{}: {}", kind.name, story.told());
    }
    assert!(!story.told().contains("rejected"), "{}", story.told());
    assert_eq!(is_let_through(&story, named[0], &reject).await, Some(true));
    assert!(story.told().contains("carol said no"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_what_their_role_says_and_nothing_else() {
    let story = begin(str::to_owned).await;
    let (mut rows, mut wrong, mut cells) = (vec![], vec![], 0);
    for spec in SPECS {
        let mut row = format!("| `/{}` | {:?} |", spec.path, spec.needs);
        for kind in KINDS {
            let may = is_let_through(&story, kind, &harmless(spec)).await;
            cells += usize::from(may.is_some());
            if may.is_some_and(|may| may != expected(&kind.counts, spec)) {
                wrong.push(format!("{}: /{}: {may:?}", kind.name, harmless(spec)));
            }
            row.push_str(match may {
                Some(true) => " yes |",
                Some(false) => " no |",
                None => " |",
            });
        }
        rows.push(row);
        // Nobody says more than is heard.
        story.pass(2).await;
    }
    println!("permissions: {cells} cells, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} of {cells}:\n{}", wrong.len(), wrong.join("\n"));
    let document = document(&rows, cells);
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT);
    if std::env::var("INSTA_UPDATE").is_ok_and(|wanted| wanted == "always") {
        std::fs::write(&file, &document).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == document, "{DOCUMENT} tells something else: run this test with INSTA_UPDATE=always");
    story.end().await;
}

fn document(rows: &[String], cells: usize) -> String {
    let holders = PERMISSIONS.iter().map(|(permission, roles)| format!("| {permission:?} | {} |", roles.join(", ")));
    let kinds = KINDS.iter().enumerate().map(|(index, kind)| format!("{}. {}", index + 1, kind.name));
    let numbers: String = (1..=KINDS.len()).map(|number| format!(" {number} |")).collect();
    let lines = [
        "# Who may what\n".to_owned(),
        format!(
            "Written by the test `permissions`, which says each command in each way to a running bot and reads the answer: {cells}\n\
             cells. *yes*: the bot goes on to do what was said, or to say why it cannot. *no*: it says that the speaker may not, or\n\
             nothing. Empty: it cannot be said in this way.\n"
        ),
        "In this configuration:\n".to_owned(),
        "| Permission | Roles |".to_owned(),
        "| --- | --- |".to_owned(),
        holders.collect::<Vec<_>>().join("\n"),
        "\nWho has `Decide` is said by the gate; whoever is known gets as far as the gate. `Anyone` is whoever may read.\n".to_owned(),
        "The speakers:\n".to_owned(),
        kinds.collect::<Vec<_>>().join("\n"),
        format!("\n| Command | Needs |{numbers}"),
        format!("| --- | --- |{}", " --- |".repeat(KINDS.len())),
        rows.join("\n"),
    ];
    lines.join("\n") + "\n"
}

//! Reads what Discord sends: who speaks, where, and which command they mean.

use chrono::{DateTime, Utc};
use commands::Invocation;
use serenity::model::application::{
    ActionRowComponent, CommandDataOption, CommandDataOptionValue, CommandInteraction, CommandType, Interaction,
    InteractionContext, ModalInteraction,
};
use serenity::model::{
    channel::{ChannelType, PartialChannel},
    guild::Member,
    id::{ChannelId, GuildId},
    user::User,
};

use super::question::MissingArgument;
use crate::{
    chat::incoming::Incoming,
    domain::{
        message::post::{Place, ReplyTo},
        team::{
            here::Within,
            people::{Account, Speaker},
        },
    },
};

const OLD_BUTTON: &str = "This button is from another version of the bot, which cannot read it. /release status shows where the release \
     stands, with buttons that work.";
const NO_SLASH_COMMAND: &str = "This is none of my commands. /help lists them all.";

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Did {
    /// They said a command, or something that cannot be read.
    Said(Result<Invocation, String>),
    /// They pressed a button that asks something.
    AskedFor(MissingArgument),
    /// They answered what was asked.
    Answered(Result<Invocation, String>),
    /// They are typing an argument and want suggestions.
    Typing {
        /// The arguments so far, without the one being typed.
        so_far: Invocation,
        /// Which argument.
        argument: String,
        /// What is typed of it.
        typed: String,
    },
}

/// What somebody did with the bot; none when it is nothing a person does.
pub(super) fn did(interaction: &Interaction) -> Option<Did> {
    Some(match interaction {
        Interaction::Command(command) if command.data.kind != CommandType::ChatInput => {
            Did::Said(Err(NO_SLASH_COMMAND.to_owned()))
        }
        Interaction::Command(command) => Did::Said(Ok(invocation(command))),
        Interaction::Autocomplete(command) => {
            let focused = command.data.autocomplete()?;
            let (argument, typed) = (focused.name.to_owned(), focused.value.to_owned());
            Did::Typing { so_far: invocation(command), argument, typed }
        }
        Interaction::Component(press) => match MissingArgument::named(&press.data.custom_id) {
            Some(asked) => Did::AskedFor(asked),
            None => Did::Said(Invocation::decode(&press.data.custom_id).ok_or_else(|| OLD_BUTTON.to_owned())),
        },
        Interaction::Modal(form) => Did::Answered(answer(form)),
        _ => return None,
    })
}

/// Who did it, where, and what that place lies in; none when it is nothing a person does.
pub(super) fn scene(interaction: &Interaction) -> Option<(Speaker, Place, Within)> {
    let (channel, member, user): (ChannelId, Option<&Member>, &User) = match interaction {
        Interaction::Command(command) | Interaction::Autocomplete(command) => {
            (command.channel_id, command.member.as_deref(), &command.user)
        }
        Interaction::Component(press) => (press.channel_id, press.member.as_ref(), &press.user),
        Interaction::Modal(form) => (form.channel_id, form.member.as_ref(), &form.user),
        _ => return None,
    };
    let within = match interaction {
        Interaction::Command(command) | Interaction::Autocomplete(command) => {
            within(command.guild_id, command.channel.as_ref(), command.context)
        }
        Interaction::Component(press) => within(press.guild_id, press.channel.as_ref(), press.context),
        // Serenity does not read where a form was sent from. The bot opens forms only where it is at home.
        Interaction::Modal(form) => within(form.guild_id, form.channel.as_ref(), Some(InteractionContext::BotDm)),
        _ => return None,
    };
    let nick = member.and_then(|member| member.nick.as_ref());
    let shown_as = nick.or(user.global_name.as_ref()).unwrap_or(&user.name).clone();
    let roles = member.map(|member| member.roles.as_slice()).unwrap_or_default();
    let platform_roles = roles.iter().map(ToString::to_string).collect();
    let speaker = Speaker { account: Account::Discord(user.id.get()), shown_as, username: None, platform_roles };
    Some((speaker, Place::Discord { channel: channel.get() }, within))
}

/// Only a thread's parent is a channel; a channel's is a category. People who installed the bot for themselves may use it
/// in talks with others, too: those are of the same type as a talk with the bot, and only their context differs.
fn within(server: Option<GuildId>, channel: Option<&PartialChannel>, context: Option<InteractionContext>) -> Within {
    let threads = [ChannelType::NewsThread, ChannelType::PublicThread, ChannelType::PrivateThread];
    let parent = channel.filter(|channel| threads.contains(&channel.kind)).and_then(|thread| thread.parent_id);
    match (server, context) {
        (Some(server), _) => Within::Server { id: server.get(), thread_of: parent.map(ChannelId::get) },
        (None, Some(InteractionContext::BotDm)) => Within::Private,
        (None, _) => Within::Nothing,
    }
}

/// What was heard, ready to be stored; none when it is nothing a person does.
pub(super) fn heard(
    interaction: &Interaction,
    said: Result<Invocation, String>,
    at: DateTime<Utc>,
) -> Option<Incoming> {
    let (speaker, place, within) = scene(interaction)?;
    let id = format!("discord:{}", interaction.id());
    let reply = ReplyTo::Interaction { token: interaction.token().to_owned(), late: None };
    Some(Incoming { id, at, speaker, place, within, said, reply, answers: None })
}

/// The command with its arguments; one that is being typed is left out.
fn invocation(command: &CommandInteraction) -> Invocation {
    let mut path = command.data.name.clone();
    let mut options = command.data.options.as_slice();
    while let [CommandDataOption { name, value, .. }] = options
        && let CommandDataOptionValue::SubCommand(inner) | CommandDataOptionValue::SubCommandGroup(inner) = value
    {
        path = format!("{path} {name}");
        options = inner;
    }
    let args = options.iter().filter_map(|option| Some((option.name.clone(), value(&option.value)?)));
    Invocation { path, args: args.collect() }
}

fn value(value: &CommandDataOptionValue) -> Option<String> {
    match value {
        CommandDataOptionValue::Boolean(yes) => Some(yes.to_string()),
        CommandDataOptionValue::Integer(number) => Some(number.to_string()),
        CommandDataOptionValue::Number(number) => Some(number.to_string()),
        CommandDataOptionValue::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn answer(form: &ModalInteraction) -> Result<Invocation, String> {
    let asked = MissingArgument::named(&form.data.custom_id).ok_or_else(|| OLD_BUTTON.to_owned())?;
    let fields = form.data.components.iter().flat_map(|row| &row.components);
    let words = fields.filter_map(|field| match field {
        ActionRowComponent::InputText(field) if field.custom_id == asked.argument => field.value.clone(),
        _ => None,
    });
    let words = words.collect::<String>();
    Ok(asked.answered(&words))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::chat::discord::samples::{form, press, read, slash, typing};

    #[test]
    fn a_slash_command_is_its_path_and_arguments() {
        let options = json!([{"name": "prepare", "type": 1, "options": [
            {"name": "project", "type": 3, "value": "api"},
            {"name": "dry-run", "type": 5, "value": true},
        ]}]);
        let interaction = read(slash("release", options));
        let expected = Invocation::new("release prepare").with("project", "api").with("dry-run", "true");
        assert_eq!(did(&interaction), Some(Did::Said(Ok(expected.clone()))));
        let at = DateTime::UNIX_EPOCH;
        let heard = heard(&interaction, Ok(expected.clone()), at).unwrap_or_else(|| panic!("a person speaks"));
        assert_eq!((heard.id.as_str(), heard.at, heard.said), ("discord:700", at, Ok(expected)));
        assert_eq!(heard.place, Place::Discord { channel: 20 });
        assert_eq!(heard.within, Within::Server { id: 10, thread_of: None });
        assert_eq!(heard.reply, ReplyTo::Interaction { token: "a-token".to_owned(), late: None });
        assert_eq!(heard.speaker.account, Account::Discord(1001));
        assert_eq!(heard.speaker.shown_as, "Ana (on call)");
        assert_eq!(heard.speaker.platform_roles, ["31", "32"]);
    }

    #[test]
    fn commands_without_arguments_are_read() {
        let interaction = read(slash("whoami", json!([])));
        assert_eq!(did(&interaction), Some(Did::Said(Ok(Invocation::new("whoami")))));
        let interaction = read(slash("release", json!([{"name": "list", "type": 1, "options": []}])));
        assert_eq!(did(&interaction), Some(Did::Said(Ok(Invocation::new("release list")))));
    }

    #[test]
    fn what_is_being_typed_is_apart() {
        let options = json!([{"name": "status", "type": 1, "options": [
            {"name": "project", "type": 3, "value": "api"},
            {"name": "version", "type": 3, "value": "2.", "focused": true},
        ]}]);
        let so_far = Invocation::new("release status").with("project", "api");
        let expected = Did::Typing { so_far, argument: "version".to_owned(), typed: "2.".to_owned() };
        assert_eq!(did(&read(typing("release", options))), Some(expected));
    }

    #[test]
    fn a_press_says_its_command() {
        let expected = Invocation::new("approve").with("gate", "qa");
        assert_eq!(did(&read(press("approve|gate=qa"))), Some(Did::Said(Ok(expected))));
        assert_eq!(did(&read(press("approve|gate"))), Some(Did::Said(Err(OLD_BUTTON.to_owned()))));
        let asked = MissingArgument { so_far: Invocation::new("reject"), argument: "reason".to_owned() };
        assert_eq!(did(&read(press("?reason:reject"))), Some(Did::AskedFor(asked)));
    }

    #[test]
    fn an_answer_completes_the_command() {
        let expected = Invocation::new("reject").with("gate", "qa").with("reason", "It *leaks*\nmemory");
        let interaction = read(form("?reason:reject|gate=qa", "reason", "It *leaks*\nmemory"));
        assert_eq!(did(&interaction), Some(Did::Answered(Ok(expected))));
        let nonsense = read(form("nonsense", "reason", "x"));
        assert_eq!(did(&nonsense), Some(Did::Answered(Err(OLD_BUTTON.to_owned()))));
    }

    #[test]
    fn people_without_a_nickname_are_shown_as_they_are_elsewhere() {
        let mut private = slash("whoami", json!([]));
        let user = json!({"id": "7", "username": "bo", "global_name": null});
        if let Some(fields) = private.as_object_mut() {
            fields.remove("member");
            fields.remove("guild_id");
            fields.insert("user".to_owned(), user);
        }
        let (speaker, ..) = scene(&read(private)).unwrap_or_else(|| panic!("a person speaks"));
        assert_eq!((speaker.shown_as.as_str(), speaker.platform_roles.len()), ("bo", 0));
    }

    /// `slash` somewhere else: with these fields, and without those of a server.
    fn said_in(fields: Value) -> Option<Within> {
        let mut said = slash("whoami", json!([]));
        if let (Some(said), Value::Object(fields)) = (said.as_object_mut(), fields) {
            if fields.contains_key("user") {
                said.retain(|key, _| {
                    !["member", "guild_id", "guild_locale", "context", "channel"].contains(&key.as_str())
                });
            }
            said.extend(fields);
        }
        scene(&read(said)).map(|(_, _, within)| within)
    }

    #[test]
    fn what_a_place_lies_in_is_read_off_the_interaction() {
        let user = json!({"id": "7", "username": "bo"});
        let talk = json!({"id": "20", "type": 1, "flags": 0, "last_message_id": "1", "recipients": [user]});
        let in_talk = |context: u8| said_in(json!({"user": user, "channel": talk, "context": context}));
        assert_eq!(in_talk(1), Some(Within::Private));
        assert_eq!(in_talk(2), Some(Within::Nothing), "a talk with somebody else");
        assert_eq!(said_in(json!({"user": user})), Some(Within::Nothing), "nothing says where");
        let channel = |kind: u8| said_in(json!({"channel": {"id": "20", "type": kind, "parent_id": "30"}}));
        assert_eq!(channel(0), Some(Within::Server { id: 10, thread_of: None }), "a category is no channel");
        for thread in [10, 11, 12] {
            assert_eq!(channel(thread), Some(Within::Server { id: 10, thread_of: Some(30) }));
        }
        let mut sent = form("?reason:reject", "reason", "x");
        assert_eq!(scene(&read(sent.clone())).map(|scene| scene.2), Some(Within::Server { id: 10, thread_of: None }));
        if let Some(fields) = sent.as_object_mut() {
            fields.retain(|key, _| !["member", "guild_id"].contains(&key.as_str()));
            fields.insert("user".to_owned(), user);
        }
        assert_eq!(scene(&read(sent)).map(|scene| scene.2), Some(Within::Private));
    }
}

//! The vocabulary as chats want to be told it: Telegram's menu, Discord's tree, and help.

use super::lookup::visible;
use super::{ArgKind, ArgSpec, CommandSpec, GroupSpec};
use crate::GROUPS;

/// One top-level name of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuEntry {
    /// A command that stands alone, such as `hotfix`.
    Command(&'static CommandSpec),
    /// A word that opens a group, such as `release`, and its commands.
    Group(&'static GroupSpec, Vec<&'static CommandSpec>),
}

/// Telegram's menu: names with underscores and their help, in the order of the vocabulary.
pub fn telegram_menu() -> Vec<(String, &'static str)> {
    visible().map(|spec| (spec.path.replace(' ', "_"), spec.help)).collect()
}

/// The top-level names in the order of the vocabulary, each group once with all its commands.
pub fn tree() -> Vec<MenuEntry> {
    let mut branches: Vec<MenuEntry> = Vec::new();
    for spec in visible() {
        let Some(group) = GROUPS.iter().find(|group| spec.group() == Some(group.name)) else {
            branches.push(MenuEntry::Command(spec));
            continue;
        };
        let open = branches.iter_mut().find_map(|branch| match branch {
            MenuEntry::Group(known, commands) if *known == group => Some(commands),
            MenuEntry::Group(..) | MenuEntry::Command(_) => None,
        });
        match open {
            Some(commands) => commands.push(spec),
            None => branches.push(MenuEntry::Group(group, vec![spec])),
        }
    }
    branches
}

/// One line for the command of this name, or for each of its group: `/hotfix <description> [project] … — Start a hotfix: …`.
pub fn help_lines(of: &str) -> Vec<String> {
    let own = visible().filter(|spec| spec.path == of || spec.group() == Some(of));
    own.map(|spec| format!("{} — {}", spec.usage(), spec.help)).collect()
}

impl CommandSpec {
    /// How it is typed: `<needed>`, `[may be left out]`.
    pub fn usage(&self) -> String {
        let args = self.args.iter().map(|arg| match (arg.required, arg.kind) {
            (true, _) => format!(" <{}>", arg.name),
            (false, ArgKind::Choice(choices)) => format!(" [{}]", choices.join("|")),
            (false, _) => format!(" [{}]", arg.name),
        });
        format!("/{}{}", self.path, args.collect::<String>())
    }

    /// The command explained: how it is typed, what it does, and a line for each argument.
    pub fn explained(&self) -> Vec<String> {
        let args = self.args.iter().map(ArgSpec::explained);
        [self.usage(), self.help.to_owned()].into_iter().chain(args).collect()
    }
}

impl ArgSpec {
    fn explained(&self) -> String {
        let explained = format!("{} — {}", self.name, self.help);
        let ArgKind::Choice(choices) = self.kind else { return explained };
        format!("{explained} ({})", choices.join(", "))
    }
}

//! What a command and its arguments look like from outside.

use super::Argument;

/// One command, described for menus, registrations, help and parsing.
#[derive(Debug, Clone, Copy)]
pub struct CommandSpec {
    /// The words it begins with: `hotfix`, or a group and a command such as `release prepare`.
    pub path: &'static str,
    /// One line of help, at most 100 bytes.
    pub help: &'static str,
    /// What the person must be allowed to do.
    pub needs: Permission,
    /// Its arguments, the required ones first, in the order in which bare values fill them.
    pub args: &'static [ArgSpec],
    /// Whether only buttons say it; it is in no menu and cannot be typed.
    pub hidden: bool,
    /// Whether it changes anything.
    pub changing: bool,
}

/// One argument of a command.
#[derive(Debug, Clone, Copy)]
pub struct ArgSpec {
    /// Its name as people write it, such as `dry-run`.
    pub name: &'static str,
    /// One line of help, at most 100 bytes.
    pub help: &'static str,
    /// How to ask for it when it is missing.
    pub question: &'static str,
    /// What can be said for it.
    pub kind: ArgKind,
    /// Whether the command cannot do without it.
    pub required: bool,
    /// Whether it may have spaces without being quoted.
    pub phrase: bool,
    /// Whether its name alone introduces it.
    pub keyword: bool,
    /// Whether only its name introduces it; see [`Argument::BY_NAME`](crate::Argument::BY_NAME).
    pub by_name: bool,
    accepts: fn(&str) -> bool,
}

/// What can be said for an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArgKind {
    /// A few words on one line.
    Text,
    /// A person's own words, possibly of several lines.
    Reason,
    /// A configured project.
    Project,
    /// A release that exists: its version, or `#12`.
    Release,
    /// A branch of the project's repository.
    Branch,
    /// A gate of the release.
    Gate,
    /// An environment of the project.
    Environment,
    /// A freeze that exists: its number or name.
    Freeze,
    /// A date of a playbook or a schedule, by its name.
    Date,
    /// A feature flag's name.
    FeatureFlag,
    /// A story of the project, by its name; several where the command takes several.
    Story,
    /// A number from 0.
    Number,
    /// Yes, or left out.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// What a person must be allowed to do before a command is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Whoever may read the channel.
    Anyone,
    /// Start releases and move them on.
    Release,
    /// Start hotfixes.
    Hotfix,
    /// Roll environments back: whoever may start releases or hotfixes.
    RollBack,
    /// Start and lift freezes.
    Freeze,
    /// Grant exemptions from freezes that others ask for.
    Exempt,
    /// Switch feature flags.
    Flag,
    /// Go on without a step.
    Override,
    /// Decide at a gate; the gate says who that is.
    Decide,
}

/// A word that only opens a group of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupSpec {
    /// The word, such as `release`.
    pub name: &'static str,
    /// One line of help, at most 100 bytes.
    pub help: &'static str,
}

impl CommandSpec {
    pub(crate) const fn new(
        path: &'static str,
        help: &'static str,
        needs: Permission,
        args: &'static [ArgSpec],
    ) -> Self {
        Self { path, help: help.trim_ascii(), needs, args, hidden: false, changing: false }
    }

    pub(crate) const fn changing(self) -> Self {
        Self { changing: true, ..self }
    }

    pub(crate) const fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// The argument of this name, if it has one.
    pub fn arg(&self, name: &str) -> Option<&'static ArgSpec> {
        self.args.iter().find(|arg| arg.name == name)
    }

    /// The group it belongs to, if any: `release` for `release prepare`.
    pub fn group(&self) -> Option<&'static str> {
        self.path.split_once(' ').map(|(group, _)| group)
    }

    /// Its own word: `prepare` for `release prepare`.
    pub fn leaf(&self) -> &'static str {
        self.path.split_once(' ').map_or(self.path, |(_, leaf)| leaf)
    }
}

impl ArgSpec {
    pub(crate) const fn of<T: Argument>(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help: help.trim_ascii(),
            question: T::QUESTION,
            kind: T::KIND,
            required: T::REQUIRED,
            phrase: T::PHRASE,
            keyword: T::KEYWORD,
            by_name: T::BY_NAME,
            accepts: accepts::<T>,
        }
    }

    pub(crate) const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    pub(crate) const fn asking(self, question: &'static str) -> Self {
        Self { question, ..self }
    }

    /// Whether the text can be read as this argument; whether such a thing exists is not known here.
    pub fn accepts(&self, text: &str) -> bool {
        (self.accepts)(text)
    }
}

fn accepts<T: Argument>(text: &str) -> bool {
    T::parse(text).is_ok()
}

impl ArgKind {
    /// Whether the bot can suggest values for it from what it knows; choices are listed with the command itself.
    pub const fn is_suggested(self) -> bool {
        match self {
            Self::Project
            | Self::Release
            | Self::Branch
            | Self::Gate
            | Self::Freeze
            | Self::Date
            | Self::Environment
            | Self::FeatureFlag
            | Self::Story => true,
            Self::Text | Self::Reason | Self::Number | Self::Flag | Self::Choice(_) => false,
        }
    }
}

/// Two descriptions are the same when they describe the same command.
impl PartialEq for CommandSpec {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for CommandSpec {}

/// Two descriptions are the same when everything people see of them is.
impl PartialEq for ArgSpec {
    fn eq(&self, other: &Self) -> bool {
        let seen = |arg: &Self| (arg.name, arg.help, arg.question, arg.kind, arg.required, arg.phrase);
        seen(self) == seen(other)
    }
}

impl Eq for ArgSpec {}

//! Everything people can say to Shipmate, said once for every chat.
//!
//! This folder is the menu: one file a command, grouped as people type them. What a chat heard is an [`Invocation`];
//! what it means is a [`Command`]. `grammar/` turns the one into the other and describes the commands to the chats;
//! `values/` holds what an argument can be. Nothing here knows a chat, a clock or the outside world.

#[macro_use]
mod grammar;
mod values;

mod acknowledge;
mod agree;
mod approve;
mod cancel;
mod confirm;
mod deploys;
mod flag;
mod freeze;
mod help;
mod hotfix;
mod incident;
mod reject;
mod release;
mod schedule;
mod start;
mod tick;
mod whoami;
mod why;
mod withdraw;

#[cfg(test)]
mod stories;

pub use acknowledge::Acknowledge;
pub use agree::Agree;
pub use approve::Approve;
pub use cancel::Cancel;
pub use confirm::Confirm;
pub use deploys::Deploys;
pub use flag::{FlagList, FlagOff, FlagOn};
pub use freeze::{FreezeExempt, FreezeGrant, FreezeLift, FreezeRefuse, FreezeStart, FreezeStatus};
pub use grammar::{
    ArgKind, ArgSpec, Argument, BUTTON_BYTES, CommandSpec, GroupSpec, Invocation, MenuEntry, Permission, UsageError,
    find, help_lines, parse_text, spec, telegram_menu, tree,
};
pub use help::Help;
pub use hotfix::Hotfix;
pub use incident::{IncidentHotfix, IncidentResume, IncidentRollback};
pub use reject::Reject;
pub use release::{
    ReleaseAdd, ReleaseAdopt, ReleaseCancel, ReleaseList, ReleaseMerge, ReleaseMore, ReleaseNext, ReleaseNotes,
    ReleaseOverview, ReleasePrepare, ReleasePromote, ReleaseRemove, ReleaseResume, ReleaseRetry, ReleaseReview,
    ReleaseRollback, ReleaseSkip, ReleaseStatus,
};
pub use schedule::{ScheduleList, ScheduleMove, SchedulePreview, ScheduleSkip};
pub use start::Start;
pub use tick::Tick;
pub use values::{
    BranchName, Bump, ChangeRef, DateName, EnvironmentName, ExemptionNumber, FlagName, FreezeRef, GateName,
    LineNumbers, Moment, NewVersion, ProjectName, PullNumber, Reading, Reason, ReleaseRef, Severity, StoryName,
    StoryNames, Waiver,
};
pub use whoami::WhoAmI;
pub use why::Why;
pub use withdraw::Withdraw;

/// The words that only open a group of commands, with their one-line help.
pub const GROUPS: &[GroupSpec] = &[release::GROUP, freeze::GROUP, flag::GROUP, schedule::GROUP];

vocabulary! {
    ReleasePrepare, ReleaseStatus, ReleaseMore, ReleaseList, ReleaseNext, ReleaseNotes,
    ReleaseAdd, ReleaseRemove, ReleasePromote, ReleaseMerge, ReleaseRetry, ReleaseSkip, ReleaseReview,
    ReleaseCancel, ReleaseRollback, ReleaseResume, ReleaseAdopt,
    Approve, Reject, Withdraw, Tick, Acknowledge, Confirm, Agree, Cancel, IncidentRollback, IncidentHotfix, IncidentResume,
    Hotfix,
    Deploys,
    FreezeStart, FreezeLift, FreezeStatus, FreezeExempt, FreezeGrant, FreezeRefuse,
    FlagList, FlagOff, FlagOn,
    ScheduleList, SchedulePreview, ScheduleSkip, ScheduleMove,
    Why, WhoAmI, Help, Start, ReleaseOverview,
}

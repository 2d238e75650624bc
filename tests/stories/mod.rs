//! Stories in the users' words, by capability. Each ends in one snapshot of what people saw.

mod disagreement;
mod environments;
mod exemptions;
mod faces;
mod freeze;
mod freeze_calendar;
mod freeze_crowd;
mod freeze_on_github;
mod freeze_queue;
mod freeze_ruleset;
mod git_flow;
mod hotfix;
mod lost;
mod module;
mod monthly;
mod picking;
mod presses;
mod refusals;
mod release;
mod reports;
mod schedule;
mod train;
mod trouble;
mod trunk;
mod webhooks;

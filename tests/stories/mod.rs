//! Stories in the users' words, by capability. Each ends in one snapshot of what people saw.

mod disagreement;
mod faces;
mod freeze;
mod hotfix;
mod presses;
mod refusals;
mod release;
mod train;
mod trouble;
mod webhooks;

//! Carries releases out: how they begin, what drives them, the steps, and what is looked after beside them.

pub mod backfill;
pub mod backports;
pub mod begin;
mod by_hand;
pub mod left;
mod missing;
mod out_of_turn;
pub mod repositories;
mod reviews;
pub mod runner;
pub mod steps;

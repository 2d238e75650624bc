//! Stories in the users' words, by capability.

mod release;

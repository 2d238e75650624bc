//! What a schedule means, against what every minute of a year says.

mod meaning;
mod year;

//! A long configuration costs as much as it is long.

use std::{fmt::Write, time::Instant};

use super::{SMALL, parse};

/// How long it takes to read that many schedules, in seconds: the quickest of five readings.
fn reading(schedules: usize) -> f64 {
    let mut text = SMALL.to_owned();
    for number in 0..schedules {
        let schedule = format!("name = \"at-{number}\"\ncron = \"0 9 * * 1-5\"\nsays = \"Is it done?\"\n");
        write!(text, "[[schedules]]\nproject = \"api\"\n{schedule}").unwrap();
    }
    let read = |_| {
        let began = Instant::now();
        assert_eq!(parse(&text).unwrap().schedules.len(), schedules);
        began.elapsed().as_secs_f64()
    };
    (0..5).map(read).fold(f64::INFINITY, f64::min)
}

#[test]
fn twenty_times_the_schedules_take_about_twenty_times_as_long() {
    let (few, many) = (reading(300), reading(6_000));
    println!("300 schedules: {few:.3} s, 6,000: {many:.3} s, {:.1} times as long", many / few);
    assert!(many < few * 80.0, "{:.1} times as long for twenty times as many", many / few);
}

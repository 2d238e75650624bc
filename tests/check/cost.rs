//! A long configuration is checked in a time that grows as it does.

use std::{fmt::Write, time::Instant};

use super::{BOT, checked, my_way};

fn checking(schedules: usize) -> f64 {
    let mut text = BOT.to_owned();
    for number in 0..schedules {
        let schedule = format!("name = \"at-{number}\"\ncron = \"0 9 * * 1-5\"\nsays = \"Is it done?\"\n");
        write!(text, "[[schedules]]\nproject = \"api\"\n{schedule}").unwrap();
    }
    let playbook = my_way();
    let read = |_| {
        let began = Instant::now();
        assert_eq!(checked(&text, &playbook).unwrap().config.schedules.len(), schedules);
        began.elapsed().as_secs_f64()
    };
    (0..3).map(read).fold(f64::INFINITY, f64::min)
}

#[test]
fn ten_times_the_schedules_take_about_ten_times_as_long() {
    let (few, many) = (checking(1_000), checking(10_000));
    println!("1,000 schedules: {few:.3} s, 10,000: {many:.3} s");
    assert!(many < few * 40.0, "{:.1} times as long for ten times as many", many / few);
}

//! What was understood is said, and what could not be looked at.

use shipmate::check::told;

use super::{BOT, checked, my_way, now, without};

const MORE: &str = r#"[[schedules]]
project = "api"
name = "triage"
cron = "30 9 * * 1-5"
roll = "next-working-day"
says = "Which bugs came in?"
[[schedules]]
project = "api"
name = "over"
cron = "0 0 9 1 1 * 2020"
says = "Happy new year!"
[calendar]
holidays = ["2026-12-03 Founders' Day"]
"#;

#[test]
fn the_ways_the_deciders_the_dates_and_the_days_off_are_told() {
    let checked = checked(&format!("{BOT}{MORE}"), &my_way()).unwrap();
    let folder = checked.config.playbooks.as_ref().unwrap().parent().unwrap();
    let told = without(folder, &told::for_people(&checked, now()).join("\n"));
    insta::assert_snapshot!(told);
}

#[test]
fn a_train_tells_its_dates() {
    let train = BOT.replace("\"my-way\"", "\"weekly-train\"").replace("\"devops\"", "\"devops\", \"product-manager\"");
    let checked = checked(&train, &my_way()).unwrap();
    let told = told::for_people(&checked, now()).join("\n");
    let told = told.lines().filter(|line| line.contains("2026-")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(told);
}

#[test]
fn the_sample_is_right_with_doubts_only() {
    let sample = include_str!("../../bot.toml");
    let checked = shipmate::check::read(sample, "bot.toml", &|name| Some(format!("a-value-for-{name}")), now());
    let told = told::for_people(&checked.unwrap(), now()).join("\n");
    insta::assert_snapshot!(told);
}

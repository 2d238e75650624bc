//! A table of mistakes, each with what is said of it: one slip, one sentence, in its place, with the way out.

use super::{BOT, checked, my_way};

/// The deploy to staging, whose stage comes first.
const STAGING: &str = r#"{ do = "deploy", environment = "staging", git-ref = "{branch}", build = "-rc.{time}" },"#;
const TAG: &str = "  { do = \"tag\", name = \"{tag}\", message = \"Release {tag}\" },\n";
const QA: &str = r#"name = "qa", title = "QA sign-off", roles = ["qa"],"#;

/// What is said when a part of the playbook is written otherwise.
fn playbook(part: &str, other: &str) -> String {
    let text = my_way();
    assert!(text.contains(part), "{part}");
    told(BOT, &text.replacen(part, other, 1))
}

/// What is said when a part of bot.toml is written otherwise.
fn bot(part: &str, other: &str) -> String {
    assert!(BOT.contains(part), "{part}");
    told(&BOT.replacen(part, other, 1), &my_way())
}

/// What is said of more in bot.toml.
fn more(text: &str) -> String {
    told(&format!("{BOT}{text}"), &my_way())
}

fn told(bot: &str, playbook: &str) -> String {
    checked(bot, playbook).map(|_| "nothing is wrong".to_owned()).unwrap_or_else(|told| told)
}

/// Lines of the playbook without those that begin so.
fn without(start: &str) -> String {
    let text = my_way();
    let line = text.lines().find(|line| line.trim_start().starts_with(start)).unwrap();
    playbook(&format!("{line}\n"), "")
}

fn table(rows: Vec<(&str, String)>) -> String {
    let row = |(mistake, told): (&str, String)| format!("{mistake}\n    {}", told.replace('\n', "\n    "));
    rows.into_iter().map(row).collect::<Vec<_>>().join("\n")
}

fn schedule(cron: &str) -> String {
    more(&format!("[[schedules]]\nproject = \"api\"\nname = \"x\"\ncron = \"{cron}\"\nsays = \"x\"\n"))
}

fn after_staging(step: &str) -> String {
    playbook(STAGING, &format!("{STAGING}\n  {step}"))
}

#[test]
fn nothing_is_wrong_before_a_slip() {
    assert_eq!(told(BOT, &my_way()), "nothing is wrong");
}

#[test]
fn what_a_playbook_and_its_configuration_contradict_each_other_in() {
    let gate = |more: &str| playbook(QA, &format!("{QA}{more}"));
    let roles = |roles: &str| playbook(QA, &QA.replace("[\"qa\"]", roles));
    let table = table(vec![
        ("soak for = \"1 hour\"", after_staging(r#"{ do = "soak", environment = "staging", for = "1 hour" },"#)),
        ("watch for = \"an hour\"", after_staging(r#"{ do = "watch", environment = "staging", for = "an hour" },"#)),
        ("soak for = \"\"", after_staging(r#"{ do = "soak", environment = "staging", for = "" },"#)),
        ("deploy soak = \"1 hour\"", playbook("build = \"-rc.{time}\"", "soak = \"1 hour\"")),
        ("deploy watch = \"-5m\"", playbook("build = \"-rc.{time}\"", "watch = \"-5m\"")),
        ("target = \"3000000000000h\"", playbook("target = \"8h\"", "target = \"3000000000000h\"")),
        ("target = \"-8h\"", playbook("target = \"8h\"", "target = \"-8h\"")),
        ("remind = [\"1 h\"]", playbook("remind = [\"1h\"]", "remind = [\"1 h\"]")),
        ("quorum = 0", gate(" quorum = 0,")),
        ("quorum = 2, one holds the role", gate(" quorum = 2,")),
        ("quorum = -1", gate(" quorum = -1,")),
        ("quorum = \"two\"", gate(" quorum = \"two\",")),
        ("roles = []", roles("[]")),
        ("roles = [\"qaa\"]", roles("[\"qaa\"]")),
        ("roles = [\"tester\"], which nobody holds", roles("[\"tester\"]")),
        ("roles = \"qa\"", roles("\"qa\"")),
        (
            "requester-may = false, only one may begin and decide",
            playbook(QA, &format!("{} requester-may = false,", QA.replace("[\"qa\"]", "[\"lead\"]"))),
        ),
        ("environment = \"stagng\"", playbook("environment = \"staging\"", "environment = \"stagng\"")),
        ("environment = \"uat\", which no project has", playbook("environment = \"staging\"", "environment = \"uat\"")),
        (
            "compare with \"prodction\"",
            after_staging(r#"{ do = "compare", environments = ["staging", "prodction"] },"#),
        ),
        (
            "watch \"europe\" after a deploy to \"staging\"",
            after_staging(r#"{ do = "watch", environment = "europe", for = "5m" },"#),
        ),
        ("promotes = \"prod\"", gate(" promotes = \"prod\",")),
        ("await-merge without a pull request", without("{ do = \"pull-request\", name = \"release\"")),
        ("merge-when-green without a pull request", without("{ do = \"pull-request\", name = \"backport\"")),
        ("{tag} without a tag step", playbook(TAG, "")),
        ("a back-merge's pull request without its branch", without("{ do = \"back-merge\"")),
        ("two gates called qa", playbook("name = \"post-deploy\"", "name = \"qa\"")),
        ("a gate called \"QA sign off\"", playbook("name = \"qa\"", "name = \"QA sign off\"")),
        ("{developmnt}", playbook("{development}", "{developmnt}")),
    ]);
    insta::assert_snapshot!(table);
}

#[test]
fn what_is_misspelt_in_a_playbook() {
    let table = table(vec![
        ("do = \"labls\"", playbook("do = \"labels\"", "do = \"labls\"")),
        ("timelin = true", playbook("timeline = true", "timelin = true")),
        ("timeline = \"yes\"", playbook("timeline = true", "timeline = \"yes\"")),
        ("source left out", playbook("source = \"develop\"\n", "")),
        ("environment left out", playbook("environment = \"staging\", ", "")),
        ("enviroment", playbook("environment = \"staging\"", "enviroment = \"staging\"")),
        ("repeat = \"on-psh\"", playbook("repeat = \"on-push\"", "repeat = \"on-psh\"")),
        ("bump = \"minr\"", playbook("bump = \"minor\"", "bump = \"minr\"")),
        ("by = \"pus\"", playbook("build = \"-rc.{time}\"", "by = \"pus\"")),
        ("title = Snapshot", playbook("title = \"Snapshot of develop, early tag, back-merge\"", "title = Snapshot")),
        (
            "soak with on-failur",
            after_staging(r#"{ do = "watch", environment = "staging", for = "5m", on-failur = "hold" },"#),
        ),
        (
            "three slips in one file",
            told(
                BOT,
                &my_way()
                    .replacen("do = \"labels\"", "do = \"labls\"", 1)
                    .replacen("{ do = \"await-fix\" }", "{ do = \"await-fx\" }", 1)
                    .replacen("{development}", "{developmnt}", 1),
            ),
        ),
    ]);
    insta::assert_snapshot!(table);
}

#[test]
fn what_bot_toml_says_that_cannot_be_meant() {
    let freeze = |more_text: &str| more(&format!("[[freezes]]\nname = \"f\"\nreason = \"x\"\n{more_text}"));
    let window = |name: &str, text: &str| format!("[[windows]]\nname = \"{name}\"\n{text}\n");
    let web = |lines: &str| {
        format!(
            "[projects.web]\nrepository = \"acme/API\"\nplaybook = \"my-way\"\nreleases = [\"telegram:-100\"]\n{lines}\
             [projects.web.environments]\nstaging = {{ workflow = \"s.yml\" }}\nproduction = {{ workflow = \"p.yml\" }}\n"
        )
    };
    let table = table(vec![
        ("a freeze whose from is its until", freeze("from = \"0 9 * * 1\"\nuntil = \"0 9 * * mon\"\n")),
        ("a freeze that begins more often than it ends", freeze("from = \"0 9 * * *\"\nuntil = \"0 9 * * mon\"\n")),
        ("a window whose opens is its closes", more(&window("w", "opens = \"0 9 * * 1\"\ncloses = \"0 9 * * 1\""))),
        (
            "two windows that are never open together",
            more(&(window("w", "times = [\"Mon 09:00-12:00\"]") + &window("v", "times = [\"Tue 09:00-12:00\"]"))),
        ),
        (
            "a window within a freeze",
            more(&format!(
                "[[freezes]]\nname = \"f\"\nreason = \"x\"\nfrom = \"0 0 * * mon\"\nuntil = \"0 0 * * sat\"\n{}",
                window("w", "times = [\"Mon-Fri 09:00-12:00\"]")
            )),
        ),
        ("cron = \"*/1 * * * * *\"", schedule("*/1 * * * * *")),
        ("cron = \"*/20 0 9 * * *\"", schedule("*/20 0 9 * * *")),
        ("cron = \"0 9 30 feb *\", which never comes", schedule("0 9 30 feb *")),
        ("cron = \"48 14 31 jun sun\": Sundays in June", schedule("48 14 31 jun sun")),
        ("cron = \"TZ=Europe/Berlin 0 9 * * *\"", schedule("TZ=Europe/Berlin 0 9 * * *")),
        ("cron = \"* * 9 * *\" with a year that is over: a doubt only", schedule("0 0 9 1 1 * 2020")),
        ("two projects whose tags are alike", more(&web(""))),
        ("two projects with tags of their own", more(&web("tag = \"web-v{version}\"\n"))),
        ("playbook = \"my-wy\"", bot("playbook = \"my-way\"", "playbook = \"my-wy\"")),
        (
            "a project without repository, which a schedule names",
            told(
                &format!(
                    "{}[[schedules]]\nproject = \"api\"\nname = \"x\"\ncron = \"@daily\"\nsays = \"x\"\n",
                    BOT.replace("repository = \"acme/api\"\n", "")
                ),
                &my_way(),
            ),
        ),
        (
            "an environment with a workflow that is none, in a window",
            told(
                &format!(
                    "{}[[windows]]\nname = \"w\"\ntimes = [\"Mon 09:00-12:00\"]\nenvironments = [\"production\"]\n",
                    BOT.replace("production.yml", "production")
                ),
                &my_way(),
            ),
        ),
        (
            "[projects.api.words] strategi of git-flow",
            told(
                &format!(
                    "{}[projects.api.words]\nstrategi = \"canary\"\n",
                    BOT.replace("\"my-way\"", "\"git-flow\"").replace("\"devops\"", "\"devops\", \"product-manager\"")
                ),
                &my_way(),
            ),
        ),
        (
            "[projects.api.words] strategy = \"cannary\" of git-flow",
            told(
                &format!(
                    "{}[projects.api.words]\nstrategy = \"cannary\"\n",
                    BOT.replace("\"my-way\"", "\"git-flow\"").replace("\"devops\"", "\"devops\", \"product-manager\"")
                ),
                &my_way(),
            ),
        ),
        (
            "playbook = \"monthly\" without its environments, sprints and roles",
            bot("playbook = \"my-way\"", "playbook = \"monthly\""),
        ),
        (
            "slips in both files at once",
            told(
                &BOT.replacen("roles = [\"qa\"", "rols = [\"qa\"", 1).replacen("acme/api", "acme", 1),
                &my_way().replacen("do = \"labels\"", "do = \"labls\"", 1),
            ),
        ),
        (
            "a schedule named like a date",
            told(
                &format!(
                    "{}[[schedules]]\nproject = \"api\"\nname = \"departure\"\ncron = \"@daily\"\nsays = \"x\"\n",
                    BOT.replace("\"my-way\"", "\"weekly-train\"")
                        .replace("\"devops\"", "\"devops\", \"product-manager\"")
                ),
                &my_way(),
            ),
        ),
    ]);
    insta::assert_snapshot!(table);
}

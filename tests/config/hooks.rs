//! Others' servers: who may report and where that is told, and who keeps the flags.

use shipmate::config::Config;

use super::{SMALL, parse, problems};

#[test]
fn who_may_report_is_checked() {
    let told = problems(&format!(
        "{SMALL}[hooks]\ntoken = \"short\"\nplaces = [\"telegram:x\"]\nroutes = [\"service\", \"service=a -> apu\"]\nescalate = [\"5m\", \"soon\", \"1m\"]\nurl = \"x\"\n[[routes]]\nproject = \"apu\"\nkind = [\"alerts\", \"deploy\"]\nwhere = []\n[[routes]]\nkind = 1\nto = [\"telegram:-1\", \"discord:1\"]\n"
    ));
    insta::assert_snapshot!(told);
    let missing = problems(&format!("{SMALL}[hooks]\n"));
    assert!(missing.contains("`token` is missing in [hooks]; write `token = { env = \"HOOKS_TOKEN\" }`"), "{missing}");
    let hooks = parse(&format!("{SMALL}[hooks]\ntoken = \"0123456789abcdef\"\n")).unwrap();
    assert_eq!(hooks.hooks.unwrap().places, hooks.projects[0].incident_places(), "where incidents are told");
}

#[test]
fn who_keeps_the_flags_is_checked() {
    let wrong = format!("{SMALL}[flags]\nprovider = \"ldap\"\nurl = \"unleash\"\nenviroment = \"production\"\n");
    let problems = Config::parse(&wrong, "bot.toml", &|_| None).unwrap_err().to_string();
    insta::assert_snapshot!(problems);
}

//! Others' servers: who may report and where that is told, and who keeps the flags.

use shipmate::{config::Config, reports::read::SENDERS};

use super::{SMALL, parse, problems};

#[test]
fn who_may_report_is_checked() {
    let told = problems(&format!(
        "{SMALL}[hooks]\ntoken = \"short\"\nplaces = [\"telegram:x\"]\nroutes = [\"service\", \"service=a -> apu\"]\nescalate = [\"5m\", \"soon\", \"1m\"]\nurl = \"x\"\n[[routes]]\nproject = \"apu\"\nkind = [\"alerts\", \"deploy\"]\nwhere = []\n[[routes]]\nkind = 1\nto = [\"telegram:-1\", \"discord:1\"]\n"
    ));
    insta::assert_snapshot!(told);
    for nobody in ["", "senders = []\n", "senders = []\nsecret = \"0123456789abcdef\"\n"] {
        let missing = problems(&format!("{SMALL}[hooks]\n{nobody}"));
        let expected = "`token` is missing in [hooks]; write `token = { env = \"HOOKS_TOKEN\" }`";
        assert!(missing.contains(expected), "{nobody}: {missing}");
    }
    let hooks = parse(&format!("{SMALL}[hooks]\ntoken = \"0123456789abcdef\"\n")).unwrap();
    assert_eq!(hooks.hooks.unwrap().places, [], "somebody else's is no incident of ours");
}

#[test]
fn who_keeps_the_flags_is_checked() {
    let wrong = format!("{SMALL}[flags]\nprovider = \"ldap\"\nurl = \"unleash\"\nenviroment = \"production\"\n");
    let problems = Config::parse(&wrong, "bot.toml", &|_| None).unwrap_err().to_string();
    insta::assert_snapshot!(problems);
}

#[test]
fn an_environment_that_no_project_names_is_a_warning_in_a_route() {
    let project = SMALL.lines().find(|line| line.starts_with("[projects.")).unwrap().trim_end_matches(']');
    let route = "[[routes]]\nenvironment = [\"Production\", \"prodution\", \"moon\"]\nto = []\n";
    let text = format!("{SMALL}{project}.environments.production]\nworkflow = \"deploy.yml\"\n{route}");
    let warnings: Vec<String> = parse(&text).unwrap().warnings.iter().map(ToString::to_string).collect();
    let of_routes: Vec<&String> = warnings.iter().filter(|one| one.contains("no project has an environment")).collect();
    assert_eq!(of_routes.len(), 2, "{warnings:?}");
    assert!(of_routes[0].ends_with("no project has an environment `prodution`; did you mean `production`?"));
    assert!(of_routes[1].ends_with("no project has an environment `moon`"));
}

#[test]
fn each_sender_has_a_proof_of_its_own() {
    let told = problems(&format!(
        "{SMALL}[hooks]\n[[hooks.senders]]\nname = \"argo\"\ntoken = \"0123456789abcdef\"\nkinds = \"argo\"\n\
         [[hooks.senders]]\nname = \"flux\"\nsecret = \"short\"\nnext_token = \"0123456789abcdef\"\n\
         [[hooks.senders]]\nname = \"nobody\"\nprojects = [\"apu\"]\n"
    ));
    insta::assert_snapshot!(told);
    let short = problems(&SMALL.replace("[github]", "[github]\nwebhook_secret = \"short\""));
    assert!(short.contains("`webhook_secret` can be guessed; write at least 16 characters"), "{short}");
}

#[test]
fn a_sender_is_bound_to_kinds_that_have_an_address() {
    let bound = |kind: &str| {
        let sender = "[[hooks.senders]]\nname = \"argo\"\ntoken = \"0123456789abcdef\"";
        format!("{SMALL}[hooks]\n{sender}\nkinds = [\"{kind}\"]\n")
    };
    for sender in &SENDERS {
        assert!(parse(&bound(sender.name)).is_ok(), "{}", sender.name);
    }
    let names = SENDERS.iter().map(|sender| format!("`{}`", sender.name)).collect::<Vec<_>>().join(", ");
    let said = problems(&bound("none"));
    assert!(said.contains(&format!("`none` is no kind of report; write one of {names}")), "{said}");
}

#[test]
fn two_senders_do_not_have_one_name() {
    let sender = |name: &str, token: &str| format!("[[hooks.senders]]\nname = \"{name}\"\ntoken = \"{token}\"\n");
    let senders = |other: &str| {
        let both = sender("argo", "0123456789abcdef") + &sender(other, "another-0123456789");
        format!("{SMALL}[hooks]\n{both}")
    };
    let said = problems(&senders("argo"));
    assert!(said.contains("two senders are called `argo`; give each a name of its own"), "{said}");
    assert!(parse(&senders("Argo")).is_ok(), "another name is another sender");
}

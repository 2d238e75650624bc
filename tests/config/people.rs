//! People, the roles that platforms give them, and permissions.

use std::collections::BTreeSet;

use shipmate::domain::team::people::{Account, Speaker};

use super::{SMALL, parse, problems};

#[test]
fn platform_roles_count_as_ours() {
    let text = format!(
        "{SMALL}[roles.qa]\ntelegram_admins = true\n[[people]]\nname = \"Ann\"\ntelegram = 7\nroles = [\"dev\"]\n"
    );
    let people = parse(&text).unwrap().people;
    let speaker = Speaker {
        account: Account::Telegram(7),
        shown_as: "A".into(),
        username: None,
        platform_roles: vec!["admin".into()],
    };
    assert_eq!(people.recognise(&speaker).unwrap().roles, BTreeSet::from(["dev".to_owned(), "qa".to_owned()]));
    let told = problems(&format!("{text}[roles.ops]\ntelegram_admins = true\n"));
    assert_eq!(told, "bot.toml:17:19: `telegram:admin` counts as `qa` already; give it to one of the two roles");
}

#[test]
fn a_permission_that_nobody_can_use_is_a_warning() {
    let text = format!("{SMALL}[permissions]\nrelease = [\"captain\"]\nhotfix = []\n");
    let warnings: Vec<String> = parse(&text).unwrap().warnings.iter().map(ToString::to_string).collect();
    let expected = r#"bot.toml:10:2: no role has the permission `hotfix`, so nobody can use it; write `hotfix = ["release-manager"]`
bot.toml:10:2: no role has the permission `freeze`, so nobody can use it; write `freeze = ["release-manager"]`
bot.toml:10:2: no role has the permission `exempt`, so nobody can use it; write `exempt = ["release-manager"]`
bot.toml:10:2: no role has the permission `override`, so nobody can use it; write `override = ["release-manager"]`
bot.toml:11:12: nobody holds the role `captain`; write it in the `roles` of a person, or map it in `[roles.captain]`"#;
    assert_eq!(warnings.join("\n"), expected);
    let warnings = parse(SMALL).unwrap().warnings;
    assert!(warnings[0].to_string().starts_with("bot.toml:1:1: there is no [permissions]"), "{warnings:?}");
}

#[test]
fn somebody_with_several_accounts_of_one_chat_is_one_person() {
    let text = format!(
        "{SMALL}[[people]]\nname = \"Ann\"\ntelegram = [7, 8]\ndiscord = 9\ngithub = [\"ann\", \"ann-at-home\"]\n\
         email = [\"ann@acme.example\"]\nroles = [\"dev\"]\n"
    );
    let people = parse(&text).unwrap().people;
    for account in
        [Account::Telegram(7), Account::Telegram(8), Account::Discord(9), Account::GitHub("Ann-At-Home".into())]
    {
        let speaker = Speaker { account, shown_as: "A".into(), username: None, platform_roles: vec![] };
        assert_eq!(people.recognise(&speaker).unwrap().name, "Ann", "{speaker:?}");
    }
    assert_eq!(people.author(None, "ANN@acme.example").as_deref(), Some("Ann"));
    let told = problems(&format!("{text}[[people]]\nname = \"Ben\"\ntelegram = 8\nemail = \"ben\"\n"));
    let expected = "bot.toml:19:12: the Telegram account 8 stands in line 12 already; write one `[[people]]` for each human\n\
                    bot.toml:20:9: `ben` is no address; write one such as `ann@acme.example`";
    assert_eq!(told, expected);
}

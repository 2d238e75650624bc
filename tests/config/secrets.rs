//! How the bot gets in: by token, app or webhook, with secrets that come from where the file says and are never shown.

use shipmate::config::{Config, GitHubIdentity, Secret};

use super::{nothing_set, parse, problems, small_with};

#[test]
fn webhook_mode_needs_an_address_and_a_secret() {
    let told = problems(&small_with("[github]", "mode = \"webhook\"\n[github]"));
    let expected = r#"bot.toml:2:2: `webhook_secret` is missing in [telegram]; write `webhook_secret = { env = "TELEGRAM_WEBHOOK_SECRET" }`
bot.toml:4:8: `mode = "webhook"` needs an address that Telegram can reach; write `public_url = "https://…"` in [web], or `mode = "polling"`"#;
    assert_eq!(told, expected);
}

#[test]
fn a_github_app_takes_the_place_of_a_token() {
    let app = "app_id = 12\ninstallation_id = \"34\"\nprivate_key = \"\"\"-----BEGIN RSA PRIVATE KEY-----\nx\"\"\"";
    let text = small_with("token = \"github-secret\"", app);
    let key = Secret::new("-----BEGIN RSA PRIVATE KEY-----\nx");
    let expected = GitHubIdentity::App { app_id: 12, installation_id: 34, private_key: key };
    assert_eq!(parse(&text).unwrap().github.identity, expected);
    let told = problems(&text.replace("-----BEGIN", "-----BEG"));
    assert!(told.starts_with("bot.toml:7:15: `private_key` is not a PEM file; "), "{told}");
    let told = problems(&small_with("token = \"github-secret\"", ""));
    assert!(told.starts_with("bot.toml:4:2: [github] does not say as whom to act; "), "{told}");
}

#[test]
fn a_secret_comes_from_where_the_file_says() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "from-a-file\n").unwrap();
    std::fs::write(folder.path().join("blank"), "\n").unwrap();
    std::fs::write(folder.path().join("bot.toml"), small_with(r#""1:telegram-secret""#, r#"{ file = "token" }"#))
        .unwrap();
    let config = Config::load(&folder.path().join("bot.toml")).unwrap();
    assert_eq!(config.telegram.unwrap().token.reveal(), "from-a-file");
    assert_eq!(config.store.path, folder.path().join("data"));

    let file_name = folder.path().join("bot.toml").display().to_string();
    let told = |source: &str, environment: &dyn Fn(&str) -> Option<String>| {
        let text = small_with(r#""1:telegram-secret""#, source);
        let told = Config::parse(&text, &file_name, environment).unwrap_err().to_string();
        told.replace(&folder.path().display().to_string(), "FOLDER")
    };
    let empty = |_: &str| Some(String::new());
    let ways = "write `{ env = \"NAME\" }`, `{ file = \"path\" }` or the text itself";
    let at = "FOLDER/bot.toml:3:9: ";
    let expected = [
        (
            told("{ env = \"TOKEN\" }", &nothing_set),
            format!("{at}the environment variable `TOKEN` is not set; set it before the start, or {ways}"),
        ),
        (told("{ env = \"TOKEN\" }", &empty), format!("{at}the secret `token` is empty; {ways}")),
        (told("{ file = \"blank\" }", &nothing_set), format!("{at}the secret `token` is empty; {ways}")),
        (told("\"\"", &nothing_set), format!("{at}the secret `token` is empty; {ways}")),
        (told("{}", &nothing_set), format!("{at}the secret `token` names no source; {ways}")),
        (
            told("{ env = \"A\", file = \"b\" }", &nothing_set),
            format!("{at}the secret `token` names two sources; keep either `env` or `file`"),
        ),
        (told("5", &nothing_set), format!("{at}`token` must be a secret, not a number; {ways}")),
        (
            told("{ file = \"gone\" }", &nothing_set),
            format!(
                "{at}the file `FOLDER/gone` cannot be read (No such file or directory (os error 2)); make it readable text, or {ways}"
            ),
        ),
    ];
    for (told, expected) in expected {
        assert_eq!(told, expected);
    }
}

#[test]
fn secrets_are_never_shown() {
    let text = small_with("1:telegram-secret", "1:very-secret").replace("github-secret", "gh-very-secret");
    let text = text.replace(
        "[github]",
        "webhook_secret = \"hook-very-secret\"\n[github]\nwebhook_secret = \"gh-very-secret-too\"",
    );
    let config = parse(&text).unwrap();
    let shown = format!("{config:?} {config:#?}");
    assert!(shown.contains("***") && !shown.contains("very-secret"), "{shown}");
    for wrong in [
        "[telegram]\ntoken = { env = \"1:very-secret\" }",
        "[telegram]\ntoken = \"very-secret\"\nmode = \"webhook\"\nwebhook_secret = \"very-secret!\"",
        "[telegram]\ntoken = [\"very-secret\"]",
        "[telegram]\ntoken = { env = [\"very-secret\"] }",
        "[telegram]\ntokn = \"very-secret\"",
        "[telegram]\ntoken = very-secret",
        "[telegram]\ntoken = \"very-secret",
        "[github]\nprivate_key = \"very-secret\"",
        "[github]\napi_url = \"https://user:very-secret@example.com\"",
    ] {
        let problems = parse(wrong).unwrap_err();
        assert!(!format!("{problems} {problems:?}").contains("very-secret"), "{problems}");
    }
}

//! What Discord refuses.

use reqwest::Method;
use sandbox::discord::Discord;
use serde_json::{Value, json};

use crate::client::{discord, register, world};

async fn refused(to: &Discord, body: Value) -> Value {
    let path = format!("channels/{}/messages", to.channel_id("releases").unwrap());
    let (status, answer) = discord(to, Method::POST, &path, body).await;
    assert_eq!(status, 400, "{answer}");
    answer
}

#[tokio::test]
async fn forms_say_what_is_wrong_where() {
    let world = world().await;
    let to = world.discord();
    let answer = refused(to, json!({"content": "x".repeat(2001)})).await;
    let expected = json!({"message": "Invalid Form Body", "code": 50035, "errors": {"content": {"_errors": [
        {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]}}});
    assert_eq!(answer, expected);

    let button = |id: &str| json!({"type": 2, "style": 1, "label": "L", "custom_id": id});
    let row = |buttons: Vec<Value>| json!({"type": 1, "components": buttons});
    let cases = [
        (json!({"content": " "}), ""),
        (json!({"embeds": [{"title": "x".repeat(257)}]}), "/errors/embeds/0/title"),
        (json!({"embeds": [{"description": "x".repeat(4097)}]}), "/errors/embeds/0/description"),
        (json!({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}), "/errors/embeds/0/fields/0/name"),
        (json!({"embeds": [{"fields": vec![json!({"name": "n", "value": "v"}); 26]}]}), "/errors/embeds/0/fields"),
        (json!({"embeds": vec![json!({"description": "x".repeat(3001)}); 2]}), "/errors/embeds/_errors"),
        (json!({"content": "x", "components": vec![row(vec![button("a")]); 6]}), "/errors/components/_errors"),
        (json!({"content": "x", "components": [row(vec![button("")])]}), "/errors/components/0/components/0/custom_id"),
        (
            json!({"content": "x", "components": [row(vec![button("a"), button("a")])]}),
            "/errors/components/0/components/1/custom_id",
        ),
        (
            json!({"content": "x", "components": [row(("abcdef").chars().map(|c| button(&c.to_string())).collect())]}),
            "/errors/components/0/components/_errors",
        ),
        (json!({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}), "/errors/allowed_mentions"),
    ];
    for (body, place) in cases {
        let answer = refused(to, body.clone()).await;
        assert!(answer.pointer(place).is_some(), "{body}\n{answer}");
    }
    assert_eq!(refused(to, json!({"content": ""})).await["code"], 50006);
    assert_eq!(to.visible("releases"), "");
}

#[tokio::test]
async fn unknown_things_have_their_numbers() {
    let world = world().await;
    let to = world.discord();
    let channel = to.channel_id("releases").unwrap();
    let cases = [
        ("channels/12/messages", json!({"content": "x"}), 404, 10003),
        ("interactions/12/token/callback", json!({"type": 5}), 404, 10062),
        ("webhooks/700000000000000001/token", json!({"content": "x"}), 404, 10015),
        (&format!("channels/{channel}/messages/12/threads"), json!({"name": "x"}), 404, 10008),
    ];
    for (path, body, status, code) in cases {
        let answer = discord(to, Method::POST, path, body).await;
        assert_eq!((answer.0, &answer.1["code"]), (status, &json!(code)), "{path}");
    }
    let url = format!("{}/api/v10/users/@me", to.url());
    let wrong = reqwest::Client::new().get(url).header("authorization", "Bot x").send().await.unwrap();
    let answer = crate::client::read(wrong).await;
    assert_eq!(answer, (401, json!({"message": "401: Unauthorized", "code": 0})));
    assert!(world.wire().all_misunderstood().is_empty());
    assert_eq!(discord(to, Method::GET, "stickers/1", json!({})).await.0, 404);
    assert_eq!(world.wire().all_misunderstood(), ["Discord: GET /api/v10/stickers/1"]);
}

#[tokio::test]
async fn commands_are_checked() {
    let world = world().await;
    let to = world.discord();
    let path = format!("applications/{}/commands", to.application_id());
    let option =
        |name: &str, required: bool| json!({"type": 3, "name": name, "description": "d", "required": required});
    let cases = [
        (json!([{"name": "Release", "description": "d"}]), "/errors/0/name"),
        (json!([{"name": "r", "description": ""}]), "/errors/0/description"),
        (json!([{"name": "r", "description": "d".repeat(101)}]), "/errors/0/description"),
        (
            json!([{"name": "r", "description": "d", "options": [option("a", false), option("b", true)]}]),
            "/errors/0/options/1",
        ),
        (json!([{"name": "r", "description": "d"}, {"name": "r", "description": "d"}]), "/errors/1"),
        (
            json!([{"name": "r", "description": "d", "options": [{"type": 3, "name": "a", "description": "d",
                "choices": [{"name": "n".repeat(101), "value": "v"}]}]}]),
            "/errors/0/options/0/choices/0/name",
        ),
    ];
    for (body, place) in cases {
        let (status, answer) = discord(to, Method::PUT, &path, body).await;
        assert_eq!(status, 400);
        assert!(answer.pointer(place).is_some(), "{answer}");
    }
}

#[tokio::test]
async fn the_client_refuses_what_is_not_registered() {
    let world = world().await;
    let to = world.discord();
    register(to).await;
    let why =
        |path: &str, options: &[(&str, &str)]| to.command("alice", "releases", path, options).unwrap_err().to_string();
    assert_eq!(why("freeze", &[]), "there is no command /freeze");
    assert_eq!(why("release", &[]), "/release: a subcommand is missing");
    assert_eq!(why("release prepare", &[]), "/release prepare: the option \"project\" is required");
    assert_eq!(why("release status", &[("x", "y")]), "/release status: there is no option x");
    let bump = [("project", "api"), ("bump", "huge")];
    assert_eq!(why("release prepare", &bump), "/release prepare: the option bump cannot be “huge”");
    let nobody = to.command("alice", "releases", "release status", &[]).unwrap();
    assert!(to.record(nobody).unwrap().failed, "no bot is connected");
    assert_eq!(world.unanswered(), ["alice: /release status"]);
    assert_eq!(to.transcript("releases"), "alice: /release status → The application did not respond");
}

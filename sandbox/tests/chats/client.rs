//! A bot without any library: plain requests, and a websocket.

use futures::{SinkExt, StreamExt};
use reqwest::Method;
use sandbox::{
    discord::Discord,
    telegram::Telegram,
    world::{World, WorldSettings},
};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

pub(crate) async fn world() -> World {
    World::start(WorldSettings::default()).await.unwrap()
}

/// A request to Discord with the bot's token.
pub(crate) async fn discord(to: &Discord, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new()
        .request(method, format!("{}/api/v10/{path}", to.url()))
        .header("authorization", format!("Bot {}", to.token()))
        .json(&body);
    read(request.send().await.unwrap()).await
}

/// A call of one of Telegram's methods.
pub(crate) async fn telegram(to: &Telegram, method: &str, body: Value) -> (u16, Value) {
    let url = format!("{}/bot{}/{method}", to.url(), to.token());
    read(reqwest::Client::new().post(url).json(&body).send().await.unwrap()).await
}

pub(crate) async fn read(response: reqwest::Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// A connection to Discord's gateway.
pub(crate) struct Gateway(WebSocketStream<TcpStream>);

impl Gateway {
    /// Connects and reads HELLO.
    pub(crate) async fn connect(to: &Discord) -> Self {
        let (_, answer) = discord(to, Method::GET, "gateway", json!({})).await;
        let url = format!("{}?v=10&encoding=json", answer["url"].as_str().unwrap());
        let address = to.url().trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(address).await.unwrap();
        let (socket, _) = client_async(url, stream).await.unwrap();
        let mut gateway = Self(socket);
        assert_eq!(gateway.next().await.unwrap()["op"], 10);
        gateway
    }

    /// Connects, identifies and reads READY.
    pub(crate) async fn ready(to: &Discord) -> (Self, Value) {
        let mut gateway = Self::connect(to).await;
        gateway.identify(&to.token(), 0).await;
        let ready = gateway.next().await.unwrap();
        assert_eq!(ready["t"], "READY");
        to.wait_until_connected().await.unwrap();
        (gateway, ready["d"].clone())
    }

    pub(crate) async fn identify(&mut self, token: &str, intents: u64) {
        self.send(json!({"op": 2, "d": {"token": token, "intents": intents, "properties": {}}})).await;
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.0.send(Message::Text(frame.to_string())).await.unwrap();
    }

    /// The next frame, or the code with which the connection was closed (0: without a word).
    pub(crate) async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(0, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }

    /// The next interaction.
    pub(crate) async fn interaction(&mut self) -> Value {
        let frame = self.next().await.unwrap();
        assert_eq!(frame["t"], "INTERACTION_CREATE");
        frame["d"].clone()
    }

    /// Says goodbye and waits until the other side has, too.
    pub(crate) async fn close(mut self) {
        self.0.close(None).await.unwrap();
        while self.0.next().await.is_some_and(|frame| frame.is_ok()) {}
    }
}

/// Answers an interaction.
pub(crate) async fn answer(to: &Discord, interaction: &Value, body: Value) -> (u16, Value) {
    let (id, token) = (&interaction["id"], &interaction["token"]);
    let path = format!("interactions/{}/{}/callback", id.as_str().unwrap(), token.as_str().unwrap());
    discord(to, Method::POST, &path, body).await
}

/// The path of an interaction's messages.
pub(crate) fn webhook(to: &Discord, interaction: &Value) -> String {
    format!("webhooks/{}/{}", to.application_id(), interaction["token"].as_str().unwrap())
}

/// `/release prepare project:… [dry-run:…]`, `/release status`, `/freeze start reason:…`
pub(crate) async fn register(to: &Discord) {
    let project = json!({"type": 3, "name": "project", "description": "Which", "required": true, "autocomplete": true});
    let dry_run = json!({"type": 5, "name": "dry-run", "description": "Only say"});
    let kind = json!({"type": 3, "name": "bump", "description": "How far", "choices": [
        {"name": "a minor version", "value": "minor"}, {"name": "a major version", "value": "major"}]});
    let owner = json!({"type": 6, "name": "owner", "description": "Who"});
    let commands = json!([{"name": "release", "description": "Releases", "options": [
        {"type": 1, "name": "prepare", "description": "Prepare one", "options": [project, dry_run, kind, owner]},
        {"type": 1, "name": "status", "description": "How far it is"},
    ]}]);
    let path = format!("applications/{}/commands", to.application_id());
    let (status, registered) = discord(to, Method::PUT, &path, commands).await;
    assert_eq!(status, 200, "{registered}");
}

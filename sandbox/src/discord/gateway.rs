//! The gateway: the websocket over which Discord tells the bot what people do.

use axum::{
    extract::{Request, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{CloseFrame, Role, frame::coding::CloseCode},
    },
};

use super::{
    routes::Handle,
    state::{ANOTHER_GUILD, GUILD, Session},
};

/// Something to send to a connected bot.
#[derive(Debug, Clone)]
pub(super) enum Frame {
    /// An event: its name and data.
    Event(&'static str, Value),
    /// A request to connect again (op 7).
    Reconnect,
    /// The session has become invalid (op 9); it may or may not be resumed.
    Invalid(bool),
    /// A close frame, with a code or, as proxies do, without one.
    Close(Option<u16>),
    /// The connection is simply gone.
    Drop,
}

/// `GET /gateway` with an upgrade to a websocket.
pub(super) async fn connect(Extract(handle): Extract<Handle>, request: Request) -> Response {
    let Some(key) = request.headers().get("sec-websocket-key") else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let accept = derive_accept_key(key.as_bytes());
    tokio::spawn(async move {
        if let Ok(upgraded) = hyper::upgrade::on(request).await {
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
            let (frames, incoming) = unbounded_channel();
            let id = handle.change(|state| {
                let id = state.id();
                state.sessions.push(Session { id, ready: false, frames });
                id
            });
            let mut connection = Connection { id, handle, socket, sequence: 0 };
            // An error is a connection that went away.
            let _ = connection.run(incoming).await;
            connection.handle.change(|state| state.sessions.retain(|session| session.id != id));
        }
    });
    let headers = [("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-accept", accept.as_str())];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

struct Connection {
    id: u64,
    handle: Handle,
    socket: WebSocketStream<TokioIo<Upgraded>>,
    sequence: u64,
}

/// Why a connection ends.
struct Ended;

impl Connection {
    async fn run(&mut self, mut incoming: UnboundedReceiver<Frame>) -> Result<(), Ended> {
        self.send(json!({"op": 10, "d": {"heartbeat_interval": 41250}, "s": null, "t": null})).await?;
        loop {
            tokio::select! {
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.hear(&text).await?,
                    Some(Ok(Message::Close(_))) | Some(Err(_)) | None => {
                        // The websocket library answers the close frame while it is read on.
                        while self.socket.next().await.is_some_and(|more| more.is_ok()) {}
                        return Ok(());
                    }
                    Some(Ok(_)) => {}
                },
                Some(frame) = incoming.recv() => self.tell(frame).await?,
            }
        }
    }

    async fn hear(&mut self, text: &str) -> Result<(), Ended> {
        let Ok(said) = serde_json::from_str::<Value>(text) else { return self.close(4002).await };
        match said["op"].as_u64() {
            Some(1) => self.send(json!({"op": 11, "d": null, "s": null, "t": null})).await,
            Some(2) => self.identify(&said["d"]).await,
            Some(6) => self.resume(&said["d"]).await,
            // A presence changes nothing here.
            Some(3) => Ok(()),
            _ => {
                self.handle.look(|state| state.wire.misunderstood(format!("Discord's gateway: {text}")));
                self.close(4001).await
            }
        }
    }

    async fn identify(&mut self, said: &Value) -> Result<(), Ended> {
        if !self.token_fits(&said["token"]) {
            return self.close(4004).await;
        }
        if self.handle.look(|state| state.silent) {
            return Ok(());
        }
        const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;
        match said["intents"].as_u64() {
            None => return self.close(4013).await,
            Some(0) => {}
            Some(intents) if intents & PRIVILEGED != 0 => return self.close(4014).await,
            Some(intents) => {
                let what = format!("Discord's gateway: intents {intents}; the sandbox sends interactions only");
                self.handle.look(|state| state.wire.misunderstood(what));
            }
        }
        let session = format!("session-{}", self.id);
        let ready = self.handle.change(|state| {
            state.resumable.push(session.clone());
            let guilds = [GUILD, ANOTHER_GUILD].map(|guild| json!({"id": guild.to_string(), "unavailable": true}));
            json!({
                "v": 10, "user": state.me_json(), "guilds": guilds,
                "session_id": session, "resume_gateway_url": format!("ws://{}/gateway", state.address),
                "shard": [0, 1], "application": {"id": state.settings.application.to_string(), "flags": 0},
            })
        });
        self.event("READY", ready).await?;
        self.listen();
        Ok(())
    }

    async fn resume(&mut self, said: &Value) -> Result<(), Ended> {
        if !self.token_fits(&said["token"]) {
            return self.close(4004).await;
        }
        if self.handle.look(|state| state.silent) {
            return Ok(());
        }
        let session = said["session_id"].as_str().unwrap_or_default();
        if !self.handle.look(|state| state.resumable.iter().any(|known| known == session)) {
            return self.send(json!({"op": 9, "d": false, "s": null, "t": null})).await;
        }
        self.sequence = said["seq"].as_u64().unwrap_or_default();
        self.event("RESUMED", json!({"_trace": []})).await?;
        self.listen();
        Ok(())
    }

    /// From now on this connection gets events.
    fn listen(&self) {
        self.handle.change(|state| {
            state.sessions.iter_mut().filter(|session| session.id == self.id).for_each(|session| session.ready = true);
        });
    }

    fn token_fits(&self, token: &Value) -> bool {
        let token = token.as_str().unwrap_or_default();
        self.handle.look(|state| token.trim_start_matches("Bot ") == state.settings.token)
    }

    async fn tell(&mut self, frame: Frame) -> Result<(), Ended> {
        match frame {
            Frame::Event(name, data) => self.event(name, data).await,
            Frame::Reconnect => self.send(json!({"op": 7, "d": null, "s": null, "t": null})).await,
            Frame::Invalid(resumable) => self.send(json!({"op": 9, "d": resumable, "s": null, "t": null})).await,
            Frame::Close(code) => self.close(code).await,
            Frame::Drop => Err(Ended),
        }
    }

    async fn event(&mut self, name: &str, data: Value) -> Result<(), Ended> {
        self.sequence += 1;
        self.send(json!({"op": 0, "t": name, "s": self.sequence, "d": data})).await
    }

    async fn send(&mut self, frame: Value) -> Result<(), Ended> {
        self.socket.send(Message::Text(frame.to_string())).await.map_err(|_| Ended)
    }

    async fn close(&mut self, code: impl Into<Option<u16>>) -> Result<(), Ended> {
        let frame = code.into().map(|code| CloseFrame { code: CloseCode::from(code), reason: "".into() });
        // Whether or not it arrives, the connection is over.
        let _ = self.socket.send(Message::Close(frame)).await;
        while self.socket.next().await.is_some_and(|more| more.is_ok()) {}
        Err(Ended)
    }
}

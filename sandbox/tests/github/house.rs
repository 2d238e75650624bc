//! A GitHub with a clock that stands still, a caller with the token, and an ear for webhooks.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use reqwest::{Method, Response};
use ring::{rand::SystemRandom, signature::RSA_PKCS1_SHA256, signature::RsaKeyPair};
use sandbox::{
    clock::Clock,
    github::{GitHub, Settings, app_private_key_pem},
    wire::Wire,
};
use serde_json::{Value, json};

pub(crate) type Heard = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

pub(crate) struct House {
    pub github: GitHub,
    pub clock: Clock,
    pub wire: Wire,
    client: reqwest::Client,
}

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let (clock, wire) = (Clock::new(noon(), 0.0), Wire::default());
        let github = GitHub::start(settings, clock.clone(), wire.clone()).await.unwrap();
        Self { github, clock, wire, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) async fn raw(&self, method: Method, url: &str, token: &str, body: Option<Value>) -> Response {
        let request = self.client.request(method, url).header("authorization", format!("Bearer {token}"));
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.unwrap()
    }

    /// Asks for something below the repository; gives status and body.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}/repos/acme/api{path}", self.github.api_url());
        let response = self.raw(method, &url, &self.github.settings().token, body).await;
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.ask(Method::DELETE, path, None).await
    }

    pub(crate) async fn tip(&self, branch: &str) -> String {
        self.get(&format!("/git/ref/heads/{branch}")).await.1["object"]["sha"].as_str().unwrap().to_owned()
    }

    /// Lets time pass, then waits until everything that is due is done.
    pub(crate) async fn pass(&self, minutes: i64) {
        self.clock.advance(Duration::minutes(minutes));
        self.github.settled().await;
    }

    /// What the App with the id 7 signs for itself.
    pub(crate) fn jwt(&self) -> String {
        let pem: String = app_private_key_pem().lines().filter(|line| !line.starts_with("--")).collect();
        let key = RsaKeyPair::from_der(&base64::engine::general_purpose::STANDARD.decode(pem).unwrap()).unwrap();
        let now = self.clock.now().timestamp();
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = part(json!({"iat": now - 60, "exp": now + 540, "iss": "7"}));
        let signed = format!("{}.{claims}", part(json!({"alg": "RS256", "typ": "JWT"})));
        let mut signature = vec![0; key.public().modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&signature))
    }

    /// A token of the installation 70 of that App.
    pub(crate) async fn app_token(&self) -> String {
        let url = format!("{}/app/installations/70/access_tokens", self.github.api_url());
        let token: Value = self.raw(Method::POST, &url, &self.jwt(), None).await.json().await.unwrap();
        token["token"].as_str().unwrap().to_owned()
    }

    /// Opens an ear for webhooks.
    pub(crate) async fn listen(&self) -> Heard {
        let heard = Heard::default();
        let ear = heard.clone();
        let answer = post(move |headers: HeaderMap, body: Bytes| async move {
            ear.lock().unwrap().push((headers, body));
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", answer);
        tokio::spawn(async move { axum::serve(listener, router).await });
        self.github.send_webhooks_to(url);
        heard
    }

    /// Fails if anything was asked that GitHub would not understand, or if git finds its repository broken.
    pub(crate) async fn done(self) {
        self.github.settled().await;
        assert_eq!(self.wire.all_misunderstood(), Vec::<String>::new());
        let folder = self.github.repository_folder();
        let fsck = tokio::process::Command::new("git").arg("-C").arg(folder).args(["fsck", "--strict"]).output();
        let fsck = fsck.await.unwrap();
        assert!(fsck.status.success(), "{}", String::from_utf8_lossy(&fsck.stderr));
    }
}

/// What was heard, as `event action` lines.
pub(crate) fn names(heard: &Heard) -> Vec<String> {
    let line = |(headers, body): &(HeaderMap, Bytes)| {
        let body: Value = serde_json::from_slice(body).unwrap();
        let event = headers["x-github-event"].to_str().unwrap();
        let state = body["deployment_status"]["state"].as_str();
        let state = state.or_else(|| body["state"].as_str());
        format!("{event} {}", state.or(body["action"].as_str()).or(body["ref"].as_str()).unwrap_or("-"))
    };
    heard.lock().unwrap().iter().map(line).collect()
}

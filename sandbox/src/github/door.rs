//! Where requests come in: who asks, whether they may, how often they have asked, and what every answer carries.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, Response},
};

use super::{
    GitHub,
    answer::{Answer, Answered, Refusal},
    ask::Ask,
    people::User,
    routes,
};

/// Answers one request. It is carried out to the end even if the caller hangs up, as on the real GitHub.
pub(super) async fn enter(github: GitHub, request: Request) -> Response<Body> {
    match tokio::spawn(async move { github.take(request).await }).await {
        Ok(response) => response,
        Err(error) => Refusal::new(500, format!("Server Error: {error}")).into_response(),
    }
}

impl GitHub {
    async fn take(self, request: Request) -> Response<Body> {
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, 256 << 20).await else {
            return Refusal::new(400, "Problems reading the body").into_response();
        };
        let repository = format!("/{}/{}", self.settings().owner, self.settings().name);
        let path = head.uri.path();
        if path.starts_with(&format!("{repository}.git/")) {
            return self.git_over_http(&head, body.to_vec()).await;
        }
        if head.method == Method::GET && (path == repository || path.starts_with(&format!("{repository}/"))) {
            return self.page(&path[repository.len()..]);
        }
        let is_query = path == "/graphql";
        let (reads, known) = (head.method == Method::GET, head.headers.get("if-none-match").cloned());
        let answered = match self.admit(&head.method, path, &head.headers) {
            Ok(actor) => {
                let base = &self.0.base;
                let wire = self.0.wire.clone();
                let ask = Ask::new(head.method, &head.uri, head.headers, &body, actor, base, wire);
                self.carry_out(&ask).await
            }
            Err(refusal) => Err(refusal),
        };
        let answered = if reads { self.unless_known(answered, known.as_ref()) } else { answered };
        let response = answered.map_or_else(Refusal::into_response, Answer::into_response);
        self.with_usual_headers(response, is_query)
    }

    /// What was read bears a mark of what it says. Whoever brings that mark is told that it has not changed, which counts against
    /// no limit (docs: Best practices for using the REST API, "Use conditional requests if appropriate").
    fn unless_known(&self, answered: Answered, known: Option<&HeaderValue>) -> Answered {
        let mut answer = answered?;
        if answer.status != 200 {
            return Ok(answer);
        }
        let links: Vec<u8> =
            answer.headers.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()].concat()).collect();
        let digest = ring::digest::digest(&ring::digest::SHA256, &[answer.body.as_slice(), &links].concat());
        let mark: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let mark = format!("W/\"{mark}\"");
        if known.is_some_and(|known| known.as_bytes() == mark.as_bytes()) {
            self.give_back();
            (answer.status, answer.body) = (304, vec![]);
        }
        answer.headers.push(("etag", mark));
        Ok(answer)
    }

    async fn carry_out(&self, ask: &Ask) -> Answered {
        // Who reads sees what belongs together whole: not half of what ends at one moment.
        if ask.method == Method::GET || ask.path == ["graphql"] && !ask.mutates() {
            let _turn = self.0.turn.read().await;
            return routes::answer(self, ask).await;
        }
        let _turn = self.0.turn.write().await;
        routes::answer(self, ask).await
    }

    /// Who asks, if they may ask this.
    fn admit(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<User, Refusal> {
        let header = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let token = ["Bearer ", "bearer ", "token "].iter().find_map(|start| header.strip_prefix(start));
        let Some(token) = token else {
            return Err(Refusal::new(401, "Requires authentication"));
        };
        self.spend(method, path)?;
        if path == "/app" || path.starts_with("/app/") {
            return self.check_app_token(token).map(|()| self.settings().bot.clone());
        }
        let reads = method == Method::GET || method == Method::HEAD || path == "/graphql";
        if !self.knows_token(token) {
            return Err(Refusal::new(401, "Bad credentials"));
        }
        if token == self.settings().read_only_token && !reads {
            return Err(Refusal::new(403, "Resource not accessible by personal access token"));
        }
        if path == "/user" && token.starts_with("ghs_") {
            return Err(Refusal::new(403, "Resource not accessible by integration"));
        }
        Ok(self.settings().bot.clone())
    }

    /// Whether this is a token that is valid now.
    pub(super) fn knows_token(&self, token: &str) -> bool {
        let now = self.now();
        let of_app = |(known, until): &(String, _)| known == token && *until > now;
        let settings = self.settings();
        token == settings.token
            || token == settings.read_only_token
            || self.state().installation_tokens.iter().any(of_app)
    }
}

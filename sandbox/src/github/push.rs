//! `git clone` and `git push` over HTTP, answered by git's own `http-backend`.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    GitHub,
    answer::Refusal,
    git::{Finished, command, finish},
    people::User,
    problem::Problem,
    repository::Move,
    rules::Change,
};

impl GitHub {
    pub(super) async fn git_over_http(&self, head: &Parts, body: Vec<u8>) -> Response<Body> {
        let pushes = head.uri.path().ends_with("/git-receive-pack")
            || head.uri.query().is_some_and(|query| query.contains("git-receive-pack"));
        let pusher = self.pusher(head);
        if pushes && pusher.is_none() {
            let mut response = Refusal::new(401, "Requires authentication").into_response();
            let ask = HeaderValue::from_static("Basic realm=\"GitHub\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, ask);
            return response;
        }
        let pusher = pusher.unwrap_or_else(|| self.settings().bot.clone());
        let answered = match head.uri.path().ends_with("/git-receive-pack") {
            true => self.receive(head, &body, &pusher).await,
            false => self.backend(head, &body, &pusher).await.map_err(Refusal::from),
        };
        match answered {
            Ok(finished) => read_cgi(&finished.out),
            Err(refusal) => {
                let mut response = refusal.into_response();
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
                response
            }
        }
    }

    async fn receive(&self, head: &Parts, body: &[u8], pusher: &User) -> Result<Finished, Refusal> {
        let _turn = self.0.turn.write().await;
        for (old, new, name) in wishes(body) {
            let nothing = |sha: &str| sha.bytes().all(|byte| byte == b'0');
            // Whether a push is forced is only known when its objects have arrived, so that rule is not checked here.
            let change = match (nothing(&old), nothing(&new)) {
                (true, _) => Change::Create,
                (_, true) => Change::Delete,
                _ => Change::Update { forced: false },
            };
            let moves = matches!(change, Change::Update { .. });
            let unchecked = || self.unchecked(pusher, &name, Some(&new)).filter(|_| moves);
            if let Some(rule) = self.forbids(pusher, &name, change).or_else(unchecked) {
                return Err(Refusal::new(403, format!("GH013: {rule}")));
            }
        }
        let before = self.repository().refs("refs/");
        let finished = self.backend(head, body, pusher).await?;
        for moved in self.repository().reload().await? {
            let old = before.iter().find(|found| found.name == moved.name).map(|found| found.commit.clone());
            let moved: Move = moved;
            self.refs_moved(pusher, &moved, old).await?;
        }
        Ok(finished)
    }

    async fn backend(&self, head: &Parts, body: &[u8], pusher: &User) -> Result<Finished, Problem> {
        let root = self.0.folder.path();
        let mut git = command(root);
        let text = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        git.arg("http-backend")
            .env("GIT_PROJECT_ROOT", root)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("PATH_INFO", head.uri.path())
            .env("QUERY_STRING", head.uri.query().unwrap_or_default())
            .env("REQUEST_METHOD", head.method.as_str())
            .env("CONTENT_TYPE", text(header::CONTENT_TYPE))
            .env("CONTENT_LENGTH", body.len().to_string())
            .env("HTTP_CONTENT_ENCODING", text(header::CONTENT_ENCODING))
            .env("GIT_PROTOCOL", text(HeaderName::from_static("git-protocol")))
            .env("REMOTE_USER", &pusher.login)
            .env("REMOTE_ADDR", "127.0.0.1");
        finish(git, body).await
    }

    /// Who pushes: the password is the token, the name may be anybody's login.
    fn pusher(&self, head: &Parts) -> Option<User> {
        let value = head.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let decoded = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
        let decoded = String::from_utf8(decoded).ok()?;
        let (name, token) = decoded.split_once(':')?;
        if !self.knows_token(token) || token == self.settings().read_only_token {
            return None;
        }
        Some(self.state().user(name).cloned().unwrap_or_else(|| self.settings().bot.clone()))
    }
}

/// The ref changes that open a push: old sha, new sha and name, each line with its length before it.
fn wishes(mut body: &[u8]) -> Vec<(String, String, String)> {
    let mut wishes = Vec::new();
    loop {
        let length = body.get(..4).and_then(|digits| std::str::from_utf8(digits).ok());
        let length = length.and_then(|digits| usize::from_str_radix(digits, 16).ok()).unwrap_or_default();
        let Some(line) = body.get(4..length).filter(|_| length > 4) else { return wishes };
        let line = String::from_utf8_lossy(line).into_owned();
        let line = line.split('\0').next().unwrap_or_default();
        let words: Vec<&str> = line.trim_end().split(' ').collect();
        if let [old, new, name] = words[..] {
            wishes.push((old.to_owned(), new.to_owned(), name.to_owned()));
        }
        body = &body[length..];
    }
}

/// Turns what a CGI program printed into a response.
fn read_cgi(out: &[u8]) -> Response<Body> {
    let end = out.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(out.len());
    let head = String::from_utf8_lossy(&out[..end]).into_owned();
    let body = out.get(end + 4..).unwrap_or_default().to_vec();
    let mut response = Response::new(Body::from(body));
    for line in head.lines() {
        let Some((name, value)) = line.split_once(": ") else { continue };
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next().and_then(|code| code.parse().ok());
            *response.status_mut() =
                code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        } else if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

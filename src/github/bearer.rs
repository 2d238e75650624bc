//! The header that carries a token.

use http::HeaderValue;

use super::problem::{GithubProblem, GithubResult};

/// The `Authorization` header for a token; marked so that nothing prints it.
pub(super) fn bearer(token: &str) -> GithubResult<HeaderValue> {
    let token = token.trim();
    let visible = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let header = if visible { HeaderValue::from_str(&format!("Bearer {token}")).ok() } else { None };
    let mut header = header.ok_or_else(|| {
        GithubProblem::Unauthorized("it is empty, or has spaces or letters that no token has".to_owned())
    })?;
    header.set_sensitive(true);
    Ok(header)
}

//! Whether a sender proves who they are, in constant time.

use axum::http::{HeaderMap, header};

use crate::{config::Hooks, github::event::verify};

/// By what a sender proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The token.
    Token,
    /// A signature of the body.
    Signature,
}

/// The proof that a request carries; nothing when it carries none that is right.
pub fn proof(hooks: &Hooks, headers: &HeaderMap, body: &[u8]) -> Option<Proof> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header(header::AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    if bearer.is_some_and(|token| hooks.token.matches(token)) {
        return Some(Proof::Token);
    }
    let signed = header("x-shipmate-signature").zip(hooks.secret.as_ref());
    let right = signed.is_some_and(|(signature, secret)| verify(secret.reveal().as_bytes(), signature, body));
    right.then_some(Proof::Signature)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use axum::http::HeaderValue;
    use ring::hmac;

    use super::*;
    use crate::config::Secret;

    fn found(name: &'static str, value: &str, secret: Option<&str>) -> Option<Proof> {
        let (token, secret) = (Secret::new("the right token"), secret.map(Secret::new));
        let hooks = Hooks { token, secret, places: vec![], routes: vec![] };
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())]);
        proof(&hooks, &headers, b"body")
    }

    #[test]
    fn a_token_proves() {
        assert_eq!(found("authorization", "Bearer the right token", None), Some(Proof::Token));
        assert_eq!(found("authorization", "bearer  the right token ", None), Some(Proof::Token));
        for wrong in ["the right token", "Bearer", "Bearer ", "Bearer the right toke", "Basic the right token"] {
            assert_eq!(found("authorization", wrong, None), None, "{wrong}");
        }
    }

    #[test]
    fn a_signature_of_the_body_proves() {
        let signed = |secret: &str, body: &[u8]| {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
            format!("sha256={}", tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        };
        let name = "x-shipmate-signature";
        assert_eq!(found(name, &signed("s3cret", b"body"), Some("s3cret")), Some(Proof::Signature));
        assert_eq!(found(name, &signed("s3cret", b"another body"), Some("s3cret")), None);
        assert_eq!(found(name, &signed("other", b"body"), Some("s3cret")), None);
        assert_eq!(found(name, &signed("", b"body"), None), None, "without a secret nothing can be signed");
        assert_eq!(found(name, "sha256=", Some("s3cret")), None);
    }
}

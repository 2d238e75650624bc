//! Whether a sender proves who they are, in constant time.

use axum::http::{HeaderMap, header};

use crate::{config::Hooks, github::event::verify};

/// How anybody may sign.
const SHIPMATES_OWN: SigningWay = SigningWay::Signed("x-shipmate-signature");

/// By what a sender proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReportCredentials {
    /// The token.
    Token,
    /// A signature of the body.
    Signature,
}

impl ReportCredentials {
    /// Both.
    pub(super) const ALL: [Self; 2] = [Self::Token, Self::Signature];
}

/// A way of its own in which a sender proves who they are, besides those that all have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningWay {
    /// The token in this header.
    Token(&'static str),
    /// `sha256=` and the HMAC of the body in this header.
    Signed(&'static str),
    /// The HMAC of the body in this header, without a word before it.
    BareSigned(&'static str),
}

impl SigningWay {
    /// What to send, in a few words.
    pub fn words(self) -> String {
        match self {
            Self::Token(header) => format!("`{header}: TOKEN`"),
            Self::Signed(header) => format!("`{header}: sha256=` and that HMAC"),
            Self::BareSigned(header) => format!("`{header}` with that HMAC"),
        }
    }
}

/// Whether a request carries a signature, right or wrong: only its body tells.
pub(super) fn is_signed(ways: &[SigningWay], headers: &HeaderMap) -> bool {
    ways.iter().chain(&[SHIPMATES_OWN]).any(|way| match way {
        SigningWay::Signed(name) | SigningWay::BareSigned(name) => headers.contains_key(*name),
        SigningWay::Token(_) => false,
    })
}

/// The proof that a request carries; nothing when it carries none that is right.
pub(super) fn proof(hooks: &Hooks, ways: &[SigningWay], headers: &HeaderMap, body: &[u8]) -> Option<ReportCredentials> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header(header::AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let own = ways.iter().filter_map(|way| match way {
        SigningWay::Token(name) => header(name),
        SigningWay::Signed(_) | SigningWay::BareSigned(_) => None,
    });
    // Each is looked at, so that it takes as long whichever is right.
    let right = bearer.into_iter().chain(own).filter(|token| hooks.token.matches(token)).count();
    if right > 0 {
        return Some(ReportCredentials::Token);
    }
    let signed = |signature: String| {
        hooks.secret.as_ref().is_some_and(|secret| verify(secret.reveal().as_bytes(), &signature, body))
    };
    let signatures = ways.iter().chain(&[SHIPMATES_OWN]).filter_map(|way| match way {
        SigningWay::Signed(name) => header(name).map(str::to_owned),
        SigningWay::BareSigned(name) => header(name).map(|value| format!("sha256={value}")),
        SigningWay::Token(_) => None,
    });
    (signatures.filter(|signature| signed(signature.clone())).count() > 0).then_some(ReportCredentials::Signature)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use axum::http::HeaderValue;
    use ring::hmac;

    use super::*;
    use crate::config::Secret;

    fn found_by(
        ways: &[SigningWay],
        name: &'static str,
        value: &str,
        secret: Option<&str>,
    ) -> Option<ReportCredentials> {
        let (token, secret) = (Secret::new("the right token"), secret.map(Secret::new));
        let (places, routes, escalate, escalate_roles) = (vec![], vec![], vec![], vec![]);
        let hooks = Hooks { token, secret, places, routes, escalate, escalate_roles };
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())]);
        proof(&hooks, ways, &headers, b"body")
    }

    fn found(name: &'static str, value: &str, secret: Option<&str>) -> Option<ReportCredentials> {
        found_by(&[], name, value, secret)
    }

    fn hmac_of(secret: &str, body: &[u8]) -> String {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
        tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_token_proves() {
        assert_eq!(found("authorization", "Bearer the right token", None), Some(ReportCredentials::Token));
        assert_eq!(found("authorization", "bearer  the right token ", None), Some(ReportCredentials::Token));
        for wrong in ["the right token", "Bearer", "Bearer ", "Bearer the right toke", "Basic the right token"] {
            assert_eq!(found("authorization", wrong, None), None, "{wrong}");
        }
        let gitlab = [SigningWay::Token("x-gitlab-token")];
        assert_eq!(found_by(&gitlab, "x-gitlab-token", "the right token", None), Some(ReportCredentials::Token));
        assert_eq!(found_by(&gitlab, "x-gitlab-token", "another", None), None);
        assert_eq!(found("x-gitlab-token", "the right token", None), None, "only where it is expected");
    }

    #[test]
    fn a_signature_of_the_body_proves() {
        let signed = |secret: &str, body: &[u8]| format!("sha256={}", hmac_of(secret, body));
        let name = "x-shipmate-signature";
        assert_eq!(found(name, &signed("s3cret", b"body"), Some("s3cret")), Some(ReportCredentials::Signature));
        assert_eq!(found(name, &signed("s3cret", b"another body"), Some("s3cret")), None);
        assert_eq!(found(name, &signed("other", b"body"), Some("s3cret")), None);
        assert_eq!(found(name, &signed("", b"body"), None), None, "without a secret nothing can be signed");
        assert_eq!(found(name, "sha256=", Some("s3cret")), None);
        let flux = [SigningWay::Signed("x-signature")];
        assert_eq!(
            found_by(&flux, "x-signature", &signed("s3cret", b"body"), Some("s3cret")),
            Some(ReportCredentials::Signature)
        );
        assert_eq!(found_by(&flux, "x-signature", &hmac_of("s3cret", b"body"), Some("s3cret")), None);
        let grafana = [SigningWay::BareSigned("x-grafana-alerting-signature")];
        let signature = hmac_of("s3cret", b"body");
        let found = found_by(&grafana, "x-grafana-alerting-signature", &signature, Some("s3cret"));
        assert_eq!(found, Some(ReportCredentials::Signature));
    }
}

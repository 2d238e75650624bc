//! Whether a sender proves who they are, in constant time.

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use ring::{digest::SHA256_OUTPUT_LEN, hmac};

use crate::{
    config::{HookSender, Hooks, Secret},
    github::event::verify,
};

/// How far a signed time stamp may be off, in seconds: what is older was sent before, and is sent again by somebody.
const OFF: i64 = 300;
/// How many signatures of one delivery are looked at, each of which costs a whole HMAC of the body: there is one for each secret
/// that counts.
const SIGNATURES: usize = 4;

/// A sender who proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProvenSender<'a> {
    /// Who.
    pub sender: &'a HookSender,
    /// Which of all senders.
    pub index: usize,
    /// By what.
    pub by: ReportCredentials,
}

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
    /// As Standard Webhooks say: an id, a time stamp, and a signature of both with the body.
    /// See <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.
    Standard,
}

impl SigningWay {
    /// What to send, in a few words.
    pub fn words(self) -> String {
        match self {
            Self::Token(header) => format!("`{header}: TOKEN`"),
            Self::Signed(header) => format!("`{header}: sha256=` and that HMAC"),
            Self::BareSigned(header) => format!("`{header}` with that HMAC"),
            Self::Standard => "`webhook-id`, `webhook-timestamp` (seconds, at most five minutes off) and \
                               `webhook-signature: v1,` with the HMAC of `id.timestamp.body` in base64"
                .to_owned(),
        }
    }
}

/// Whether a request carries a signature, right or wrong: only its body tells.
pub(super) fn is_signed(ways: &[SigningWay], headers: &HeaderMap) -> bool {
    ways.iter().chain(&[SHIPMATES_OWN]).any(|way| match way {
        SigningWay::Signed(name) | SigningWay::BareSigned(name) => headers.contains_key(*name),
        SigningWay::Standard => headers.contains_key("webhook-signature"),
        SigningWay::Token(_) => false,
    })
}

/// Who sent a request, by the proof that it carries; nothing when it carries none that is right.
pub(super) fn proof<'a>(
    hooks: &'a Hooks,
    ways: &[SigningWay],
    (headers, body): (&HeaderMap, &[u8]),
    now: DateTime<Utc>,
) -> Option<ProvenSender<'a>> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header(header::AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let own = ways.iter().filter_map(|way| match way {
        SigningWay::Token(name) => header(name),
        SigningWay::Signed(_) | SigningWay::BareSigned(_) | SigningWay::Standard => None,
    });
    let given: Vec<&str> = bearer.into_iter().chain(own).collect();
    let signatures: Vec<String> = ways
        .iter()
        .chain(&[SHIPMATES_OWN])
        .filter_map(|way| match way {
            SigningWay::Signed(name) => header(name).map(str::to_owned),
            SigningWay::BareSigned(name) => header(name).map(|value| format!("sha256={value}")),
            SigningWay::Token(_) | SigningWay::Standard => None,
        })
        .collect();
    let standard = if ways.contains(&SigningWay::Standard) { Standard::read(headers, now) } else { None };
    let signed = |secret: &Secret| {
        let bare = signatures.iter().filter(|one| verify(secret.reveal().as_bytes(), one, body)).count();
        bare + standard.iter().filter(|one| one.is_by(secret, body)).count()
    };
    // Each sender is looked at with each of their secrets, so that it takes as long whichever is right.
    let mut proven: Vec<ProvenSender<'a>> = vec![];
    for (index, sender) in hooks.senders.iter().enumerate() {
        let tokens: usize =
            sender.tokens.iter().map(|own| given.iter().filter(|given| own.matches(given)).count()).sum();
        let secrets: usize = sender.secrets.iter().map(signed).sum();
        let found = [(tokens, ReportCredentials::Token), (secrets, ReportCredentials::Signature)];
        proven.extend(found.into_iter().filter(|(right, _)| *right > 0).map(|(_, by)| ProvenSender {
            sender,
            index,
            by,
        }));
    }
    proven.into_iter().next()
}

/// The headers of Standard Webhooks, with a time stamp that counts.
struct Standard<'a> {
    id: &'a str,
    stamp: &'a str,
    signatures: Vec<Vec<u8>>,
}

impl<'a> Standard<'a> {
    fn read(headers: &'a HeaderMap, now: DateTime<Utc>) -> Option<Self> {
        let header =
            |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty());
        let (id, stamp, signature) =
            (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
        let off = now.timestamp().checked_sub(stamp.parse::<i64>().ok()?)?;
        let of_version = signature.split(' ').filter_map(|one| one.strip_prefix("v1,"));
        let whole = of_version.filter_map(|one| STANDARD.decode(one).ok()).filter(|one| one.len() == SHA256_OUTPUT_LEN);
        let signatures = whole.take(SIGNATURES).collect();
        (off.unsigned_abs() <= OFF.unsigned_abs()).then_some(Self { id, stamp, signatures })
    }

    fn is_by(&self, secret: &Secret, body: &[u8]) -> bool {
        // The secret is the base64 behind `whsec_`, or the text as it stands.
        let written = secret.reveal().strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
        let key = written.unwrap_or_else(|| secret.reveal().as_bytes().to_vec());
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signed = [self.id.as_bytes(), b".", self.stamp.as_bytes(), b".", body].concat();
        self.signatures.iter().filter(|one| hmac::verify(&key, &signed, one).is_ok()).count() > 0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use axum::http::HeaderValue;

    use super::*;

    const NOW: &str = "2026-03-02T09:00:00Z";

    fn found_by(
        ways: &[SigningWay],
        name: &'static str,
        value: &str,
        secret: Option<&str>,
    ) -> Option<ReportCredentials> {
        let secrets = secret.map(Secret::new).into_iter().collect();
        let sender = HookSender { tokens: vec![Secret::new("the right token")], secrets, ..HookSender::default() };
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())]);
        proof(&hooks(vec![sender]), ways, (&headers, b"body"), NOW.parse().unwrap()).map(|proven| proven.by)
    }

    fn hooks(senders: Vec<HookSender>) -> Hooks {
        Hooks { senders, places: vec![], routes: vec![], escalate: vec![], escalate_roles: vec![] }
    }

    #[test]
    fn each_sender_is_told_by_their_own_proof_and_by_the_one_that_follows() {
        let named = |name: &str, tokens: &[&str]| HookSender {
            name: Some(name.into()),
            tokens: tokens.iter().map(|token| Secret::new(token)).collect(),
            ..HookSender::default()
        };
        let hooks = hooks(vec![named("argo", &["old", "new"]), named("grafana", &["other"])]);
        for (token, expected) in [("old", "argo"), ("new", "argo"), ("other", "grafana"), ("wrong", ""), ("", "")] {
            let value = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value)]);
            let found = proof(&hooks, &[], (&headers, b""), NOW.parse().unwrap());
            assert_eq!(found.and_then(|found| found.sender.name.as_deref()).unwrap_or_default(), expected, "{token}");
        }
    }

    /// The example of the specification: <https://github.com/standard-webhooks/standard-webhooks>.
    #[test]
    fn a_signed_time_stamp_counts_for_five_minutes() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let (id, stamp, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        let right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let found = |signature: &str, secret: &str, off: i64, ways: &[SigningWay]| {
            let headers = [("webhook-id", id), ("webhook-timestamp", stamp), ("webhook-signature", signature)];
            let headers = headers.map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()));
            let sender = HookSender { secrets: vec![Secret::new(secret)], ..HookSender::default() };
            let now = DateTime::from_timestamp(1_614_265_330 + off, 0).unwrap();
            proof(&hooks(vec![sender]), ways, (&HeaderMap::from_iter(headers), body), now).is_some()
        };
        let (standard, both) = ([SigningWay::Standard], format!("v1,AAAA {right}"));
        let other = format!("v1,{} ", STANDARD.encode([7; 32]));
        let (fourth, fifth) = (other.repeat(3) + right, other.repeat(4) + right);
        let short = "v1,AAAA ".repeat(1000) + right;
        for (signature, secret, off, expected) in [
            (right, secret, 0, true),
            (right, secret, 300, true),
            (right, secret, -300, true),
            (right, secret, 301, false),
            (right, secret, -301, false),
            (both.as_str(), secret, 0, true),
            (fourth.as_str(), secret, 0, true),
            (fifth.as_str(), secret, 0, false),
            (short.as_str(), secret, 0, true),
            (right, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0, false),
            (&right[3..], secret, 0, false),
            ("v1,", secret, 0, false),
            ("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", secret, 0, false),
        ] {
            assert_eq!(found(signature, secret, off, &standard), expected, "{signature} {off}");
        }
        assert!(!found(right, secret, 0, &[]), "only where it is expected");
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

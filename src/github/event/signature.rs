//! Whether a webhook comes from who knows the secret.

use ring::hmac;

use crate::domain::hex;

/// Whether `signature_header` (`X-Hub-Signature-256`) is the one that only the holder of `secret` can make for `body`.
/// Takes the same time wherever they differ. An empty secret accepts nothing.
pub fn verify(secret: &[u8], signature_header: &str, body: &[u8]) -> bool {
    let given = signature_header.strip_prefix("sha256=").and_then(hex::decoded);
    let Some(given) = given.filter(|_| !secret.is_empty()) else { return false };
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), body, &given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::verify;

    /// The example in GitHub's documentation.
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    const SECRET: &[u8] = b"It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";

    #[test]
    fn only_the_right_signature_is_accepted() {
        assert!(verify(SECRET, SIGNATURE, BODY));
        assert!(verify(SECRET, &SIGNATURE.to_uppercase().replace("SHA", "sha"), BODY));
        assert!(!verify(SECRET, SIGNATURE, b"Hello, World?"));
        assert!(!verify(b"another", SIGNATURE, BODY));
        let nearly = SIGNATURE.replace("3e17", "3e18");
        for odd in ["", "sha256=", "sha1=757107ea", &SIGNATURE[7..], &SIGNATURE[..70], "sha256=é", "sha256=+f", &nearly]
        {
            assert!(!verify(SECRET, odd, BODY), "{odd}");
        }
    }

    #[test]
    fn no_secret_accepts_nothing() {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"");
        let made = ring::hmac::sign(&key, BODY);
        let hex = crate::domain::hex::encoded(made.as_ref());
        assert!(!verify(b"", &format!("sha256={hex}"), BODY));
    }
}

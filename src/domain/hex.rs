//! Bytes as hexadecimal digits, and back.

/// Two digits for each byte.
pub fn encoded(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that two digits each stand for; nothing if that is not all there is.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|letter| letter.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| (high * 16 + low) as u8).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(decoded(&encoded(&bytes)), Some(bytes));
        assert_eq!((decoded("0A"), decoded("")), (Some(vec![10]), Some(vec![])));
        for odd in ["0", "0g", "+1", "\u{e9}0"] {
            assert_eq!(decoded(odd), None, "{odd}");
        }
    }
}

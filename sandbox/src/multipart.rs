//! Reads `multipart/form-data`, as much of it as the two chats' clients send.

/// One part of a form.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub name: String,
    /// The file's name, for a part that is a file.
    pub filename: Option<String>,
    pub content: Vec<u8>,
}

/// The boundary, if the content type is a multipart form's.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let rest = content_type.strip_prefix("multipart/form-data")?;
    let value = rest.split(';').find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    Some(value.trim_matches('"').to_owned())
}

/// The parts of a form. None if it is malformed.
pub(crate) fn parts(boundary: &str, body: &[u8]) -> Option<Vec<Part>> {
    let delimiter = format!("--{boundary}");
    let mut rest = &body[find(body, delimiter.as_bytes())? + delimiter.len()..];
    let next = format!("\r\n{delimiter}");
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&rest[..head_end]).ok()?;
        let content_end = head_end + 4 + find(&rest[head_end + 4..], next.as_bytes())?;
        let disposition = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
        parts.push(Part {
            name: parameter(disposition, "name")?,
            filename: parameter(disposition, "filename"),
            content: rest[head_end + 4..content_end].to_vec(),
        });
        rest = &rest[content_end + next.len()..];
    }
    Some(parts)
}

fn parameter(header: &str, name: &str) -> Option<String> {
    let found = header.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))?;
    Some(found.trim_matches('"').to_owned())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_values_and_files() {
        let kind = "multipart/form-data; boundary=x1";
        let body = b"--x1\r\nContent-Disposition: form-data; name=\"url\"\r\n\r\nhttp://a\r\n--x1\r\n\
            Content-Disposition: form-data; name=\"f\"; filename=\"n.md\"\r\nContent-Type: text/plain\r\n\r\na\r\nb\r\n--x1--\r\n";
        let read = boundary(kind).and_then(|boundary| parts(&boundary, body)).unwrap_or_default();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].name.as_str(), read[0].content.as_slice()), ("url", b"http://a".as_slice()));
        assert_eq!((read[1].filename.as_deref(), read[1].content.as_slice()), (Some("n.md"), b"a\r\nb".as_slice()));
        assert!(parts("x1", b"nothing").is_none());
    }
}

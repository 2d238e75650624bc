//! Writes git objects as loose files without starting git: a zlib stream of stored blocks, named by its SHA-1.

use std::{fs, io, path::Path};

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// Stores an object in the repository at `dir` and gives its sha.
pub(super) fn store(dir: &Path, kind: &str, data: &[u8]) -> io::Result<String> {
    let mut whole = format!("{kind} {}\0", data.len()).into_bytes();
    whole.extend_from_slice(data);
    let sha = hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, &whole).as_ref());
    let folder = dir.join("objects").join(&sha[..2]);
    let file = folder.join(&sha[2..]);
    if file.exists() {
        return Ok(sha);
    }
    fs::create_dir_all(&folder)?;
    let draft = tempfile::NamedTempFile::new_in(&folder)?;
    fs::write(draft.path(), zlib(&whole))?;
    draft.persist(file)?;
    Ok(sha)
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    stream.extend(adler(data).to_be_bytes());
    stream
}

fn adler(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    b << 16 | a
}

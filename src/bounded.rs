//! Reads what others answer, up to a largest size: an answer that never ends takes no more memory than that.

use std::pin::Pin;

use axum::body::Bytes;
use hyper::body::Body;
use thiserror::Error;

/// The most that is read of an answer, in bytes; the largest pages of pull requests have a tenth of it.
const LARGEST: usize = 32 * 1024 * 1024;

/// Why an answer was not read.
#[derive(Debug, Error)]
pub(crate) enum NotRead<E> {
    /// It is larger than anything that is waited for.
    #[error("it is larger than {} MiB", LARGEST / 1024 / 1024)]
    TooLarge,
    /// It broke off.
    #[error(transparent)]
    Broken(E),
}

/// Reads a whole answer.
///
/// # Errors
/// Why it was not read.
pub(crate) async fn read<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Result<Vec<u8>, NotRead<B::Error>> {
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame.map_err(NotRead::Broken)?.into_data() else { continue };
        if bytes.len() + data.len() > LARGEST {
            return Err(NotRead::TooLarge);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

//! Asks the bot that runs on this machine how it is.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks whether the bot that listens there is alive, or also ready; says what it said.
///
/// # Errors
/// A sentence: that it does not answer, or what it says is wrong.
pub async fn health(listen: SocketAddr, ready: bool) -> Result<String, String> {
    let address = format!("http://{}/{}", here(listen), if ready { "readyz" } else { "livez" });
    let unanswered = |problem: reqwest::Error| format!("no Shipmate answers at {address}: {}", problem.without_url());
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().map_err(unanswered)?;
    let answer = client.get(&address).send().await.map_err(unanswered)?;
    let well = answer.status().is_success();
    let said = answer.text().await.map_err(unanswered)?.trim_end().to_owned();
    if well { Ok(said) } else { Err(said) }
}

/// Where to reach what listens everywhere.
fn here(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_listens_everywhere_is_reached_here() {
        for (listen, expected) in
            [("0.0.0.0:8080", "127.0.0.1:8080"), ("[::]:1", "[::1]:1"), ("10.0.0.7:80", "10.0.0.7:80")]
        {
            assert_eq!(here(listen.parse().unwrap()), expected.parse::<SocketAddr>().unwrap());
        }
    }
}

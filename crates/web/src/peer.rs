//! Whose address a request came from, also through a proxy of ours.
//!
//! A proxy adds the address it was asked from at the end of `X-Forwarded-For`. Only what our own
//! proxies added is believed: the list is read from its end, and the first address that is not one
//! of ours is the visitor's. Anything before it was written by the visitor.

use crate::shop::Shop;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, SocketAddr};

const FORWARDED: &str = "x-forwarded-for";

/// Gives a request the address of the visitor in place of the proxy's.
pub(crate) async fn see(State(shop): State<Shop>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer.copied() {
        let visitor = visitor(peer.ip(), request.headers(), &shop.proxies);
        let address = SocketAddr::new(visitor, peer.port());
        request.extensions_mut().insert(ConnectInfo(address));
    }
    next.run(request).await
}

fn visitor(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let lines = headers.get_all(FORWARDED).iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let mut seen = peer;
    for named in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !proxies.contains(&seen) {
            break;
        }
        match named.trim().parse() {
            Ok(address) => seen = address,
            Err(_) => break,
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::visitor;
    use axum::http::HeaderMap;
    use std::net::IpAddr;

    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            let line = line.parse().expect("an address list is a header's value");
            headers.append("x-forwarded-for", line);
        }
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let proxies = [ip("127.0.0.1"), ip("10.0.0.2")];
        assert_eq!(visitor(ip(peer), &headers, &proxies), ip(expected));
    }

    #[test]
    fn who_is_no_proxy_of_ours_is_not_believed() {
        check("198.51.100.7", &["203.0.113.9"], "198.51.100.7");
    }

    #[test]
    fn a_proxy_names_the_visitor() {
        check("127.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check("127.0.0.1", &["203.0.113.9, 10.0.0.2"], "203.0.113.9");
        check("127.0.0.1", &["203.0.113.9", "10.0.0.2"], "203.0.113.9");
    }

    #[test]
    fn what_the_visitor_wrote_before_is_not_believed() {
        check("127.0.0.1", &["192.0.2.1, 203.0.113.9"], "203.0.113.9");
        check("127.0.0.1", &["192.0.2.1", "203.0.113.9"], "203.0.113.9");
    }

    #[test]
    fn a_proxy_that_names_nobody_stands_for_itself() {
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &["unknown"], "127.0.0.1");
    }
}

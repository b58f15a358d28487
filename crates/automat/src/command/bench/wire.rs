//! One person's connection: HTTP/1.1 from an address of their own, kept open.

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpSocket;

/// A connection to one server.
pub(super) struct Wire {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    /// When to come back, in seconds, where that was said.
    pub(super) retry_after_s: Option<u64>,
    body: Bytes,
}

impl Wire {
    /// Connects from a loopback address.
    pub(super) async fn open(from: Ipv4Addr, to: SocketAddr) -> anyhow::Result<Wire> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into()).with_context(|| {
            format!("cannot connect from {from}; this needs all of 127.0.0.0/8, as on Linux")
        })?;
        let stream = socket
            .connect(to)
            .await
            .with_context(|| format!("no answer from {to}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // A connection that fails is told to whoever waits for its answer.
            let _ = connection.await;
        });
        let host = to.to_string();
        Ok(Wire { sender, host })
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> anyhow::Result<Reply> {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::HOST, &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body
            .map(|body| Bytes::from(body.to_string()))
            .unwrap_or_default();
        let request = request.body(Full::new(body))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let header = |name| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let location = header(header::LOCATION);
        let retry_after_s = header(header::RETRY_AFTER).and_then(|text| text.parse().ok());
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Reply {
            status,
            location,
            retry_after_s,
            body,
        })
    }
}

impl Reply {
    /// Reads the answer as JSON, if it has the status that was expected.
    pub(super) fn json(&self, status: u16) -> anyhow::Result<Value> {
        self.expect(status)?;
        serde_json::from_slice(&self.body).context("the answer is no JSON")
    }

    /// Checks that the answer has the status that was expected.
    pub(super) fn expect(&self, status: u16) -> anyhow::Result<()> {
        let said = String::from_utf8_lossy(&self.body);
        anyhow::ensure!(
            self.status == status,
            "answered {} instead of {status}: {said}",
            self.status
        );
        Ok(())
    }
}

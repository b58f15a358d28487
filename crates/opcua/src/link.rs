//! One session with a controller. Whatever fails costs it; it never connects again by itself.

use crate::model::{NAMESPACE, STATUS, order_call};
use opcua_client::transport::TcpConnector;
use opcua_client::{Session, SessionEventLoop};
use opcua_types::{
    DataValue, Error, NodeId, ReadValueId, StatusCode, TimestampsToReturn, TryFromVariant,
    VariableId, Variant,
};
use plc::codes::Answer;
use plc::driver::{DeviceRefusal, WireFailure};
use plc::registers::OrderWords;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A session and the task that moves its bytes; dropping it ends both.
pub(crate) struct Link {
    session: Arc<Session>,
    running: JoinHandle<StatusCode>,
    namespace: u16,
    deadline: Duration,
}

/// How a call ended that did not end well.
pub(crate) enum Broken {
    Wire(WireFailure),
    Refused(DeviceRefusal),
}

impl Drop for Link {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Link {
    /// Makes a session and finds the tower's namespace in it.
    pub(crate) async fn open(
        session: Arc<Session>,
        events: SessionEventLoop<TcpConnector>,
        deadline: Duration,
    ) -> Result<Link, Broken> {
        session.disable_reconnects();
        let running = events.spawn();
        let mut link = Link {
            session,
            running,
            namespace: 0,
            deadline,
        };
        link.connected().await?;
        link.namespace = link.find_namespace().await?;
        Ok(link)
    }

    async fn connected(&mut self) -> Result<(), Broken> {
        let waiting = self.session.wait_for_connection();
        tokio::select! {
            connected = timeout(self.deadline, waiting) => match connected {
                Ok(_) => Ok(()),
                Err(_) => Err(Broken::Wire(WireFailure::Late(self.deadline))),
            },
            ended = &mut self.running => {
                let why = ended.map_or_else(|error| error.to_string(), |code| code.to_string());
                Err(Broken::Wire(WireFailure::Session(why)))
            }
        }
    }

    async fn find_namespace(&self) -> Result<u16, Broken> {
        let node = NodeId::from(VariableId::Server_NamespaceArray);
        let names = Vec::<String>::try_from_variant(self.read(node).await?);
        let names = names.unwrap_or_default();
        let found = names.iter().position(|name| name == NAMESPACE);
        let index = found.and_then(|index| u16::try_from(index).ok());
        index.ok_or_else(|| {
            Broken::Refused(DeviceRefusal::Status(format!(
                "the server has no namespace {NAMESPACE}: it is no tower"
            )))
        })
    }

    /// Reads the status block, all of it as one value.
    pub(crate) async fn status(&self) -> Result<Vec<u16>, Broken> {
        match self.read(NodeId::new(self.namespace, STATUS)).await? {
            Variant::Array(array) => {
                let word = |value: &Variant| match value {
                    Variant::UInt16(word) => Some(*word),
                    _ => None,
                };
                Ok(array.values.iter().filter_map(word).collect())
            }
            // Too short to be a status, and told as such.
            _ => Ok(Vec::new()),
        }
    }

    /// Calls the method that takes an order, and gives what the controller made of it.
    pub(crate) async fn order(&self, words: &OrderWords) -> Result<Option<Answer>, Broken> {
        let call = self.session.call_one(order_call(self.namespace, words));
        let result = self.in_time(call).await?;
        if result.status_code.is_bad() {
            return Err(refused(result.status_code));
        }
        match result.output_arguments.as_deref() {
            Some([Variant::UInt16(code)]) => Ok(Answer::parse(*code)),
            _ => Ok(None),
        }
    }

    async fn read(&self, node: NodeId) -> Result<Variant, Broken> {
        let nodes = [ReadValueId::new_value(node)];
        let read = self.session.read(&nodes, TimestampsToReturn::Neither, 0.0);
        let mut values = self.in_time(read).await?;
        let DataValue { value, status, .. } = values.pop().unwrap_or_default();
        match status {
            Some(status) if status.is_bad() => Err(refused(status)),
            _ => Ok(value.unwrap_or_default()),
        }
    }

    async fn in_time<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Broken> {
        match timeout(self.deadline, call).await {
            Err(_) => Err(Broken::Wire(WireFailure::Late(self.deadline))),
            Ok(Err(error)) if error.status() == StatusCode::BadTimeout => {
                Err(Broken::Wire(WireFailure::Late(self.deadline)))
            }
            Ok(Err(error)) => Err(Broken::Wire(WireFailure::Session(error.to_string()))),
            Ok(Ok(answer)) => Ok(answer),
        }
    }
}

fn refused(status: StatusCode) -> Broken {
    Broken::Refused(DeviceRefusal::Status(status.to_string()))
}

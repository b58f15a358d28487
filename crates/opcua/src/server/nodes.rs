//! What is read and called in the twin's address space.
//!
//! Every value is taken from the PLC's memory when it is asked for, so that a status is one scan's.
//! Reading and subscribing is left to the library's simple kind of nodes; only the method is not:
//! its answer waits for the scan that takes the order.

use super::space;
use crate::model::{ORDER, PackMl, STATUS, TOWER, UNIT_VARIABLES, order_words};
use async_trait::async_trait;
use opcua_core::sync::RwLock;
use opcua_server::CreateMonitoredItem;
use opcua_server::address_space::AddressSpace;
use opcua_server::diagnostics::NamespaceMetadata;
use opcua_server::node_manager::memory::{
    InMemoryNodeManagerImpl, InMemoryNodeManagerImplBuilder, SimpleNodeManagerBuilder,
    SimpleNodeManagerImpl,
};
use opcua_server::node_manager::{
    MethodCall, MonitoredItemRef, MonitoredItemUpdateRef, ParsedReadValueId, RequestContext,
    ServerContext,
};
use opcua_types::{DataValue, MonitoringMode, NodeId, StatusCode, TimestampsToReturn, Variant};
use plc::registers::{self, Report};
use plc::twin::ProcessImage;
use tower::handshake::Unit;

/// The nodes of the tower over a PLC's memory, before the server runs.
pub(super) struct Tower {
    image: ProcessImage,
}

/// The same in a running server.
pub(super) struct Nodes {
    image: ProcessImage,
    order: NodeId,
    namespaces: Vec<NamespaceMetadata>,
    simple: SimpleNodeManagerImpl,
}

impl Tower {
    pub(super) fn over(image: ProcessImage) -> Tower {
        Tower { image }
    }
}

impl InMemoryNodeManagerImplBuilder for Tower {
    type Impl = Nodes;

    fn build(self, context: ServerContext, space: &mut AddressSpace) -> Nodes {
        let tower = space::name(&mut context.type_tree.write(), space);
        space::lay_out(space, tower, self.image.layout());
        let namespaces = space.namespaces().iter();
        let namespaces = namespaces.map(|(index, uri)| NamespaceMetadata {
            namespace_uri: uri.clone(),
            namespace_index: *index,
            ..Default::default()
        });
        let namespaces = namespaces.collect();
        let simple = SimpleNodeManagerBuilder::new_imports(Vec::new(), "tower");
        let nodes = Nodes {
            order: NodeId::new(tower, ORDER),
            namespaces,
            simple: simple.build(context, space),
            image: self.image,
        };
        nodes.show(tower);
        nodes
    }
}

impl Nodes {
    /// Says where each value comes from.
    fn show(&self, tower: u16) {
        let image = self.image.clone();
        let status = move |_: &_, _, _| Ok(DataValue::new_now(Variant::from(image.status())));
        self.simple
            .add_read_callback(NodeId::new(tower, STATUS), status);
        let layout = self.image.layout().clone();
        let names = layout.lifts.iter().chain(&layout.bays);
        for (index, name) in names.enumerate() {
            for (variable, _) in UNIT_VARIABLES {
                let node = NodeId::new(tower, format!("{TOWER}.{name}.{variable}"));
                let image = self.image.clone();
                let read = move |_: &_, _, _| {
                    let value = unit_value(&image, Unit::at(index), variable);
                    value.map(DataValue::new_now)
                };
                self.simple.add_read_callback(node, read);
            }
        }
    }
}

/// Gives one variable of a unit, as of the last scan.
fn unit_value(image: &ProcessImage, unit: Unit, variable: &str) -> Result<Variant, StatusCode> {
    let report = registers::decode_report(&image.status(), image.layout());
    // Before the first scan there is nothing to be read.
    let Report {
        status, answers, ..
    } = report.map_err(|_| StatusCode::BadWaitingForInitialData)?;
    let known = status.units.get(unit.index());
    let (Some(known), Some(answered)) = (known, answers.get(unit.index())) else {
        return Err(StatusCode::BadNodeIdUnknown);
    };
    let value = match variable {
        "StateCurrent" => PackMl::of(known.mode, image.is_homing(unit))
            .number()
            .into(),
        "UnitModeCurrent" => PackMl::unit_mode(known.mode).into(),
        "Accepted" => known.accepted.into(),
        "Finished" => known.finished.into(),
        "Outcome" => plc::codes::outcome_code(known.outcome).into(),
        "Reason" => answered.reason.code().into(),
        "Fault" => known.fault.into(),
        _ => return Err(StatusCode::BadNodeIdUnknown),
    };
    Ok(value)
}

#[async_trait]
impl InMemoryNodeManagerImpl for Nodes {
    async fn init(&self, space: &mut AddressSpace, context: ServerContext) {
        self.simple.init(space, context).await;
    }

    fn name(&self) -> &str {
        "tower"
    }

    fn namespaces(&self) -> Vec<NamespaceMetadata> {
        self.namespaces.clone()
    }

    async fn read_values(
        &self,
        context: &RequestContext,
        space: &RwLock<AddressSpace>,
        nodes: &[&ParsedReadValueId],
        max_age: f64,
        timestamps: TimestampsToReturn,
    ) -> Vec<DataValue> {
        let read = self
            .simple
            .read_values(context, space, nodes, max_age, timestamps);
        read.await
    }

    async fn create_value_monitored_items(
        &self,
        context: &RequestContext,
        space: &RwLock<AddressSpace>,
        items: &mut [&mut &mut CreateMonitoredItem],
    ) {
        let created = self
            .simple
            .create_value_monitored_items(context, space, items);
        created.await;
    }

    async fn set_monitoring_mode(
        &self,
        context: &RequestContext,
        mode: MonitoringMode,
        items: &[&MonitoredItemRef],
    ) {
        self.simple.set_monitoring_mode(context, mode, items).await;
    }

    async fn modify_monitored_items(
        &self,
        context: &RequestContext,
        items: &[&MonitoredItemUpdateRef],
    ) {
        self.simple.modify_monitored_items(context, items).await;
    }

    async fn delete_monitored_items(&self, context: &RequestContext, items: &[&MonitoredItemRef]) {
        self.simple.delete_monitored_items(context, items).await;
    }

    async fn call(
        &self,
        _context: &RequestContext,
        _space: &RwLock<AddressSpace>,
        calls: &mut [&mut &mut MethodCall],
    ) -> Result<(), StatusCode> {
        for call in calls {
            if *call.method_id() != self.order {
                call.set_status(StatusCode::BadMethodInvalid);
                continue;
            }
            match self.take(call.arguments()).await {
                Ok(answer) => {
                    call.set_outputs(vec![Variant::from(answer)]);
                    call.set_status(StatusCode::Good);
                }
                Err(status) => call.set_status(status),
            }
        }
        Ok(())
    }
}

impl Nodes {
    /// Hands an order to the PLC and gives what it made of it.
    async fn take(&self, arguments: &[Variant]) -> Result<u16, StatusCode> {
        let words = order_words(arguments).ok_or(StatusCode::BadTypeMismatch)?;
        let known = words[7].checked_sub(1).map(usize::from);
        let known = known.filter(|index| *index < usize::from(self.image.layout().units()));
        let Some(index) = known else {
            return Ok(plc::codes::Answer::UnknownPlace.code());
        };
        let answer = self.image.order(Unit::at(index), words).await;
        answer
            .map(plc::codes::Answer::code)
            .ok_or(StatusCode::BadNotConnected)
    }
}

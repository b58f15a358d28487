//! What a client finds by browsing: the tower's nodes, and what of the standard's leads there.

use crate::model::{NAMESPACE, ORDER, STATUS, TOWER, UNIT_VARIABLES};
use opcua_nodes::{DefaultTypeTree, MethodBuilder, ObjectBuilder, VariableBuilder};
use opcua_server::address_space::AddressSpace;
use opcua_types::{
    Argument, DataTypeId, NodeClass, NodeId, ObjectId, ObjectTypeId, QualifiedName,
    ReferenceTypeId, VariableId, VariableTypeId, Variant,
};
use plc::Layout;

/// The name of the server, which has the first namespace behind the standard's.
pub(super) const SERVER: &str = "urn:automat:twin";
const STANDARD: &str = "http://opcfoundation.org/UA/";

/// The kinds of references that are used, each with what it is a kind of.
const REFERENCES: [(ReferenceTypeId, ReferenceTypeId); 7] = [
    (
        ReferenceTypeId::HierarchicalReferences,
        ReferenceTypeId::References,
    ),
    (
        ReferenceTypeId::HasChild,
        ReferenceTypeId::HierarchicalReferences,
    ),
    (
        ReferenceTypeId::Organizes,
        ReferenceTypeId::HierarchicalReferences,
    ),
    (ReferenceTypeId::Aggregates, ReferenceTypeId::HasChild),
    (ReferenceTypeId::HasComponent, ReferenceTypeId::Aggregates),
    (ReferenceTypeId::HasProperty, ReferenceTypeId::Aggregates),
    (
        ReferenceTypeId::HasTypeDefinition,
        ReferenceTypeId::References,
    ),
];

/// Names the namespaces, and gives the index of the tower's.
pub(super) fn name(types: &mut DefaultTypeTree, space: &mut AddressSpace) -> u16 {
    let server = types.namespaces_mut().add_namespace(SERVER);
    let tower = types.namespaces_mut().add_namespace(NAMESPACE);
    space.add_namespace(STANDARD, 0);
    space.add_namespace(SERVER, server);
    space.add_namespace(NAMESPACE, tower);
    for (kind, of) in REFERENCES {
        let (kind, of) = (NodeId::from(kind), NodeId::from(of));
        types.add_type_node(&kind, &of, NodeClass::ReferenceType);
    }
    tower
}

/// Lays every node out.
pub(super) fn lay_out(space: &mut AddressSpace, tower: u16, layout: &Layout) {
    lay_standard_out(space);
    let node = |name: &str| NodeId::new(tower, name);
    let named = |name: &str| QualifiedName::new(tower, name);
    ObjectBuilder::new(&node(TOWER), named(TOWER), TOWER)
        .has_type_definition(ObjectTypeId::BaseObjectType)
        .organized_by(ObjectId::ObjectsFolder)
        .insert(space);
    VariableBuilder::new(&node(STATUS), named("Status"), "Status")
        .has_type_definition(VariableTypeId::BaseDataVariableType)
        .data_type(DataTypeId::UInt16)
        .value_rank(1)
        .array_dimensions(&[u32::from(layout.status_len())])
        .component_of(node(TOWER))
        .insert(space);
    lay_method_out(space, tower);
    for name in layout.lifts.iter().chain(&layout.bays) {
        let unit = format!("{TOWER}.{name}");
        ObjectBuilder::new(&node(&unit), named(&name.0), name.0.as_str())
            .has_type_definition(ObjectTypeId::BaseObjectType)
            .component_of(node(TOWER))
            .insert(space);
        for (variable, data_type) in UNIT_VARIABLES {
            VariableBuilder::new(
                &node(&format!("{unit}.{variable}")),
                named(variable),
                variable,
            )
            .has_type_definition(VariableTypeId::BaseDataVariableType)
            .data_type(data_type)
            .value_rank(-1)
            .component_of(node(&unit))
            .insert(space);
        }
    }
}

/// The way from the root to the objects, and what a client asks of any server first.
fn lay_standard_out(space: &mut AddressSpace) {
    let objects = NodeId::from(ObjectId::ObjectsFolder);
    let server = NodeId::from(ObjectId::Server);
    ObjectBuilder::new(&NodeId::from(ObjectId::RootFolder), "Root", "Root")
        .has_type_definition(ObjectTypeId::FolderType)
        .insert(space);
    ObjectBuilder::new(&objects, "Objects", "Objects")
        .has_type_definition(ObjectTypeId::FolderType)
        .organized_by(ObjectId::RootFolder)
        .insert(space);
    ObjectBuilder::new(&server, "Server", "Server")
        .has_type_definition(ObjectTypeId::ServerType)
        .organized_by(objects)
        .insert(space);
    let names = [STANDARD, SERVER, NAMESPACE].map(String::from).to_vec();
    let array = NodeId::from(VariableId::Server_NamespaceArray);
    VariableBuilder::new(&array, "NamespaceArray", "NamespaceArray")
        .has_type_definition(VariableTypeId::PropertyType)
        .data_type(DataTypeId::String)
        .value_rank(1)
        .value(Variant::from(names))
        .property_of(server.clone())
        .insert(space);
    // 0 is Running (OPC 10000-5, ServerState); a controller that does not run does not answer.
    let state = NodeId::from(VariableId::Server_ServerStatus_State);
    VariableBuilder::new(&state, "State", "State")
        .has_type_definition(VariableTypeId::BaseDataVariableType)
        .data_type(DataTypeId::ServerState)
        .value_rank(-1)
        .value(0_i32)
        .component_of(server)
        .insert(space);
}

fn lay_method_out(space: &mut AddressSpace, tower: u16) {
    let node = |name: &str| NodeId::new(tower, name);
    let argument = |(name, data_type): (&str, DataTypeId)| Argument {
        name: name.into(),
        data_type: data_type.into(),
        value_rank: -1,
        ..Default::default()
    };
    let inputs = [
        ("Epoch", DataTypeId::UInt32),
        ("Unit", DataTypeId::UInt16),
        ("Seq", DataTypeId::UInt32),
        ("Action", DataTypeId::UInt16),
        ("From", DataTypeId::UInt16),
        ("To", DataTypeId::UInt16),
        ("Checksum", DataTypeId::UInt16),
    ];
    let outputs = [argument(("Answer", DataTypeId::UInt16))];
    MethodBuilder::new(&node(ORDER), QualifiedName::new(tower, "Order"), "Order")
        .component_of(node(TOWER))
        .executable(true)
        .user_executable(true)
        .input_args(
            space,
            &node("Tower.Order.InputArguments"),
            &inputs.map(argument),
        )
        .output_args(space, &node("Tower.Order.OutputArguments"), &outputs)
        .insert(space);
}

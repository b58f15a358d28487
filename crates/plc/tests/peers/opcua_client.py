"""A client of asyncua that finds the tower on an OPC UA server, homes its lift and tells what it saw.

Takes the port. Knows docs/protocol/opc-ua.md and nothing of the product.
"""

import asyncio
import logging
import sys

from asyncua import Client, ua

from tower import HOME, crc16, double

STATES = {2: "Stopped", 4: "Idle", 6: "Execute", 9: "Aborted", 15: "Resetting"}
ANSWERS = {1: "Accepted", 2: "Repeat", 3: "OtherEpoch"}


def order(epoch, seq):
    """The arguments of an order to the lift to home."""
    checksum = crc16(double(epoch) + double(seq) + [HOME, 0, 0, 1, 0])
    kinds = ["UInt32", "UInt16", "UInt32", "UInt16", "UInt16", "UInt16", "UInt16"]
    values = [epoch, 1, seq, HOME, 0, 0, checksum]
    return [ua.Variant(value, ua.VariantType[kind]) for kind, value in zip(kinds, values)]


class States:
    """Collects the states of the lift that a subscription tells."""

    def __init__(self):
        self.seen = []
        self.idle = asyncio.Event()

    def datachange_notification(self, _node, value, _data):
        self.seen.append(STATES[value])
        if STATES[value] == "Idle":
            self.idle.set()


async def main():
    logging.disable(logging.WARNING)
    async with Client(f"opc.tcp://127.0.0.1:{sys.argv[1]}/") as client:
        print("namespaces", *await client.get_namespace_array())
        index = await client.get_namespace_index("urn:automat:tower")
        tower = await client.nodes.objects.get_child(f"{index}:Tower")
        children = await tower.get_children()
        print("found", *sorted([(await child.read_browse_name()).Name for child in children]))
        lift = client.get_node(ua.NodeId("Tower.lift-1", index))
        state = client.get_node(ua.NodeId("Tower.lift-1.StateCurrent", index))
        print("state", STATES[await state.read_value()])
        status = await client.get_node(ua.NodeId("Tower.Status", index)).read_value()
        epoch = status[18] << 16 | status[19]
        states = States()
        subscription = await client.create_subscription(50, states)
        await subscription.subscribe_data_change(state, sampling_interval=50)
        method = client.get_node(ua.NodeId("Tower.Order", index))
        numbers = [(epoch, 1), (epoch, 1), (epoch + 1, 2)]
        answers = [await tower.call_method(method, *order(*number)) for number in numbers]
        print("answers", *[ANSWERS[answer] for answer in answers])
        await asyncio.wait_for(states.idle.wait(), 20)
        print("seen", *[name for name in states.seen if name != "Stopped"])
        names = ["UnitModeCurrent", "Accepted", "Finished", "Outcome"]
        nodes = [client.get_node(ua.NodeId(f"Tower.lift-1.{name}", index)) for name in names]
        mode, accepted, finished, outcome = [await node.read_value() for node in nodes]
        print("mode", mode, "accepted", accepted, "finished", finished, "outcome", outcome)


asyncio.run(main())

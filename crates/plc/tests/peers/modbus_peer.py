"""The scripted tower behind a Modbus TCP server of pymodbus.

Prints `listening PORT` once it can be reached, then answers the words of `tower.obey`.
"""

import asyncio

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tower import Fate, Tower, obey

ORDER_BASE, ORDER_LEN = 0, 10
STATUS_BASE = 200


async def main():
    tower, fate = Tower(), Fate()
    status_len = len(tower.scan())
    orders_len = ORDER_LEN * len(tower.units)

    async def action(function, start, address, count, registers, values):
        """Fills the registers from this very scan before a read, and hands over a written block."""
        await fate.delay()
        if function == 3:
            image = tower.scan()
            registers[STATUS_BASE - start : STATUS_BASE - start + status_len] = image
            return None
        begins_block = address < orders_len and address % ORDER_LEN == 0
        if function != 16 or not begins_block or count != ORDER_LEN:
            return ExcCodes.ILLEGAL_ADDRESS
        tower.receive(address // ORDER_LEN, list(values))
        return None

    device = SimDevice(
        1,
        [
            SimData(ORDER_BASE, count=orders_len, values=0, datatype=DataType.REGISTERS),
            SimData(STATUS_BASE, count=status_len, values=0, datatype=DataType.REGISTERS),
        ],
        action=action,
    )
    server = ModbusTcpServer(device, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    port = server.transport.sockets[0].getsockname()[1]
    print(f"listening {port}", flush=True)

    def drop():
        for connection in list(server.active_connections.values()):
            connection.transport.abort()

    await obey(tower, fate, drop)


asyncio.run(main())

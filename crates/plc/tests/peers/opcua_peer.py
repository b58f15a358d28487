"""The scripted tower behind an OPC UA server of asyncua, as docs/protocol/opc-ua.md says.

Prints `listening PORT` once it can be reached, then answers the words of `tower.obey`. With a folder it
makes its certificate there and offers encrypted sessions alone.
"""

import asyncio
import logging
import socket
import sys
from pathlib import Path

from asyncua import Server, ua, uamethod
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.validator import CertificateValidator, CertificateValidatorOptions
from cryptography.x509.oid import ExtendedKeyUsageOID

from tower import Fate, Tower, obey

NAMESPACE = "urn:automat:tower"
SCAN_S = 0.01


def free_port():
    """Finds a port, because the library does not tell which one it was given."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def argument(name, data_type):
    return ua.Argument(Name=name, DataType=ua.NodeId(data_type), ValueRank=-1)


INPUTS = [
    argument("Epoch", ua.ObjectIds.UInt32),
    argument("Unit", ua.ObjectIds.UInt16),
    argument("Seq", ua.ObjectIds.UInt32),
    argument("Action", ua.ObjectIds.UInt16),
    argument("From", ua.ObjectIds.UInt16),
    argument("To", ua.ObjectIds.UInt16),
    argument("Checksum", ua.ObjectIds.UInt16),
]
OUTPUTS = [argument("Answer", ua.ObjectIds.UInt16)]


async def encrypt(server, folder):
    """Lets the server offer nothing but encrypted sessions, to clients with sound certificates."""
    uri = "urn:automat:peer"
    await server.set_application_uri(uri)
    key, certificate = folder / "key.pem", folder / "cert.der"
    uses, names = [ExtendedKeyUsageOID.SERVER_AUTH], {"commonName": "Scripted tower"}
    await setup_self_signed_certificate(key, certificate, uri, "127.0.0.1", uses, names)
    await server.load_certificate(str(certificate))
    await server.load_private_key(str(key))
    server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
    options = CertificateValidatorOptions.EXT_VALIDATION | CertificateValidatorOptions.PEER_CLIENT
    server.set_certificate_validator(CertificateValidator(options))


async def main():
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
    tower, fate = Tower(), Fate()
    port = free_port()
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/")
    if sys.argv[1:]:
        await encrypt(server, Path(sys.argv[1]))
    else:
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    index = await server.register_namespace(NAMESPACE)
    folder = await server.nodes.objects.add_object(ua.NodeId("Tower", index), f"{index}:Tower")
    status = await folder.add_variable(
        ua.NodeId("Tower.Status", index), f"{index}:Status", tower.scan(), ua.VariantType.UInt16
    )

    @uamethod
    async def order(_parent, epoch, unit, seq, action, source, target, checksum):
        """Takes an order and returns what was made of it, after the status shows it."""
        await fate.delay()
        high_low = [epoch >> 16, epoch & 0xFFFF, seq >> 16, seq & 0xFFFF]
        words = high_low + [action, source, target, unit, 0, checksum]
        known = 1 <= unit <= len(tower.units)
        answer = tower.receive(unit - 1, words) if known else 7
        await status.write_value(tower.scan(), ua.VariantType.UInt16)
        return ua.Variant(answer, ua.VariantType.UInt16)

    await folder.add_method(
        ua.NodeId("Tower.Order", index), f"{index}:Order", order, INPUTS, OUTPUTS
    )
    delay_reads(server, fate)
    async with server:
        print(f"listening {port}", flush=True)

        def drop():
            for client in list(server.bserver.clients):
                client.transport.abort()

        scanning = asyncio.create_task(scan(tower, status))
        await obey(tower, fate, drop)
        scanning.cancel()


def delay_reads(server, fate):
    """Lets the next reply be kept back also when it is that to a reading."""
    answer = server.iserver.isession.__class__.read

    async def read(session, params):
        await fate.delay()
        return await answer(session, params)

    server.iserver.isession.__class__.read = read


async def scan(tower, status):
    """Shows one image after the other, each as one value."""
    while True:
        await status.write_value(tower.scan(), ua.VariantType.UInt16)
        await asyncio.sleep(SCAN_S)


asyncio.run(main())

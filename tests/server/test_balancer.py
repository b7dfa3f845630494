"""The balancer of `reelgraph cluster`: bytes as they are, servers in turn, and past those that do not listen."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import create_server

from server.cluster.balancer import Balancer

DEADLINE = 20


@asynccontextmanager
async def echoing(name: bytes) -> AsyncIterator[int]:
    """A server that says its name, then all that it has heard once its client says no more; its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(name)
        writer.write(await reader.read())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def free_port() -> int:
    with create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def said(port: int, content: bytes) -> bytes:
    async with asyncio.timeout(DEADLINE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(content)
        await writer.drain()
        writer.write_eof()
        heard = await reader.read()
        writer.close()
        return heard


async def test_connections_go_to_servers_in_turn_with_every_byte() -> None:
    content, port = os.urandom(3_000_000), free_port()
    async with echoing(b"a") as first, echoing(b"b") as second, Balancer([first, second]).listening("127.0.0.1", port):
        heard = [await said(port, content) for _ in range(4)]
    assert [answer[:1] for answer in heard] in ([b"a", b"b"] * 2, [b"b", b"a"] * 2)
    assert all(answer[1:] == content for answer in heard)


async def test_a_server_that_does_not_listen_is_passed_over() -> None:
    port = free_port()
    async with echoing(b"a") as first, Balancer([first, free_port()]).listening("127.0.0.1", port):
        assert [await said(port, b"x") for _ in range(4)] == [b"ax"] * 4
    async with Balancer([free_port()]).listening("127.0.0.1", port):
        assert await said(port, b"") == b""


async def test_connections_that_stand_are_cut_when_it_ends() -> None:
    port = free_port()
    async with asyncio.timeout(DEADLINE), echoing(b"a") as first:
        async with Balancer([first]).listening("127.0.0.1", port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await reader.read(1) == b"a"
        assert await reader.read() == b""
        writer.close()

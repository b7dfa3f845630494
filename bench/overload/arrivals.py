"""Load that comes by a clock, whatever becomes of it: requests arrive at random, and do not wait for one another.

Latency counts from when a request was due, so that a generator or a server that falls behind can't hide it.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

TICK_SECONDS = 0.001
# How long answers are waited for when nothing arrives any more.
LAST_SECONDS = 10


@dataclass
class Found:
    """Latencies in seconds of what was answered and of what was refused; how many requests failed in other ways."""

    served: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    failed: int = 0
    late: float = 0.0


class Connection(asyncio.Protocol):
    """A connection that is kept, with at most one request at a time."""

    def __init__(self, answered: Callable[["Connection", int], None]) -> None:
        self.due = 0.0
        self._answered = answered
        self._transport: asyncio.Transport | None = None
        self._status = 0
        self._left = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # it is one
        """Ready to send."""
        self._transport = transport

    def send(self, request: bytes, due: float) -> None:
        """Send a request, which should have been sent when it was due."""
        assert self._transport is not None
        self.due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer; its headers come together, as our server sends them."""
        if not self._left:
            head, _, rest = data.partition(b"\r\n\r\n")
            self._status = int(head[9:12])
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._left = int(length) - len(rest)
        else:
            self._left -= len(data)
        if not self._left:
            self._answered(self, self._status)

    def connection_lost(self, _: Exception | None) -> None:
        """The server hung up."""
        if self.due:
            self._answered(self, 0)

    def close(self) -> None:
        """Hang up."""
        self.due = 0.0
        if self._transport is not None:
            self._transport.close()


class Load:
    """Requests to one server, drawn from `requests`, each as likely as the others."""

    def __init__(self, address: tuple[str, int], requests: list[bytes], seed: int = 1) -> None:
        self._address = address
        self._requests = requests
        self._chance = random.Random(seed)  # noqa: S311  no secret
        self._idle: deque[Connection] = deque()
        self._all: set[Connection] = set()
        self._found = Found()
        self._then: Callable[[], None] = lambda: None

    async def at_once(self, connections: int, seconds: float) -> Found:
        """As many as are answered, each connection sending the next when it has an answer."""
        self._found, ends = Found(), time.perf_counter() + seconds
        await self._open(connections)

        def send() -> None:
            if (now := time.perf_counter()) < ends:
                self._idle.popleft().send(self._drawn(), now)

        self._then = send
        for _ in range(connections):
            send()
        await asyncio.sleep(seconds)
        await self._rest()
        return self._found

    async def by_the_clock(self, per_second: float, connections: int, seconds: float) -> Found:
        """So many a second, on no more connections than given: where all are in use, requests become late."""
        self._found, self._then = Found(), lambda: None
        await self._open(connections)
        start = time.perf_counter()
        due = start
        while due < start + seconds:
            now = time.perf_counter()
            while due <= now and self._idle:
                self._found.late = max(self._found.late, now - due)
                self._idle.popleft().send(self._drawn(), due)
                due += self._chance.expovariate(per_second)
            await asyncio.sleep(TICK_SECONDS)
        await self._rest()
        return self._found

    def close(self) -> None:
        """Hang up everywhere."""
        for connection in self._all:
            connection.close()

    def _drawn(self) -> bytes:
        return self._chance.choice(self._requests)

    async def _open(self, count: int) -> None:
        loop = asyncio.get_running_loop()
        while len(self._all) < count:
            _, connection = await loop.create_connection(lambda: Connection(self._answered), *self._address)
            self._all.add(connection)
            self._idle.append(connection)

    async def _rest(self) -> None:
        """Wait for what is still to be answered; what is not is a failure."""
        self._then = lambda: None
        deadline = time.perf_counter() + LAST_SECONDS
        while len(self._idle) < len(self._all) and time.perf_counter() < deadline:  # noqa: ASYNC110  until many events
            await asyncio.sleep(0.01)
        lost = self._all.difference(self._idle)
        self._found.failed += len(lost)
        for connection in lost:
            connection.close()
        self._all -= lost

    def _answered(self, connection: Connection, status: int) -> None:
        seconds = time.perf_counter() - connection.due
        if status == 200:
            self._found.served.append(seconds)
        elif status == 503:
            self._found.refused.append(seconds)
        else:
            self._found.failed += 1
        connection.due = 0.0
        if status:
            self._idle.append(connection)
        else:
            self._all.discard(connection)
        self._then()

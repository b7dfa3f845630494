"""The subscribers: many connections in one process, which keeps the bytes that come, and when; others parse them."""

import gc
import resource
import selectors
import socket
import time
from collections.abc import Iterable
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

from database.errors import ReelgraphError

# What came, and when, in nanoseconds since 1970; empty bytes are the server's end of the stream.
Chunks = list[tuple[int, bytes]]

# Files that a process has open beside its connections.
OTHER_FILES = 200
# So many may wait for the heads of their answers: servers' queues of new connections are short.
MOST_UNANSWERED = 50
ANSWER_SECONDS = 60
CHUNK_BYTES = 65536


def require_files(subscribers: int) -> None:
    """Let this process and those it starts open enough files; raises `ReelgraphError` where the system forbids it."""
    needed = subscribers + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise ReelgraphError(
            f"{subscribers:,} subscribers need {needed:,} open files in a process, and this one may have {hard:,}.",
            f"Raise the limit (as root: ulimit -Hn {needed}), or give fewer --subscribers.",
        )
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def subscribe(control: Connection, url: str, requests: Iterable[bytes]) -> list[Chunks]:
    """Send each request on a connection of its own, say "connected", and read until the other side says anything.

    Returns what came on each connection. Raises `ReelgraphError` if one is not answered with a stream of events.
    """
    gc.disable()  # nothing here is a cycle, and a collection would be seen as latency
    with selectors.DefaultSelector() as selector:
        subscribers = Subscribers(selector, url)
        for request in requests:
            subscribers.add(request)
            subscribers.await_answers(MOST_UNANSWERED)
        subscribers.await_answers(0)
        selector.register(control, selectors.EVENT_READ)
        control.send("connected")
        while not control.poll():
            subscribers.read()
        control.recv()
    return list(subscribers.received.values())


class Subscribers:
    """Connections to a server, and what came on each."""

    def __init__(self, selector: selectors.BaseSelector, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._selector = selector
        self._unanswered: set[socket.socket] = set()
        self.received: dict[socket.socket, Chunks] = {}

    def add(self, request: bytes) -> None:
        """Send a request on a new connection."""
        connection = socket.create_connection(self._address, timeout=ANSWER_SECONDS)
        connection.sendall(request)
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ)
        self._unanswered.add(connection)
        self.received[connection] = []

    def await_answers(self, most: int) -> None:
        """Read until no more than some connections lack the head of their answer."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while len(self._unanswered) > most:
            if time.monotonic() > deadline:
                raise ReelgraphError(f"{len(self._unanswered)} subscribers had no answer for {ANSWER_SECONDS} s.")
            self.read()
            self._unanswered = {one for one in self._unanswered if not _has_head(self.received[one])}

    def read(self) -> None:
        """Read what is there, or comes within a second."""
        for key, _ in self._selector.select(1):
            if isinstance(key.fileobj, socket.socket):
                try:
                    data = key.fileobj.recv(CHUNK_BYTES)
                except ConnectionError:
                    data = b""
                self.received[key.fileobj].append((time.time_ns(), data))
                if not data:
                    self._selector.unregister(key.fileobj)


def _has_head(chunks: Chunks) -> bool:
    """Whether the head of the answer is there; raises `ReelgraphError` if it does not begin a stream of events."""
    answer = b"".join(data for _, data in chunks)
    head, end, _ = answer.lower().partition(b"\r\n\r\n")
    is_ended = bool(chunks) and not chunks[-1][1]
    is_stream = head.startswith(b"http/1.1 200 ") and b"\r\ncontent-type: text/event-stream" in head
    if is_ended or (end and not is_stream):
        raise ReelgraphError(f"A subscription is not answered with a stream of events:\n{answer[:1000].decode()}")
    return bool(end)

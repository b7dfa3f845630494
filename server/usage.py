"""What clients use of the contract, counted as operations come, and noted in the database now and then."""

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from weakref import WeakKeyDictionary

from graphql import DocumentNode

from database.engine import Database
from executor.operation import Operation
from schema.coordinates import used_coordinates
from server.graphql_request import Client
from server.operations import Prepared
from services.clients import Used, record_usage

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 10
# Clients name themselves, so there may be any number of names; who comes after these is one of the others.
MOST_CLIENTS = 500
OTHERS = Client("(others)")
# Operations of clients that are counted before all are noted at once, and those that may wait for a lost database.
MOST_COUNTED = 1000
MOST_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Uses:
    """What an operation uses, whoever sends it: schema coordinates, and its document."""

    coordinates: frozenset[str]
    document: bytes


class UsageCounter:
    """Counts of one process. To count an operation that was counted before is to add one to a number."""

    def __init__(self, database: Database, *, flush_seconds: float = FLUSH_SECONDS) -> None:
        self._database = database
        self._flush_seconds = flush_seconds
        self._numbers: dict[tuple[Client, Operation], int] = {}
        self._uses: WeakKeyDictionary[Operation, Uses] = WeakKeyDictionary()
        self._clients: set[Client] = set()
        self._flushing: asyncio.Task[None] | None = None
        self._full = asyncio.Event()
        self._closed = False

    def count(self, client: Client, prepared: Prepared) -> None:
        """An operation is about to be executed."""
        try:
            self._numbers[client, prepared.operation] += 1
        except KeyError:
            self._begin(client, prepared)

    def _begin(self, client: Client, prepared: Prepared) -> None:
        if prepared.operation not in self._uses:
            self._uses[prepared.operation] = _uses(prepared)
        # Others than it says, where it is not to be known by that name: then it comes here each time.
        key = (self._known(client), prepared.operation)
        self._numbers[key] = self._numbers.get(key, 0) + 1
        if len(self._numbers) >= MOST_COUNTED:
            self._full.set()
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush_later())

    async def _flush_later(self) -> None:
        while self._numbers and not self._closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._flush_seconds):
                    await self._full.wait()
            self._full.clear()
            await self.flush()

    async def flush(self) -> None:
        """Note what was counted; where that fails, it waits for the next time."""
        numbers, self._numbers = self._numbers, {}
        coordinates: Counter[Used] = Counter()
        documents: Counter[Used] = Counter()
        for (client, operation), number in numbers.items():
            uses = self._uses[operation]
            documents[Used(uses.document, *client)] += number
            for coordinate in uses.coordinates:
                coordinates[Used(coordinate, *client)] += number
        try:
            await record_usage(self._database, coordinates, documents)
        except Exception as error:
            # Whatever it is, answers are worth more than counts.
            logger.warning("what clients use can't be noted now, it is tried again: %s", error)
            self._take_back(numbers)

    def _take_back(self, numbers: dict[tuple[Client, Operation], int]) -> None:
        if len(numbers) + len(self._numbers) > MOST_WAITING:
            logger.warning("too much waits to be noted: %d counts are lost", sum(numbers.values()))
            return
        for key, number in numbers.items():
            self._numbers[key] = self._numbers.get(key, 0) + number

    def _known(self, client: Client) -> Client:
        known = Client(*("".join(filter(str.isprintable, name)) for name in client))
        if known not in self._clients and len(self._clients) >= MOST_CLIENTS:
            return OTHERS
        self._clients.add(known)
        return known

    async def close(self) -> None:
        """Note what is left."""
        self._closed = True
        self._full.set()
        if self._flushing is not None:
            await self._flushing
        if self._numbers:
            await self.flush()


def _uses(prepared: Prepared) -> Uses:
    operation, document = prepared.operation, prepared.document
    tree = DocumentNode(definitions=(operation.node, *document.fragment_definitions.values()))
    return Uses(used_coordinates(operation.schema, tree), sha256(document.text.encode()).digest())

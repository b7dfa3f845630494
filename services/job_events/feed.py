"""What happens to one owner's jobs, read from the log once for all who follow it in this process."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from database.engine import Database
from database.errors import DatabaseUnavailableError, ReelgraphError
from database.statements.video_job_event import EVENTS_AFTER, LOG_BOUNDS, PAGE, LogBoundsRow
from database.video_job_event import VideoJobEventRow
from services.job_events.errors import FollowerTooSlowError

logger = logging.getLogger(__name__)

# Events that may wait for one follower; they are shared with the others of the owner.
MOST_WAITING = 1000
RETRY_SECONDS = 1


class Follower:
    """One who follows: the events that wait to be taken. `has_room` is set when few are left."""

    def __init__(self, has_room: asyncio.Event) -> None:
        self._waiting: deque[VideoJobEventRow] = deque()
        self._news = asyncio.Event()
        self._has_room = has_room
        self._end: ReelgraphError | None = None

    @property
    def waiting(self) -> int:
        """How many events wait to be taken."""
        return len(self._waiting)

    def offer(self, event: VideoJobEventRow) -> None:
        """Have an event wait; where there are too many, all that wait are let go, and no more come."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
            self.end(FollowerTooSlowError())
        if self._end is None:
            self._waiting.append(event)
            self._news.set()

    def end(self, error: ReelgraphError) -> None:
        """Let no more come; `take` raises the error after what waits."""
        self._end = self._end or error
        self._news.set()

    async def take(self) -> VideoJobEventRow:
        """The next event; raises what ended them."""
        while not self._waiting:
            if self._end is not None:
                raise self._end
            self._news.clear()
            await self._news.wait()
        event = self._waiting.popleft()
        if len(self._waiting) < PAGE:
            self._has_room.set()
        return event


class Feed:
    """One owner's part of the log, as far as `position`; what comes after goes to the followers.

    Each page of it is read by the owner's own reader, behind the same walls as everything else.
    """

    def __init__(self, database: Database, owner: UUID) -> None:
        self.followers: set[Follower] = set()
        self.users = 0
        self.position = 0
        self._database = database
        self._owner = owner
        self._news = asyncio.Event()
        self._has_room = asyncio.Event()
        self._beginning: asyncio.Task[None] | None = None
        self._running: asyncio.Task[None] | None = None

    async def begun(self) -> None:
        """Return when it has begun, at the end of the log."""
        if self._beginning is None:
            self._beginning = asyncio.create_task(self._begin())
        await asyncio.shield(self._beginning)

    async def _begin(self) -> None:
        self.position = (await self.bounds()).newest
        self._running = asyncio.create_task(self._run())

    @contextmanager
    def followed(self) -> Iterator[Follower]:
        """A follower of what comes after `position`, while the block runs."""
        follower = Follower(self._has_room)
        self.followers.add(follower)
        try:
            yield follower
        finally:
            self.followers.discard(follower)
            self._has_room.set()

    def wake(self) -> None:
        """There may be something new."""
        self._news.set()

    async def end(self) -> None:
        """Read no more."""
        tasks = [task for task in (self._beginning, self._running) if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def bounds(self) -> LogBoundsRow:
        """Where the log begins and ends for this owner."""
        async with self._database.reader(self._owner) as reader:
            (bounds,) = await reader.fetch(LOG_BOUNDS)
            return bounds

    async def page(self, after: int, video_id: UUID | None = None) -> list[VideoJobEventRow]:
        """The first events after a position."""
        async with self._database.reader(self._owner) as reader:
            return await reader.fetch(EVENTS_AFTER, after=after, video_id=video_id)

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._read_on()
            except DatabaseUnavailableError as error:
                logger.warning("the events of %s wait: %s", self._owner, error)
                self._news.set()
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                logger.exception("the events of %s can't be read; trying again in %d s", self._owner, RETRY_SECONDS)
                self._news.set()
                await asyncio.sleep(RETRY_SECONDS)

    async def _read_on(self) -> None:
        while True:
            events = await self.page(self.position)
            for event in events:
                self.position = event.position
                for follower in self.followers:
                    follower.offer(event)
            if len(events) < PAGE:
                return
            # Not faster than the quickest of them: whoever stays far behind that one is too slow.
            while self.followers and min(follower.waiting for follower in self.followers) >= PAGE:
                self._has_room.clear()
                await self._has_room.wait()

"""Following the log: what was missed first, from the log; then live, as it is written; no gap, nothing twice."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from database.engine import Database
from database.reader import Reader
from database.statements.video_job_event import LOG_BOUNDS, PAGE
from database.video_job_event import VideoJobEventRow
from services.job_events.errors import EventsStoppedError, ForgottenEventsError
from services.job_events.feed import Feed
from services.job_events.listener import Listener


async def start_of(reader: Reader, after: int | None = None) -> int:
    """The position to follow the reader's viewer's events from: `after`, or without it the end of the log.

    Raises `ForgottenEventsError` where the log no longer goes back so far.
    """
    (bounds,) = await reader.fetch(LOG_BOUNDS)
    if after is not None and after < bounds.forgotten:
        raise ForgottenEventsError
    return bounds.newest if after is None else after


class JobEvents:
    """The log of one database, for all who follow it in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._feeds: dict[UUID, Feed] = {}
        self._stopping = False
        self._listener = Listener(database.dsn, self._heard, self._missed)

    async def follow(
        self, viewer: UUID, position: int, *, video_id: UUID | None = None
    ) -> AsyncGenerator[VideoJobEventRow]:
        """The viewer's events after a position, in the order of their commits, for ever; or those of one video.

        Raises `ForgottenEventsError` when the log is trimmed while it is caught up with, and `FollowerTooSlowError`
        where more wait to be taken than memory should hold.
        """
        async with self._feed(viewer) as feed:
            while position < feed.position:
                reached = feed.position
                events = await feed.page(position, video_id)
                if position < (await feed.bounds()).forgotten:
                    raise ForgottenEventsError
                for event in events:
                    position = event.position
                    yield event
                if len(events) < PAGE:
                    position = max(position, reached)
                if self._stopping:
                    raise EventsStoppedError
            # Between the last look at the feed's position and here nothing waits: no event can slip through.
            with feed.followed() as follower:
                if self._stopping:
                    raise EventsStoppedError
                while True:
                    event = await follower.take()
                    if event.position > position and video_id in {None, event.video_id}:
                        yield event

    async def close(self) -> None:
        """Stop listening, and tell whoever follows that nothing more will come."""
        self._stopping = True
        await self._listener.close()
        for feed in self._feeds.values():
            for follower in feed.followers:
                follower.end(EventsStoppedError())

    @asynccontextmanager
    async def _feed(self, owner: UUID) -> AsyncIterator[Feed]:
        """The owner's feed, for as long as somebody uses it."""
        if not self._stopping:
            await self._listener.listening()
        if self._stopping:
            raise EventsStoppedError
        feed = self._feeds.get(owner)
        if feed is None:
            feed = self._feeds[owner] = Feed(self._database, owner)
        feed.users += 1
        try:
            await feed.begun()
            yield feed
        finally:
            feed.users -= 1
            if feed.users == 0:
                del self._feeds[owner]
                await feed.end()

    def _heard(self, owner: UUID) -> None:
        if owner in self._feeds:
            self._feeds[owner].wake()

    def _missed(self) -> None:
        for feed in self._feeds.values():
            feed.wake()

"""An attacker: signed in, owner of nothing. What they send must be refused cheaply."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import httpx
import pytest
from uuid_utils.compat import uuid7

from database.video_job import ProcessingStatus
from tests.support.api import Api
from tests.support.library import Library

ResultT = TypeVar("ResultT")

# Of processor time, the client's own included; a machine that does other work beside does not count.
MOST_SECONDS = 0.05
# The first time something is met costs more: what is measured is what a flood of them would cost.
TRIES = 3


@dataclass(frozen=True)
class Attacker:
    """Sends what should not be sent."""

    api: Api
    viewer: UUID

    async def send(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The answer to an operation."""
        answer: dict[str, Any] = (await self.post({"query": query, "variables": variables})).json()
        return answer

    async def refused(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The one error that an operation is refused by; none of it runs."""
        answer = await self.send(query, **variables)
        assert "data" not in answer, answer
        (error,) = answer["errors"]
        return dict(error)

    async def post(self, body: Any, **headers: str) -> httpx.Response:
        """The response to a body."""
        return await self.cheaply(lambda: self.api.post(body, **headers))

    async def cheaply(self, attack: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """What an attack comes to, which must cost the server next to nothing."""
        seconds = []
        for _ in range(TRIES):
            started = time.process_time()
            result = await attack()
            seconds.append(time.process_time() - started)
        assert min(seconds) < MOST_SECONDS, seconds
        return result


@pytest.fixture
def attacker(api: Api) -> Attacker:
    viewer = uuid7()
    return Attacker(api.signed_in(viewer), viewer)


@dataclass(frozen=True)
class Victim:
    """Somebody else, who owns one of each thing."""

    video: str
    job: str
    metadata: str
    failed_job: str


@pytest.fixture
async def victim(library: Library) -> Victim:
    video = await library.video()
    job = await library.job(video)
    metadata = await library.metadata(job, title="private", transcript_text="private words")
    failed = await library.job(await library.video(), ProcessingStatus.FAILED)
    return Victim(f"video_{video.id.hex}", f"job_{job.id.hex}", f"metadata_{metadata.id.hex}", f"job_{failed.id.hex}")

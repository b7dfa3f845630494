"""An installation that runs already, for tests that ask it as they would ask an application in their own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest
from pydantic import HttpUrl
from sqlalchemy import event

from database.embedded import settled_url
from database.engine import Database
from server.places import in_words
from server.settings import Settings
from server.usage import UsageCounter
from tests.support.api import NEVER, Api
from tests.support.replicas import end_of_log


@dataclass(frozen=True)
class Deployed:
    """Where it is asked, and the data folder of its servers."""

    url: str
    data: Path

    @property
    def settings(self) -> Settings:
        """As its servers have them, as far as tests need them."""
        return Settings(data=self.data, public_url=HttpUrl(self.url))

    @property
    def database_url(self) -> str:
        """Its primary's address."""
        return settled_url(self.data)


class RemoteApi(Api):
    """The same client, of a server that can't be looked into."""

    def statements(self) -> NoReturn:
        pytest.skip("counts statements, which are another process's here")


@asynccontextmanager
async def asking(deployed: Deployed, database: Database) -> AsyncIterator[Api]:
    """Its API. What a test writes past it, into the database, is to be seen by what the test asks then."""
    written = False

    def note(_connection: Any) -> None:
        nonlocal written
        written = True

    async def tell(request: httpx.Request) -> None:
        nonlocal written
        if written:
            written = False
            request.headers["X-Reelgraph-Written"] = in_words(await end_of_log(database.dsn))

    event.listen(database.engine.sync_engine, "commit", note)
    async with httpx.AsyncClient(base_url=deployed.url, event_hooks={"request": [tell]}, timeout=30) as http:
        yield RemoteApi(http, deployed.settings.secret, database, UsageCounter(database, flush_seconds=NEVER))

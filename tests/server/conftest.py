"""The application on a socket of its own."""

from collections.abc import AsyncIterator

import pytest

from database.engine import Database
from server.settings import Settings
from services.storage import Storage
from tests.support.live import Live, running_live


@pytest.fixture
async def live(settings: Settings, database: Database, storage: Storage) -> AsyncIterator[Live]:
    async with running_live(settings, database, storage) as live:
        yield live

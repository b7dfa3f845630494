"""Real processes on the test's own database and files, told to notice soon when others die, and what they stand on."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from database.engine import Database
from processing.media import Limits
from processing.pipeline import Pipeline
from processing.providers import ai_providers, embedded_providers
from server.settings import Settings
from server.tokens import issue_token
from services.storage import Storage
from tests.support.ai_answers import KEY
from tests.support.ai_server import AIServer, ai_server, settings_for
from tests.support.small_clips import SmallClip, make_small_clips

LIMITS = Limits(wall_seconds=60)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, SmallClip]:
    """Small videos, by their kinds."""
    return make_small_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def env(process_env: dict[str, str], settings: Settings) -> dict[str, str]:
    """Of processes that share `database` and `storage`."""
    assert process_env["REELGRAPH_DATA"] == str(settings.data)
    return {**process_env, "REELGRAPH_WORKER_HEARTBEAT_SECONDS": "2", "REELGRAPH_WORKER_RETRY_SECONDS": "0.5"}


@pytest.fixture
def files(settings: Settings) -> Path:
    """The folder of all stored files."""
    return settings.data / "files"


@pytest.fixture
def access_token(settings: Settings, viewer: UUID) -> str:
    """The viewer's."""
    return issue_token(settings.secret, viewer, HOUR)


@pytest.fixture
def ai() -> Iterator[AIServer]:
    """An AI that can go away and come back."""
    with ai_server() as server:
        yield server


@pytest.fixture
def asking_env(env: dict[str, str], ai: AIServer) -> dict[str, str]:
    """Of processes that ask the AI for everything."""
    return env | {
        "REELGRAPH_AI_BASE_URL": ai.base_url,
        "REELGRAPH_AI_API_KEY": KEY,
        "REELGRAPH_AI_TRANSCRIPTION_MODEL": "listener-1",
        "REELGRAPH_AI_DESCRIPTION_MODEL": "writer-1",
    }


@pytest.fixture
def pipeline(database: Database, storage: Storage) -> Pipeline:
    """What a worker does, here, where nothing happens to it."""
    return Pipeline(database, storage, LIMITS, embedded_providers())


@pytest.fixture
async def asking(database: Database, storage: Storage, ai: AIServer) -> AsyncIterator[Pipeline]:
    """The same with the AI."""
    providers = ai_providers(settings_for(ai))
    yield Pipeline(database, storage, LIMITS, providers)
    await providers.close()

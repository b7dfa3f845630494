"""Where the benchmark takes place: its data folder and its database."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from bench.dataset import VIEWER
from server.settings import Settings
from server.tokens import issue_token


@dataclass(frozen=True)
class Place:
    """Where servers find what they need: our settings, and the folder of PostgreSQL's socket."""

    settings: Settings
    socket: Path

    @classmethod
    def of(cls, settings: Settings, database_url: str) -> "Place":
        """The place of a database that is held open."""
        return cls(settings, Path(str(make_url(database_url).query["host"])))

    @property
    def environment(self) -> dict[str, str]:
        """What servers are told. The names of libpq's variables are known to every driver."""
        return {
            "PGHOST": str(self.socket),
            "PGUSER": "reelgraph",
            "PGDATABASE": "reelgraph",
            "VIEWER": str(VIEWER),
            "NODE_ENV": "production",
            "REELGRAPH_DATA": str(self.settings.data),
            "REELGRAPH_ENVIRONMENT": "production",
            "REELGRAPH_JWT_SECRET": self.settings.secret,
        }

    @property
    def token(self) -> str:
        """A bearer token of the viewer."""
        return issue_token(self.settings.secret, VIEWER, timedelta(days=1))

    @property
    def database_log(self) -> Path:
        """What PostgreSQL logs."""
        return self.settings.data / "postgres" / "log"

    async def fetch(self, *statements: str) -> list[list[str]]:
        """The values of statements' first columns, run one by one on a connection of their own."""
        connection = await asyncpg.connect(host=str(self.socket), user="reelgraph", database="reelgraph")
        try:
            return [[str(row[0]) for row in await connection.fetch(statement)] for statement in statements]
        finally:
            await connection.close()

    async def keys(self) -> list[str]:
        """The ids of the viewer's videos, as the API shows them."""
        query = f"SELECT id::text FROM videos WHERE uploader_user_id = '{VIEWER}' ORDER BY id"  # noqa: S608  no input
        [found] = await self.fetch(query)
        return [f"video_{key.replace('-', '')}" for key in found]

"""Two applications on databases of the same content: one compiles operations, the other has graphql-core answer all."""

import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import jwt
import orjson
from sqlalchemy import make_url, text

from database.engine import Database
from schema.cursor import MAC_BYTES, SCOPE_BYTES, VERSION
from server.settings import Settings
from services.storage import Storage
from tests.support.api import Api, serving
from tests.support.databases import administer
from tests.support.limits import unlimited
from tests.support.operations import OWNED

KEY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
CURSORS = {"cursor", "startCursor", "endCursor"}


@dataclass
class Twins:
    """Sends operations to both."""

    compiled: Api
    reference: Api
    known: set[UUID]
    began: datetime

    def signed_in(self, viewer: UUID) -> "Twins":
        return Twins(self.compiled.signed_in(viewer), self.reference.signed_in(viewer), self.known, self.began)

    async def answers(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """Both answers to a request, as far as they must be equal."""
        return [self.comparable((await api.post(body)).json()) for api in (self.compiled, self.reference)]

    def comparable(self, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer where what was made since the twins are two goes by its number, and is of one instant."""
        comparable: dict[str, Any] = _Comparison(self.known, self.began).of(answer)
        return comparable


@dataclass
class _Comparison:
    known: set[UUID]
    began: datetime
    new: dict[UUID, str] = field(default_factory=dict)

    def of(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self.of(member, key) for key, member in value.items() if key != "requestId"}
        if isinstance(value, list):
            return [self.of(element, name) for element in value]
        if not isinstance(value, str):
            return value
        if name in CURSORS:
            return self._cursor(value)
        if value.startswith(("http://", "https://")):
            address, _, token = value.rpartition("/")
            return [address, self.of({**jwt.decode(token, options={"verify_signature": False}), "exp": None})]
        return INSTANT.sub(lambda found: self._instant(found[0]), KEY.sub(lambda found: self._key(found[0]), value))

    def _cursor(self, cursor: str) -> Any:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        sort_value, key = orjson.loads(raw[MAC_BYTES + len(VERSION) + SCOPE_BYTES :])
        is_new = UUID(key) not in self.known
        return [raw[MAC_BYTES : MAC_BYTES + len(VERSION) + SCOPE_BYTES], None if is_new else sort_value, self._key(key)]

    def _key(self, written: str) -> str:
        key = UUID(written)
        return written if key in self.known else self.new.setdefault(key, f"new {len(self.new)}")

    def _instant(self, written: str) -> str:
        return written if datetime.fromisoformat(written) < self.began else "now"


@asynccontextmanager
async def twins(url: str, database: Database, settings: Settings, storage: Storage) -> AsyncIterator[Twins]:
    """The twins of a database, which is the one where operations are compiled."""
    known: set[UUID] = set()
    async with database.transaction() as session:
        for table in OWNED:
            names = [name for name in ("id", "uploader_user_id") if name in table.columns]
            for row in await session.execute(text(f"SELECT {', '.join(names)} FROM {table.name}")):  # noqa: S608  no input
                known.update(row)
    await database.close()  # whose content is copied must have no connections
    address = make_url(url)
    name = f"twin_{uuid4().hex}"
    await administer(url, f"CREATE DATABASE {name} TEMPLATE {address.database}")
    other = Database(address.set(database=name).render_as_string(hide_password=False))
    settings = unlimited(settings)
    reference = settings.model_copy(update={"executor": "reference"})
    try:
        async with serving(settings, database, storage) as one, serving(reference, other, storage) as two:
            yield Twins(one, two, known, datetime.now(UTC))
    finally:
        await other.close()
        await administer(url, f"DROP DATABASE {name} WITH (FORCE)")

"""Two owners whose rows lie side by side, what an answer gives away, and walls with holes in them."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLInterfaceType, GraphQLSchema
from sqlalchemy import event, select, text
from uuid_utils.compat import uuid7

from database.base import Base, Entity
from database.engine import Database
from database.statement import Statement
from database.video_job import ProcessingStatus
from tests.schema.generated import Values
from tests.support.library import START, Library

VIDEOS = 12
STATUSES = tuple(ProcessingStatus)
OWNED = [table for table in Base.metadata.sorted_tables if "uploader_user_id" in table.columns]

LITERAL = re.compile(r'"([^"]*)"')
# Long enough for a key in base64; signed links and cursors are made of such tokens.
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")


@dataclass
class Owner:
    """A user; every text of their rows holds their word."""

    word: str
    library: Library
    ids: dict[str, list[str]] = field(default_factory=lambda: {"video": [], "job": [], "metadata": []})
    keys: set[UUID] = field(default_factory=set)

    def markers(self) -> set[bytes]:
        """What nobody else may ever see, in each way it may be written."""
        keys = self.keys | {self.library.owner}
        return {self.word.encode()} | {
            form for key in keys for form in (str(key).encode(), key.hex.encode(), key.bytes)
        }

    async def note_keys(self) -> None:
        """Take note of the rows there are, those that operations made included."""
        async with self.library.database.transaction() as session:
            for table in OWNED:
                if "id" in table.columns:
                    own = select(table.c.id).where(table.c.uploader_user_id == self.library.owner)
                    self.keys.update((await session.scalars(own)).all())

    async def rows(self) -> list[str]:
        """All of the owner's rows and queue entries, whole."""
        found: list[str] = []
        async with self.library.database.transaction() as session:
            for table in OWNED:
                rows = text(f"SELECT t::text FROM {table.name} t WHERE uploader_user_id = :owner ORDER BY 1")  # noqa: S608  no input
                found.extend((await session.scalars(rows, {"owner": self.library.owner})).all())
            entries = text("SELECT q::text FROM pgqueuer q WHERE dedupe_key = ANY(:keys) ORDER BY 1")
            found.extend((await session.scalars(entries, {"keys": [key.hex for key in self.keys]})).all())
        return found

    def _took(self, kind: str, row: Entity) -> None:
        self.ids[kind].append(f"{kind}_{row.id.hex}")

    async def add_video(self, number: int) -> None:
        """A video with jobs; the instants are those of the other owner's video of this number."""
        word, library = self.word, self.library
        announced = {} if number % 6 else {"uploaded_at": None}
        video = await library.video(
            original_filename=f"{word} {number % 5}.mp4", size_bytes=number % 3 + 1, **announced
        )
        self._took("video", video)
        for status in (ProcessingStatus.COMPLETED, STATUSES[number % len(STATUSES)]):
            failed = {"error_message": f"{word} broke"} if status == ProcessingStatus.FAILED else {}
            job = await library.job(video, status, **failed)
            self._took("job", job)
            self._took("metadata", await library.metadata(job, **_metadata(word, job.id)))


def _metadata(word: str, job_id: UUID) -> dict[str, Any]:
    folder = f"results/{job_id.hex}-{word}"
    return {
        "title": f"{word} reel",
        "description": f"A reel of {word}",
        "tags": ["reel", word],
        "transcript_text": f"The reel that {word} made",
        "show_notes_text": f"{word} was here",
        "transcript_storage_path": f"{folder}/transcript.txt",
        "thumbnail_storage_path": f"{folder}/thumbnail.jpg",
        "subtitle_files": [{"format": "VTT", "language": "en", "storage_path": f"{folder}/subtitles.vtt"}],
        "extracted_video_format": f"{word}/mp4",
        "extracted_video_resolution": f"{word} wide",
    }


async def interleaved(database: Database) -> tuple[Owner, Owner]:
    """Two owners with libraries of the same shape and instants, made in turns, so that keys lie side by side."""
    one, two = Owner("ambergris", Library(database, uuid7())), Owner("bergamot", Library(database, uuid7()))
    for number in range(VIDEOS):
        await one.add_video(number)
        await two.add_video(number)
    await one.note_keys()
    await two.note_keys()
    return one, two


def values(random: Random, owner: Owner, other: Owner) -> Values:
    """Ids of both owners, those of the other mostly where something is changed; words of both to search for."""

    def id_of(*kinds: str, others: float = 0.5) -> str:
        ids = (other if random.random() < others else owner).ids[random.choice(kinds)]
        return f'"{random.choice(ids)}"'

    def choice(*texts: str) -> str:
        return f'"{random.choice(texts)}"'

    return Values(
        named={
            "Video.id": lambda: id_of("video"),
            "VideoJob.id": lambda: id_of("job"),
            "videoId": lambda: id_of("video", others=0.85),
            "jobId": lambda: id_of("job", others=0.85),
            "metadataId": lambda: id_of("metadata", others=0.85),
            "search": lambda: choice("reel", owner.word, other.word),
            "query": lambda: choice("reel", "made", owner.word, other.word),
            "contentType": lambda: choice("video/mp4", "video/webm"),
            "contentTypes": lambda: choice("video/mp4", "video/webm"),
            "idempotencyKey": lambda: choice(*(f"key {number}" for number in range(50))),
        },
        scalars={
            "ID": lambda: id_of("video", "job", "metadata"),
            "String": lambda: choice("reel", "a new reel"),
            "Int": lambda: str(random.randint(1, 8)),
            "BigInt": lambda: str(random.randint(1, 1_000_000)),
            "Float": lambda: str(random.random()),
            "Boolean": lambda: random.choice(("true", "false")),
            "DateTime": lambda: choice(*(START.replace(day=day).isoformat() for day in (1, 2, 3, 4, 5))),
        },
    )


def given_away(schema: GraphQLSchema, operation: str, answer: Mapping[str, Any], markers: Iterable[bytes]) -> list[str]:
    """The markers that an answer holds, in its text or in what its tokens decode to.

    An expected failure and an error may name what the operation itself named.
    """
    sent = sorted(set(LITERAL.findall(operation)), key=len, reverse=True)
    failures = {kind.name for kind in schema.get_implementations(_interface(schema, "Error")).objects}
    shown = "\n".join([*_texts(answer.get("data"), sent, failures), _without(sent, str(answer.get("errors")))])
    body = b"\n".join([shown.encode(), *_decoded(shown)])
    return sorted(repr(marker) for marker in markers if marker in body)


def _interface(schema: GraphQLSchema, name: str) -> GraphQLInterfaceType:
    found = schema.get_type(name)
    assert isinstance(found, GraphQLInterfaceType)
    return found


def _texts(value: Any, sent: list[str], failures: set[str], *, failed: bool = False) -> Iterator[str]:
    """Every scalar; those of an expected failure without what was sent."""
    if isinstance(value, dict):
        for member in value.values():
            yield from _texts(member, sent, failures, failed=value.get("__typename") in failures)
    elif isinstance(value, list):
        for element in value:
            yield from _texts(element, sent, failures, failed=failed)
    else:
        yield _without(sent, str(value)) if failed else str(value)


def _without(sent: list[str], shown: str) -> str:
    for literal in sent:
        # Error messages show no more than 60 characters.
        shown = shown.replace(literal, "").replace(literal[:60], "")
    return shown


def _decoded(shown: str) -> Iterator[bytes]:
    for token in set(TOKEN.findall(shown)):
        with suppress(ValueError):  # not everything of this form is base64
            yield base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def without_predicate(sql: str) -> str:
    """A statement with the owner's predicate made a tautology, which still binds the viewer."""
    return re.sub(r"\w+\.uploader_user_id = (\$\d+::UUID)", r"\1 IS NOT NULL", sql)


def open_reads(monkeypatch: pytest.MonkeyPatch, is_open: Callable[[str], bool] = lambda _name: True) -> None:
    """Take the predicate out of the statements that read, of those whose names say so."""

    def sql(statement: Statement[Any]) -> str:
        text: str = statement.__dict__["sql"]
        if not is_open(statement.name):
            return text
        assert without_predicate(text) != text, f"{statement.name} has no predicate that could be taken out"
        return without_predicate(text)

    def keep(statement: Statement[Any], text: str) -> None:
        statement.__dict__["sql"] = text

    monkeypatch.setattr(Statement, "sql", property(sql, keep), raising=False)


def open_writes(database: Database) -> None:
    """Take the predicate out of the statements that services run."""

    def rewrite(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> Any:
        return without_predicate(sql), parameters

    event.listen(database.engine.sync_engine, "before_cursor_execute", rewrite, retval=True)

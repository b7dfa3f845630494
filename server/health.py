"""Is the process alive, and can it serve?"""

import asyncio
from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from database.engine import Database
from database.errors import DatabaseUnavailableError
from database.failures import unavailability_told
from database.revisions import StaleDatabaseError, require_current
from server.resources import Resources
from server.telemetry.shared import Shared
from services.queue import queue_depth
from services.storage import Storage

# Longest that `/readyz` waits for its parts; load balancers do not wait for ever.
PATIENCE_SECONDS = 2
# How long what storage said holds: to find out, a file is written and deleted.
STORAGE_FRESH_SECONDS = 30

Part = dict[str, Any]
OK: Part = {"status": "ok"}


class Readiness:
    """Whether a process can serve, part by part; one that stops is to get no more requests.

    The database, its migrations and the queue's table are needed. A long queue is no reason to be unready, and files
    that can't be kept are none either: most operations need none, and every other process would be as unready.
    """

    def __init__(self, resources: Resources) -> None:
        self._stopping = resources.stopping
        database, storage = resources.database, resources.storage
        self._needed = Shared(lambda: _needed(database), fresh=0, patience=PATIENCE_SECONDS)
        self._storage = Shared(lambda: _storage(storage), fresh=STORAGE_FRESH_SECONDS, patience=PATIENCE_SECONDS)

    async def parts(self) -> tuple[bool, dict[str, Any]]:
        """Whether it can serve, and what there is to say of each part."""
        if self._stopping.announced.is_set():
            return False, {"status": "unavailable", "process": _unavailable("The server stops.")}
        needed, storage = await asyncio.gather(
            _in_time(self._needed.get(), "database"), _in_time(self._storage.get(), "storage")
        )
        is_ready = all(part["status"] == "ok" for part in needed.values())
        return is_ready, {"status": "ok" if is_ready else "unavailable", **needed, **storage}


async def _needed(database: Database) -> dict[str, Part]:
    try:
        with unavailability_told():
            async with database.parking.wanted():
                await require_current(database.engine)
    except StaleDatabaseError as stale:
        return {"database": OK, "migrations": _unavailable(f"{stale} {stale.hint}")}
    except (DatabaseUnavailableError, SQLAlchemyError, OSError):
        return {"database": _unavailable("It can't be reached.")}
    try:
        return {"database": OK, "migrations": OK, "queue": {**OK, **asdict(await queue_depth(database))}}
    except (SQLAlchemyError, OSError):
        return {"database": OK, "migrations": OK, "queue": _unavailable("Its table can't be read.")}


async def _storage(storage: Storage) -> dict[str, Part]:
    await storage.require_usable()
    return {"storage": OK}


async def _in_time(answer: Awaitable[dict[str, Part]], name: str) -> dict[str, Part]:
    try:
        return await answer
    except TimeoutError:
        return {name: _unavailable(f"It did not answer within {PATIENCE_SECONDS} seconds.")}
    except Exception as error:
        # Of any other error the message is nobody's business who need not say who they are.
        return {name: _unavailable(f"It failed: {type(error).__name__}.")}


def _unavailable(reason: str) -> Part:
    return {"status": "unavailable", "reason": reason}


async def healthz(_request: Request) -> JSONResponse:
    """200 while the process answers at all."""
    return JSONResponse({"status": "ok"})


def health_routes(readiness: Readiness) -> list[Route]:
    """`/healthz` and `/readyz`."""

    async def readyz(_request: Request) -> JSONResponse:
        """200 when a query would be answered; 503 with the reasons otherwise; always within seconds."""
        is_ready, parts = await readiness.parts()
        return JSONResponse(parts, status_code=200 if is_ready else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]

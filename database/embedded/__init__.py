"""The PostgreSQL that comes with Reelgraph: one server per data folder, shared by every process that needs it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from database.errors import ReelgraphError

if sys.platform != "win32":
    from database.embedded.holding import held
    from database.embedded.place import settle
    from database.embedded.standby import following

__all__ = ["embedded_postgres", "embedded_standby", "settled_url"]


@contextmanager
def embedded_postgres(data: Path, *, durable: bool = True) -> Iterator[str]:
    """Hold the PostgreSQL of a data folder running; yields its URL.

    The URL is "postgresql+asyncpg://reelgraph@/reelgraph?host=<folder of its socket>"; the role is a superuser.
    The first holder creates what is missing and starts the server, the last one stops it; holders may be threads or
    processes. All of it is in `<data>/postgres`; under root the cluster is in `/var/lib/reelgraph` (or a temporary
    folder) where the unprivileged user that PostgreSQL then runs as can't reach the data folder.

    Args:
        data: the data folder; it is made if it does not exist.
        durable: False trades safety against a crash of the machine for speed. The first holder decides for all.

    Raises:
        ReelgraphError: the folder can't be used, there is no PostgreSQL for this platform, or it did not start.
    """
    if sys.platform != "win32":
        with held(data, durable=durable) as url:
            yield url
    else:
        raise ReelgraphError(
            "Reelgraph brings no PostgreSQL for Windows.",
            "Set REELGRAPH_DATABASE_URL to a PostgreSQL 14 or newer.",
        )


@contextmanager
def embedded_standby(data: Path) -> Iterator[str]:
    """Have a streaming replica follow the PostgreSQL of a data folder, which the caller holds; yields its URL.

    It is made anew each time, beside the other, and gone afterwards. One at a time.
    """
    if sys.platform != "win32":
        with following(data) as standby:
            yield standby.url


def settled_url(data: Path) -> str:
    """URL of the PostgreSQL of a data folder that somebody else holds."""
    if sys.platform == "win32":
        raise ReelgraphError("Reelgraph brings no PostgreSQL for Windows.", "Name the database by its address.")
    return settle(data.resolve() / "postgres", durable=True).url

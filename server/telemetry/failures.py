"""Errors as logs have them: what kind, and where. Their messages only where these can't hold what a client sent."""

import traceback
from collections.abc import Iterator

import asyncpg
import httpx

from database.errors import ReelgraphError

# Ours are written to be read; the operating system's name files and addresses.
SPOKEN = (ReelgraphError, OSError, httpx.TransportError)
# Classes of PostgreSQL's errors whose first line has names of tables and constraints, but no value. A value may be in
# the line of a data exception (22), or of one that a function raises (P0); details and hints are left out of all.
NAMING = frozenset({"08", "0A", "23", "25", "26", "28", "40", "42", "53", "55", "57", "58"})
WITHHELD = "(its message may hold what a client sent, and is not logged)"
DEEPEST = 10


def told(error: BaseException, *, openly: bool = False) -> str:
    """An error on one line; `openly` with its message, whatever that holds."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    message = _message(error, openly=openly)
    return f"{name}: {printable(message)}" if message else name


def traceback_of(error: BaseException, *, openly: bool = False) -> str:
    """An error, where it was raised, and what caused it."""
    return "\n".join(_parts(error, openly, ""))


def printable(text: str) -> str:
    """A text on one line, without anything that moves a terminal's cursor."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _message(error: BaseException, *, openly: bool) -> str:
    if openly or isinstance(error, SPOKEN):
        return str(error)
    if isinstance(error, asyncpg.PostgresError):
        sqlstate = error.sqlstate or ""
        return f"{sqlstate} {error.args[0] if sqlstate[:2] in NAMING else WITHHELD}"
    return WITHHELD if str(error) else ""


def _parts(error: BaseException, openly: bool, how: str) -> Iterator[str]:
    known: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in known and len(known) < DEEPEST:
        known.add(id(following))
        yield f"{how}{told(following, openly=openly)}"
        yield "".join(traceback.format_tb(following.__traceback__)).rstrip()
        if isinstance(following, BaseExceptionGroup):
            for number, one in enumerate(following.exceptions[:DEEPEST], start=1):
                yield from _parts(one, openly, f"{number} of these: ")
        how = "caused by " if following.__cause__ is not None else "raised while handling "
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)

"""What the driver's errors mean that say nothing about what was asked: the database is away, or has no connection left.

Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from database.errors import DatabaseAwayError, DatabaseBusyError, DatabaseUnavailableError

# It shuts down, has crashed, starts, or has become the standby of another that took its place.
AWAY = {"57P01", "57P02", "57P03", "25006"}
# The server's connections, or those of our role, are all taken.
BUSY = {"53300", "53400"}

# What asking for a connection may raise: SQLAlchemy's, its driver's own where it makes one, and asyncpg's.
DRIVER_ERRORS = (
    DBAPIError,
    PoolTimeoutError,
    AsyncAdapt_asyncpg_dbapi.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


def unavailable(error: BaseException, *, may_be_done: bool = False) -> DatabaseUnavailableError | None:
    """What an error of the driver means, if it is that the database does not serve now."""
    if isinstance(error, PoolTimeoutError):
        return DatabaseBusyError()
    cause: BaseException = error
    if isinstance(error, DBAPIError):
        cause = error.orig or error
    if isinstance(cause, AsyncAdapt_asyncpg_dbapi.Error):
        cause = cause.__cause__ or cause
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _away(cause, may_be_done=may_be_done)
    state = getattr(cause, "sqlstate", None) or ""
    if state in BUSY:
        return DatabaseBusyError(f"The database has no connection left: {cause}.")
    # asyncpg has no code for connections that are closed already; of one that is lost it may lose its own track, too.
    # What it says of values that do not fit quotes them.
    says = "" if isinstance(cause, asyncpg.DataError) else str(cause)
    closed = isinstance(cause, asyncpg.InterfaceError) and "closed" in says
    lost = isinstance(cause, asyncpg.InternalClientError | OSError)
    if closed or lost or state in AWAY or state.startswith("08"):
        return _away(cause, may_be_done=may_be_done)
    return None


@contextmanager
def unavailability_told() -> Iterator[None]:
    """Raise `DatabaseUnavailableError` where what the block asks the driver for fails for that reason."""
    try:
        yield
    except DRIVER_ERRORS as error:
        told = unavailable(error)
        if told is None:
            raise
        raise told from error


def _away(cause: BaseException, *, may_be_done: bool) -> DatabaseAwayError:
    reason = str(cause).partition("\n")[0] or type(cause).__name__
    return DatabaseAwayError(f"The database is away: {reason}.", may_be_done=may_be_done)

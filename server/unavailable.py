"""Operations that the database let down: refused as a whole, with what the client must know to send them again."""

from collections.abc import Iterator
from contextlib import contextmanager

from database.errors import DatabaseBusyError, DatabaseUnavailableError
from schema.context import Context
from server.operations import Answer
from server.refusals import OverloadedError, UnavailableError

NOTHING_DONE = "Nothing was done: send the operation again later."
MAY_BE_DONE = (
    "What was to be changed may have been changed, or not: send the operation again with the same `idempotencyKey`, "
    "or look first."
)


@contextmanager
def unavailability_refused(context: Context | None = None) -> Iterator[None]:
    """Raise `UnavailableError` where the block fails because the database does not serve."""
    try:
        yield
    except DatabaseUnavailableError as error:
        raise _refusal(error, context) from error


def require_served(answer: Answer, context: Context | None = None) -> Answer:
    """An answer; raises `UnavailableError` where a part of it is missing because the database did not serve."""
    for error in answer.errors:
        if isinstance(error.original_error, DatabaseUnavailableError):
            raise _refusal(error.original_error, context) from error
    return answer


def _refusal(error: DatabaseUnavailableError, context: Context | None) -> UnavailableError:
    may_be_done = error.may_be_done or (context is not None and context.changed)
    way_out = MAY_BE_DONE if may_be_done else NOTHING_DONE
    if isinstance(error, DatabaseBusyError):
        refusal: UnavailableError = OverloadedError(f"The database is busy. {way_out}")
    else:
        refusal = UnavailableError(f"The database can't be reached at the moment. {way_out}")
    refusal.may_be_done = may_be_done
    return refusal


def stops() -> UnavailableError:
    """What one is told whose operation is cut off because the server stops."""
    refusal = UnavailableError(f"The server stops. {MAY_BE_DONE}")
    refusal.may_be_done = True
    return refusal

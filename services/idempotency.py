"""Calls that may be sent again: with the same key, a call is made once and answered the same."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from database.engine import Database
from database.idempotency_key import IdempotencyKey
from services.errors import InvalidInputError, Issue
from services.validation import Checks

KEPT = timedelta(hours=24)
PATH = ("idempotencyKey",)


def check_key(key: str | None) -> None:
    """Raise `InvalidInputError` for a key that we would not keep."""
    checks = Checks()
    checks.key(PATH, key)
    checks.raise_any()


async def once(
    session: AsyncSession,
    make: Callable[[], Awaitable[dict[str, UUID]]],
    *,
    viewer: UUID,
    key: str | None,
    operation: str,
    given: Mapping[str, Any],
) -> dict[str, UUID]:
    """The ids that `make` answers; where the viewer's key is known, those that it answered the first time.

    The key is kept in the session's transaction: another call with it waits until that ends, and a failure leaves
    no trace. Raises `InvalidInputError` when the key came with another operation or input before.
    """
    if key is None:
        return await make()
    input_hash = hashlib.sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).digest()
    claim = insert(IdempotencyKey).values(uploader_user_id=viewer, key=key, operation=operation, input_hash=input_hash)
    # An update that changes nothing, because "do nothing" would return nothing of the row that is there.
    claim = claim.on_conflict_do_update(
        index_elements=[IdempotencyKey.uploader_user_id, IdempotencyKey.key], set_={"key": key}
    )
    known = (await session.scalars(claim.returning(IdempotencyKey))).one()
    if (known.operation, known.input_hash) != (operation, input_hash):
        raise misused("was used for another call before: every call that is to do something new needs a key of its own")
    if known.result is not None:
        return {name: UUID(value) for name, value in known.result.items()}
    known.result = result = await make()
    return result


def misused(message: str) -> InvalidInputError:
    """The error that says what is wrong with a key."""
    return InvalidInputError([Issue(PATH, message)])


async def forget_old_keys(database: Database) -> None:
    """Forget the keys that nobody needs any more: a call is sent again within minutes, not days."""
    async with database.transaction() as session:
        await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < func.now() - KEPT))

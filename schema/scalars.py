"""Scalars of the contract, and the Python types that carry them."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError, IntValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from database.statement import Instant

BigInt = NewType("BigInt", int)
URL = NewType("URL", str)

# The largest integer that a JavaScript number holds exactly.
LARGEST = 2**53 - 1

# A row's instant as `serialize_datetime` writes it, in generated code.
WRITTEN_INSTANT = "{v}[1:-7] + 'Z'"


def serialize_datetime(value: datetime | Instant) -> str:
    """ISO 8601 in UTC, ending in Z, a fraction without zeros at its end; of an instant, or of one as rows have it."""
    if isinstance(value, str):
        return value[1:-7] + "Z"
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def parse_datetime(value: object) -> datetime:
    """An instant with its offset; without one nobody knows when it was."""
    with suppress(ValueError, OverflowError):
        if isinstance(value, str) and (instant := datetime.fromisoformat(value)).tzinfo is not None:
            return instant.astimezone(UTC)
    raise GraphQLError('A DateTime is an ISO 8601 instant with its offset, such as "2026-01-31T12:00:00Z".')


def parse_big_int(value: object) -> int:
    """An integer of at most 53 bits."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST:
        raise GraphQLError(f"A BigInt is an integer between -{LARGEST} and {LARGEST}.")
    return value


def parse_big_int_literal(node: ValueNode, _variables: dict[str, Any] | None = None) -> int:
    """An integer literal: `123`, not `"123"`."""
    return parse_big_int(int(node.value) if isinstance(node, IntValueNode) else None)


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, ISO 8601, UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=serialize_datetime,
        parse_value=parse_datetime,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="An integer up to 2^53 - 1, for byte counts.",
        parse_value=parse_big_int,
        parse_literal=parse_big_int_literal,
    ),
    URL: strawberry.scalar(
        name="URL", description="An absolute http(s) URL.", specified_by_url="https://url.spec.whatwg.org/"
    ),
}

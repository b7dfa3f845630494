"""Ids as the API shows them: `video_<32 hex>`, where the prefix names the type and the rest is the key."""

import enum
import re
from typing import Annotated
from uuid import UUID

import strawberry

from schema.errors import BadUserInputError

FORM = re.compile(r"([a-z]+)_([0-9a-f]{32})")
# Of a list that is asked for by ids.
MOST_IDS = 100


class Kind(enum.StrEnum):
    """The types that an id can name, by prefix."""

    VIDEO = "video"
    JOB = "job"
    METADATA = "metadata"


VideoId = Annotated[strawberry.ID, strawberry.argument(description="A video's id: `video_…`.")]
JobId = Annotated[strawberry.ID, strawberry.argument(description="A job's id: `job_…`.")]
AnyId = Annotated[strawberry.ID, strawberry.argument(description="An id: `video_…`, `job_…` or `metadata_…`.")]
AnyIds = Annotated[list[strawberry.ID], strawberry.argument(description="Ids of anything, in any order.")]

EXAMPLE = "0198c5e2a7b37c30b1d4e6f708192a3b"


def encode(kind: Kind, key: UUID) -> strawberry.ID:
    """`video_…` of a key."""
    return strawberry.ID(f"{kind}_{key.hex}")


def decode(text: str, *, argument: str) -> tuple[Kind, UUID]:
    """The type and the key that an id names; `argument` is where it came in, for the error."""
    match = FORM.fullmatch(text)
    if match is None or match[1] not in set(Kind):
        forms = ", ".join(f"{kind}_…" for kind in Kind)
        raise BadUserInputError(
            f"{argument}: {shown(text)} is no id. Ids have one of the forms {forms} with 32 hexadecimal digits, "
            f"such as {Kind.VIDEO}_{EXAMPLE}."
        )
    return Kind(match[1]), UUID(match[2])


def decode_as(kind: Kind, text: str, *, argument: str) -> UUID:
    """The key of an id that must name a certain type."""
    match = FORM.fullmatch(text)
    if match is None or match[1] != kind:
        raise BadUserInputError(
            f"{argument}: {shown(text)} is no {kind} id. One looks like {kind}_{EXAMPLE}: copy it from an `id` field."
        )
    return UUID(match[2])


def shown(text: str) -> str:
    """A user's text, quoted and cut to what an error message can bear."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")

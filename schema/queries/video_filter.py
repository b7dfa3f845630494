"""What a list of videos may be narrowed to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import strawberry
from strawberry import UNSET

from database.video_job import ProcessingStatus
from schema.errors import BadUserInputError
from schema.ids import shown

MOST_CONTENT_TYPES = 100
LONGEST_SEARCH = 1000


@strawberry.input(description="A span of time: from its beginning until just before its end.")
class DateTimeRange:
    from_: datetime | None = strawberry.field(
        name="from", default=UNSET, description="The beginning; open when left out."
    )
    until: datetime | None = strawberry.field(
        default=UNSET, description="The end, which is outside; open when left out."
    )


@strawberry.input(description="What a list of videos is narrowed to; a video must pass all that is given.")
class VideoFilter:
    statuses: list[ProcessingStatus] | None = strawberry.field(
        default=UNSET, description="The newest job has one of these."
    )
    content_types: list[str] | None = strawberry.field(
        default=UNSET, description="The announced media type is one of these, to the letter."
    )
    created_at: DateTimeRange | None = strawberry.field(
        default=UNSET, description="The upload was announced in this span."
    )
    search: str | None = strawberry.field(
        default=UNSET,
        description="Words in the title, description, tags or file name: all of them, or as in a search engine: "
        '"as a phrase", this or that, -without.',
    )


def filter_bindings(given: VideoFilter | None) -> dict[str, Any]:
    """The bindings of the filters that are given, by their names; raises `BadUserInputError` for unusable ones."""
    if given is None:
        return {}
    span = given.created_at or DateTimeRange()
    values: dict[str, Any] = {
        "statuses": sorted(given.statuses or ()),
        "content_types": sorted(given.content_types or ()),
        "created_from": span.from_,
        "created_until": span.until,
        "search": given.search and given.search.strip(),
    }
    values = {name: value for name, value in values.items() if value}
    if len(values.get("content_types", ())) > MOST_CONTENT_TYPES:
        raise BadUserInputError(f"filter.contentTypes: at most {MOST_CONTENT_TYPES} can be named.")
    for text in values.get("content_types", ()):
        require_text(text, "filter.contentTypes", LONGEST_SEARCH)
    require_text(values.get("search", ""), "filter.search", LONGEST_SEARCH)
    return values


def require_text(text: str, argument: str, longest: int) -> None:
    """Raise `BadUserInputError` for a text that PostgreSQL can't take or that is too long to search for."""
    if "\0" in text:
        raise BadUserInputError(f"{argument}: {shown(text)} has a NUL character, which no text here has.")
    if len(text) > longest:
        raise BadUserInputError(f"{argument}: has {len(text):,} characters; at most {longest:,} can be used.")


def filter_scope(values: Mapping[str, Any]) -> str:
    """A text that is the same for the same filters, to bind cursors to them."""
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode()

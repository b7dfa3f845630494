"""The line that an operation leaves in the log."""

import logging
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor

from server.settings import Settings

LOGGER = "server.operations"


class Lines:
    """Writes lines of operations: of all, or of those that were slow or went wrong.

    `render` is how people are to read them; None is JSON, which is written by the shortest way: with structlog's usual
    chain of processors a line costs 15 µs, and there are thousands a second.
    """

    def __init__(self, settings: Settings, stream: TextIO, render: Processor | None = None) -> None:
        self.are_on = settings.log_operations != "off"
        self._all = settings.logs_all_operations
        self._slow_seconds = settings.slow_operation_seconds
        processors: list[Processor] = [_json] if render is None else [_in_order, render]
        level = logging.getLevelNamesMapping()[settings.log_level.upper()]
        self._log: Any = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=processors,
            wrapper_class=structlog.make_filtering_bound_logger(level),
        ).bind()

    def wants(self, seconds: float, *, notable: bool) -> bool:
        """Whether an operation is to leave a line."""
        return self.are_on and (self._all or notable or seconds >= self._slow_seconds)

    def write(self, event: str, fields: dict[str, Any]) -> None:
        """Write a line; texts of clients' in `fields` must be printable."""
        self._log.info(event, **fields)


def _json(_logger: Any, _name: str, event: EventDict) -> str:
    return orjson.dumps(
        {"event": event.pop("event"), "logger": LOGGER, "level": "info", "timestamp": datetime.now(UTC), **event},
        option=orjson.OPT_UTC_Z,
    ).decode()


def _in_order(_logger: Any, _name: str, event: EventDict) -> EventDict:
    return {**event, "logger": LOGGER, "level": "info", "timestamp": datetime.now(UTC).isoformat(timespec="seconds")}

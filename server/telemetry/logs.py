"""How a process logs: each line one event, as JSON or for people, with nothing in it that a client sent as a value.

What modules log through `logging`, and libraries too, goes the same way. Errors are `failures`' to tell.
"""

import copy
import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from server.settings import Settings
from server.telemetry.failures import printable, told, traceback_of
from server.telemetry.in_hand import request_in_hand
from server.telemetry.lines import Lines

OURS = ("server", "processing", "services")


def log_to_stderr(settings: Settings, stream: TextIO | None = None) -> Lines:
    """Log what happens from now on, libraries' only where it matters; the lines of operations are the answer's."""
    stream = sys.stderr if stream is None else stream
    render = _renderer(settings, stream)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter(render, openly=settings.environment == "development"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    # For debugging, frames and headers of WebSockets would go there, with all that is in them.
    logging.getLogger("uvicorn.error").setLevel(max(level, logging.INFO))
    return Lines(settings, stream, None if _as_json(settings, stream) else render)


def _as_json(settings: Settings, stream: TextIO) -> bool:
    return settings.log_format == "json" or (settings.log_format is None and not stream.isatty())


class Formatter(ProcessorFormatter):
    """Formats the records of `logging`. In development errors are told `openly`."""

    def __init__(self, render: Processor, *, openly: bool) -> None:
        self._openly = openly
        super().__init__(
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                self._with_request,
            ],
            processors=[ProcessorFormatter.remove_processors_meta, self._with_failure, _on_one_line, render],
        )

    def format(self, record: logging.LogRecord) -> str:
        """A record's line; errors among its arguments are told like any other."""
        record = copy.copy(record)
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._argument, record.args))
        return super().format(record)

    def _argument(self, value: object) -> object:
        return told(value, openly=self._openly) if isinstance(value, BaseException) else value

    @staticmethod
    def _with_request(_logger: Any, _name: str, event: EventDict) -> EventDict:
        observed = request_in_hand()
        if observed is not None:
            event["request_id"] = observed.request_id
        return event

    def _with_failure(self, _logger: Any, _name: str, event: EventDict) -> EventDict:
        info = event.pop("exc_info", None)
        if info and info[1] is not None:
            event["exception"] = traceback_of(info[1], openly=self._openly)
        if event.get("logger") == "asyncio":
            # It goes on with tasks and what they raised, as `repr` has them.
            event["event"] = str(event["event"]).partition("\n")[0]
        return event


def _on_one_line(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Line ends in what came from elsewhere would begin lines that we never wrote."""
    for key, value in event.items():
        if isinstance(value, str) and key != "exception":
            event[key] = printable(value)
    return event


def _renderer(settings: Settings, stream: TextIO) -> Processor:
    if _as_json(settings, stream):
        return _json
    return structlog.dev.ConsoleRenderer(colors=stream.isatty())


def _json(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
    return to_line(event)


def to_line(event: Mapping[str, Any]) -> str:
    """An event as JSON."""
    return orjson.dumps(event, default=str, option=orjson.OPT_UTC_Z).decode()

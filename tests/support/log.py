"""What a process would log, caught."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from server.settings import Settings
from server.telemetry.lines import Lines
from server.telemetry.logs import log_to_stderr


@dataclass
class Log:
    """The log of a process that logs as the settings say."""

    lines: Lines
    stream: io.StringIO = field(repr=False)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Every line, each of which must be a JSON object."""
        return [json.loads(line) for line in self.text.split("\n")[:-1]]

    def operations(self) -> list[dict[str, Any]]:
        """The lines of operations."""
        return [entry for entry in self.entries if entry["logger"] == "server.operations"]


@contextmanager
def logging_to_memory(settings: Settings) -> Iterator[Log]:
    """Log as `reelgraph serve` does, and afterwards as tests do again."""
    loggers = [logging.getLogger(name) for name in ("", "server", "processing", "services", "uvicorn.error")]
    levels, root = [logger.level for logger in loggers], logging.getLogger()
    handlers, root.handlers = root.handlers, []
    stream = io.StringIO()
    try:
        yield Log(log_to_stderr(settings, stream), stream)
    finally:
        root.handlers = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)

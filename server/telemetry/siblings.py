"""The processes of one `serve --workers N`: whichever Prometheus meets, it is told of all.

Each serves its own metrics to the others on a Unix socket; the sockets stand together in a folder of their parent's.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from prometheus_client import generate_latest
from prometheus_client.core import CollectorRegistry, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

# Longest that another process is waited for; one that is busier is left out this time.
PATIENCE_SECONDS = 3
LARGEST_ANSWER = 16 * 1024 * 1024

Own = Callable[[], Awaitable[bytes]]


def folder_of(parent: int) -> Path:
    """Where the sockets of a parent's children are; only they may look there."""
    return Path(tempfile.gettempdir(), f"reelgraph-{os.getuid()}-{parent}")


class Siblings:
    """The metrics of all processes whose sockets are in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{os.getpid()}.sock"

    @asynccontextmanager
    async def told(self, own: Own) -> AsyncIterator[None]:
        """Tell the others what `own` says, while the block runs."""

        async def tell(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                writer.write(await own())
                await writer.drain()
            writer.close()

        self._prepare()
        server = await asyncio.start_unix_server(tell, self._path)
        try:
            yield
        finally:
            server.close()
            _forget(self._path)
            with suppress(OSError):  # the others are still there
                self._folder.rmdir()

    def _prepare(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self._folder.lstat().st_uid != os.getuid():
            raise PermissionError(f"{self._folder} is somebody else's")
        _forget(self._path)

    async def all(self) -> bytes:
        """What every process says, each sample with the label `process`, its id."""
        paths = sorted(self._folder.glob("*.sock"))
        answers = await asyncio.gather(*map(self._ask, paths))
        told = {path.stem: answer for path, answer in zip(paths, answers, strict=True) if answer is not None}
        return await asyncio.to_thread(_merged, told)

    @staticmethod
    async def _ask(path: Path) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                reader, writer = await asyncio.open_unix_connection(path, limit=LARGEST_ANSWER)
                try:
                    return (await reader.read()).decode()
                finally:
                    writer.close()
        except ConnectionRefusedError:
            _forget(path)  # it was killed, and left its socket behind
            return None
        except (OSError, TimeoutError):
            return None


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)


def _merged(told: dict[str, str]) -> bytes:
    families: dict[str, Metric] = {}
    for process, answer in told.items():
        for family in text_string_to_metric_families(answer):
            into = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                into.add_sample(sample.name, {**sample.labels, "process": process}, sample.value)
    registry = CollectorRegistry()
    registry.register(_Read(families))
    return generate_latest(registry)


class _Read(Collector):
    def __init__(self, families: dict[str, Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families.values()

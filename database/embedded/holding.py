"""Who holds a server running: its holders share a lock, and it is started and stopped under another one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from database.embedded.cluster import Cluster
from database.embedded.locks import locked, opened, share, try_exclusive
from database.embedded.place import settle
from database.errors import ReelgraphError


@contextmanager
def held(data: Path, *, durable: bool) -> Iterator[str]:
    """Hold the server of a data folder running; yields its URL."""
    with ExitStack() as stack:
        with _explained(data):
            cluster = stack.enter_context(_entered(data.resolve() / "postgres", durable=durable))
        yield cluster.url


@contextmanager
def _entered(state: Path, *, durable: bool) -> Iterator[Cluster]:
    state.mkdir(mode=0o711, parents=True, exist_ok=True)
    with opened(state / "lock") as lock, opened(state / "holders") as holders:
        with locked(lock):
            cluster = settle(state, durable=durable)
            if try_exclusive(holders):
                cluster.stop()  # nobody holds it: whoever started it crashed, perhaps with other settings
            share(holders)
        try:
            with locked(lock):
                cluster.start(durable=durable)
            yield cluster
        finally:
            with locked(lock):
                if try_exclusive(holders):
                    cluster.stop()


@contextmanager
def _explained(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReelgraphError(
            f"The data folder {data} can't be used: {error}.",
            "Name another data folder, or give this one to the user that runs Reelgraph.",
        ) from error

"""Doing something again whenever files change."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from database.errors import ReelgraphError
from server.cli.failures import show_failure

SUFFIXES = {".graphql", ".gql", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"}
LOOK_MILLISECONDS = 300


def whenever_changed(schema: Path, globs: list[Path], except_in: Path, act: Callable[[], None]) -> None:
    """Act at once, and after each change of the schema or of documents, until Ctrl-C; show what fails and go on."""
    with suppress(KeyboardInterrupt):
        for _ in _changes(schema, {_folder(glob) for glob in globs}, except_in):
            try:
                act()
            except ReelgraphError as error:
                show_failure(error)


def _changes(schema: Path, folders: set[Path], except_in: Path) -> Iterator[None]:
    """Something, once the folders are watched, and after each change."""
    for folder in folders:
        if not folder.is_dir():
            raise ReelgraphError(f"There is no folder {folder}.", "The documents' globs begin where you are.")
    seen: tuple[int, int] | None = (0, 0)
    wanted = _Documents(ignore_paths=[f"{except_in.resolve()}{os.sep}"])
    # A watched file that is replaced is lost to its watcher, and the schema's folder may hold everything.
    for changes in watch(*folders, watch_filter=wanted, rust_timeout=LOOK_MILLISECONDS, yield_on_timeout=True):
        if changes or seen != _stamp(schema):
            seen = _stamp(schema)
            yield


class _Documents(DefaultFilter):
    """Files that may have documents in them, and folders, which may come with files; not node_modules and the like."""

    def __call__(self, change: Change, path: str) -> bool:
        found = Path(path)
        return (found.suffix in SUFFIXES or found.is_dir()) and super().__call__(change, path)


def _folder(glob: Path) -> Path:
    """Where the files are, or in what is below, that a glob finds."""
    fixed = takewhile(lambda part: not set(part) & set("*?[{("), glob.parts[:-1])
    return Path(*fixed).resolve()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size

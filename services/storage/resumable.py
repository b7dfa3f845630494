"""What has come of an upload: kept when it is broken off, and gone on with when its client comes back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from database.embedded.locks import locked
from services.storage.draft import Draft
from services.storage.errors import StorageUnavailableError, UploadBusyError, UploadOffsetError
from services.storage.failures import disk_failures_told

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
COPIED_BYTES = 1024 * 1024
# One that is lost and not known to be, one that goes on from it, and one more: each has a copy of what has come.
MOST_DRAFTS = 3


class Resumable:
    """The drafts of the one upload whose place, among what is on its way, is `place`.

    There are several while an earlier connection, which only the client knows to be lost, still holds its own. The
    methods block, and raise StorageUnavailableError for what goes wrong with the disk.
    """

    def __init__(self, place: Path) -> None:
        # What came before a crash of the machine may be longer than what had reached its disk, and what another machine
        # writes longer than what can be seen of it from here: neither is gone on with, and the sweep has it.
        self._folder, self._stem = place.parent, f"{place.name}.{_boot()}."

    @disk_failures_told()
    def received_bytes(self) -> int:
        """How many need not be sent again."""
        return max((size for size, _ in self._drafts()), default=0)

    def begin(self, *, size_bytes: int) -> Draft:
        """A draft of all that is to come."""
        return Draft.begin(self._folder, stem=self._stem, size_bytes=size_bytes)

    @disk_failures_told()
    def resume(self, offset: int, *, size_bytes: int) -> Draft:
        """A draft that has the first `offset` bytes.

        Raises UploadOffsetError where fewer have come, UploadBusyError where others hold all that have them.
        """
        with self._alone():
            drafts = self._drafts()
            enough = [path for size, path in drafts if size >= offset]
            for path in enough:
                if draft := Draft.resume(path, offset, size_bytes=size_bytes):
                    return draft
            if not enough:
                raise UploadOffsetError(str(offset), self.received_bytes())
            if len(drafts) >= MOST_DRAFTS:
                raise UploadBusyError
            source, draft = enough[0].open("rb"), self.begin(size_bytes=size_bytes)
        with source:
            self._copy(source, draft, offset)
        return draft

    @disk_failures_told()
    def end(self, draft: Draft, *, is_kept: bool) -> None:
        """Close a draft, and leave the one that has the most, or none. Those of others who write are theirs to end."""
        with self._alone():
            if is_kept:
                draft.close()
            else:
                draft.discard()
            drafts = self._drafts()
            kept = 1 if is_kept and any(size for size, _ in drafts) else 0
            for _, path in drafts[kept:]:
                if surplus := Draft.resume(path, 0):
                    surplus.discard()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else chooses among the drafts meanwhile: they would take what this one is about to."""
        try:
            descriptor = os.open(self._folder, os.O_RDONLY)
        except FileNotFoundError:  # deleted, and all drafts with it
            yield
            return
        try:
            with locked(descriptor):
                yield
        finally:
            os.close(descriptor)

    def _drafts(self) -> list[tuple[int, Path]]:
        """The sizes and paths of all, the largest first."""
        found = []
        for path in self._folder.glob(f"{self._stem}*"):
            with suppress(FileNotFoundError):
                about = path.stat()
                if about.st_nlink == 1:
                    found.append((about.st_size, path))
                else:  # the file has its place, and whoever put it there was interrupted
                    path.unlink()
        return sorted(found, reverse=True)

    def _copy(self, source: BinaryIO, draft: Draft, count: int) -> None:
        """Write the beginning of a draft that somebody holds, who writes behind that."""
        try:
            draft.write(_first(source, count))
        except StorageUnavailableError:
            self.end(draft, is_kept=False)
            raise
        if draft.written_bytes != count:
            self.end(draft, is_kept=False)
            raise StorageUnavailableError("what has come can't be read")


@cache
def _boot() -> str:
    """What tells this machine, since it was started, from all others; the same for all where nobody says."""
    try:
        return UUID(BOOT_ID.read_text().strip()).hex[:8]
    except (OSError, ValueError):
        return "0" * 8


def _first(source: BinaryIO, count: int) -> Iterator[bytes]:
    while block := source.read(min(count, COPIED_BYTES)):
        count -= len(block)
        yield block

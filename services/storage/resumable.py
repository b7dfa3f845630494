"""What has come of an upload: kept when it is broken off, and gone on with when its client comes back."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from services.storage.draft import Draft
from services.storage.errors import UploadOffsetError
from services.storage.failures import disk_failures_told

COPIED_BYTES = 1024 * 1024


class Resumable:
    """The drafts of the one upload that is to come to `place`, somewhere below `root`.

    There are several while an earlier connection, which only the client knows to be lost, still holds its own. The
    methods block, and raise StorageUnavailableError for what goes wrong with the disk.
    """

    def __init__(self, place: Path, *, root: Path) -> None:
        self._folder, self._stem = place.parent, f"{place.name}."
        self._folders = [root / folder for folder in place.relative_to(root).parents[:-1]]

    @disk_failures_told()
    def received_bytes(self) -> int:
        """How many need not be sent again."""
        return max((size for size, _ in self._drafts()), default=0)

    def begin(self, *, size_bytes: int) -> Draft:
        """A draft of all that is to come."""
        return Draft.begin(self._folder, stem=self._stem, size_bytes=size_bytes)

    @disk_failures_told()
    def resume(self, offset: int, *, size_bytes: int) -> Draft:
        """A draft that has the first `offset` bytes; raises UploadOffsetError where fewer have come."""
        enough = [path for size, path in self._drafts() if size >= offset]
        for path in enough:
            if draft := Draft.resume(path, offset, size_bytes=size_bytes):
                return draft
        for path in enough:
            if draft := self._copied(path, offset, size_bytes):
                return draft
        raise UploadOffsetError(str(offset), self.received_bytes())

    @disk_failures_told()
    def end(self, draft: Draft, *, is_kept: bool) -> None:
        """Close a draft, and leave the one that has the most, or none. Those of others who write are theirs to end."""
        if is_kept:
            draft.close()
        else:
            draft.discard()
        drafts = self._drafts()
        is_kept = is_kept and any(size for size, _ in drafts)
        for _, path in drafts[is_kept:]:
            if surplus := Draft.resume(path, 0):
                surplus.discard()
        for folder in self._folders:
            with suppress(OSError):  # something is in it
                folder.rmdir()

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

    def _copied(self, path: Path, offset: int, size_bytes: int) -> Draft | None:
        """The same of a draft that somebody holds, who writes behind those bytes."""
        draft = self.begin(size_bytes=size_bytes)
        with suppress(FileNotFoundError), path.open("rb") as source:
            draft.write(_first(source, offset))
        if draft.written_bytes == offset:
            return draft
        draft.discard()
        return None


def _first(source: BinaryIO, count: int) -> Iterator[bytes]:
    while block := source.read(min(count, COPIED_BYTES)):
        count -= len(block)
        yield block

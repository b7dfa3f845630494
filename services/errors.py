"""What can go wrong as expected, with the facts that a caller needs to go on."""

from dataclasses import dataclass
from uuid import UUID

from database.errors import ReelgraphError


class NotFoundError(ReelgraphError):
    """Nothing of the viewer's has this id: it never existed, is gone, or is somebody else's.

    `what` is "video", "job" or "metadata".
    """

    def __init__(self, what: str, id: UUID) -> None:  # noqa: A002  an id is called id
        super().__init__(f"No {what} of yours has this id.")
        self.what = what
        self.id = id


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with an input; `path` leads to it from the input's root."""

    path: tuple[str, ...]
    message: str


class InvalidInputError(ReelgraphError):
    """The input breaks rules of ours; nothing was changed."""

    def __init__(self, issues: list[Issue]) -> None:
        super().__init__("; ".join(f"{'.'.join(issue.path)} {issue.message}" for issue in issues) + ".")
        self.issues = issues


class VersionConflictError(ReelgraphError):
    """The metadata has changed since the caller read it; nothing was changed."""

    def __init__(self, *, metadata_id: UUID, expected: int, current: int) -> None:
        super().__init__(
            f"The metadata is at version {current}, you changed version {expected}. "
            "Look at what is there now, and send your change again with its version."
        )
        self.metadata_id = metadata_id


class JobStateError(ReelgraphError):
    """The job, or its video's newest, is not in a state in which this can be done; nothing was changed."""

    def __init__(self, job_id: UUID, message: str) -> None:
        super().__init__(message)
        self.job_id = job_id


class UploadIncompleteError(ReelgraphError):
    """Not all bytes of a video have arrived."""

    def __init__(self, *, received: int, expected: int) -> None:
        super().__init__(
            f"{received:,} of {expected:,} bytes have arrived. PUT the whole file to the upload URL, then try again."
        )
        self.received = received
        self.expected = expected

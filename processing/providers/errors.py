"""Why a provider gave no result."""

from database.errors import ReelgraphError


class ProviderUnavailableError(ReelgraphError):
    """The provider does not work right now: the same may work later.

    It is no use to try before `retry_after_seconds` have passed, where that is known.
    """

    def __init__(self, message: str, hint: str = "", *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after_seconds = retry_after_seconds


class ProviderRejectedError(ReelgraphError):
    """The provider refuses what it is asked, or answers what can't be used: the same will fail again."""

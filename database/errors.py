"""The base of every error that Reelgraph raises for people to read, and those of a database that does not serve."""


class ReelgraphError(Exception):
    """An expected failure: one line of what is wrong and one of the way out.

    The command line prints both and exits with 1; anything else that reaches it is a bug.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class DatabaseUnavailableError(ReelgraphError):
    """The database does not serve now, and will again. `may_be_done`: it went away while it committed."""

    may_be_done = False


class DatabaseBusyError(DatabaseUnavailableError):
    """No connection came free in time; nothing was done."""

    def __init__(self, message: str = "No connection to the database came free in time.") -> None:
        super().__init__(message, hint="Try again in a moment; if it lasts, raise REELGRAPH_DATABASE_POOL_SIZE.")


class DatabaseAwayError(DatabaseUnavailableError):
    """PostgreSQL can't be reached, is starting or stopping, or has closed the connection."""

    def __init__(self, message: str, *, may_be_done: bool = False) -> None:
        super().__init__(message, hint="Try again when PostgreSQL is back.")
        self.may_be_done = may_be_done

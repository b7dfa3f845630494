"""Why events do not come, or no longer."""

from database.errors import ReelgraphError


class ForgottenEventsError(ReelgraphError):
    """Some of what happened since is no longer in the log."""

    def __init__(self) -> None:
        super().__init__(
            "Some of what happened after this cursor is no longer known.",
            hint="Fetch the jobs again, and subscribe from the cursor that `videoJobEventsCursor` answers.",
        )


class FollowerTooSlowError(ReelgraphError):
    """Events came faster than they were taken."""

    def __init__(self) -> None:
        super().__init__(
            "Events came faster than they were read.", hint="Subscribe again after the last cursor that arrived."
        )


class EventsStoppedError(ReelgraphError):
    """The process ends."""

    def __init__(self) -> None:
        super().__init__("The server stops.", hint="Subscribe again after the last cursor that arrived.")

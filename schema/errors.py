"""Errors that a client sees in `errors`: what they say is meant for it, and `extensions.code` for its program."""

from graphql import GraphQLError

from services.job_events import ForgottenEventsError


class GoneError(GraphQLError):
    """What a field must answer was deleted between one statement and the next."""

    def __init__(self) -> None:
        super().__init__("This was deleted while you asked for it.", extensions={"code": "NOT_FOUND"})


class BadUserInputError(GraphQLError):
    """An argument that can't be used; the message names it and says what would do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT"})


class EventsForgottenError(GraphQLError):
    """The log of events no longer goes back to a cursor: what it would show must be fetched anew."""

    def __init__(self, error: ForgottenEventsError) -> None:
        super().__init__(f"{error} {error.hint}", extensions={"code": "EVENTS_FORGOTTEN"})

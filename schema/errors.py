"""Errors that a client sees in `errors`: what they say is meant for it, and `extensions.code` for its program."""

from graphql import GraphQLError


class BadUserInputError(GraphQLError):
    """An argument that can't be used; the message names it and says what would do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT"})

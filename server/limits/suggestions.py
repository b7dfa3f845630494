"""Errors that do not tell which names there are: GraphQL's own say which ones are like the one that was sent."""

import re

from graphql import GraphQLError

# All of graphql-core's suggestions are written by one function, which ends the message with them. It can be told not
# to suggest when it validates, but not by all that coerces variables and arguments.
SUGGESTION = re.compile(r" Did you mean [^?]*\?")


def without_suggestions(error: GraphQLError) -> GraphQLError:
    """The error, which then suggests nothing."""
    error.message = SUGGESTION.sub("", error.message)
    return error

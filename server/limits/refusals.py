"""How limits say no: the limit, the value, the maximum, and the setting that has it."""

import math
from typing import Any, NamedTuple

from graphql import GraphQLError

from server.refusals import RefusalError

LIMIT_EXCEEDED = "LIMIT_EXCEEDED"


class Limit(NamedTuple):
    """One limit: its name in `extensions`, what a message says of the value, and the setting, if it is one."""

    name: str
    said: str
    setting: str | None

    def exceeded(self, value: int, maximum: int, *, hint: str = "") -> GraphQLError:
        """The error for a value above the maximum."""
        setting = f" (REELGRAPH_{self.setting.upper()})" if self.setting else ""
        message = f"{self.said.format(value=value)}; at most {maximum:,} are allowed{setting}.{hint}"
        extensions = {"code": LIMIT_EXCEEDED, "limit": self.name, "value": value, "maximum": maximum}
        return GraphQLError(message, extensions=extensions)


class BudgetExhaustedError(RefusalError):
    """The viewer has spent what they may in this minute."""

    status = 429
    code = "BUDGET_EXHAUSTED"

    def __init__(self, cost: int, remaining: int, maximum: int, seconds: float) -> None:
        self.retry_after_seconds = max(1, math.ceil(seconds))
        self._details = {"cost": cost, "remaining": remaining, "maximum": maximum}
        super().__init__(
            f"The operation costs {cost:,}, and {remaining:,} are left of the {maximum:,} that you may spend in a "
            f"minute (REELGRAPH_COST_PER_MINUTE). Ask for less, or again in {self.retry_after_seconds} seconds."
        )

    @property
    def details(self) -> dict[str, Any]:
        """The figures of the message."""
        return {**self._details, **super().details}


class TooManyOpenError(RefusalError):
    """The viewer holds as many things open as they may."""

    status = 429
    code = LIMIT_EXCEEDED

    def __init__(self, limit: str, what: str, maximum: int, setting: str) -> None:
        self._details = {"limit": limit, "value": maximum + 1, "maximum": maximum}
        super().__init__(
            f"You have {maximum:,} {what} already, and no more are allowed at a time (REELGRAPH_{setting.upper()}). "
            "End one first."
        )

    @property
    def details(self) -> dict[str, Any]:
        """The figures of the message."""
        return self._details


def too_many_connections(most: int) -> TooManyOpenError:
    """The refusal of another WebSocket."""
    return TooManyOpenError("connectionsPerViewer", "WebSockets", most, "max_connections_per_viewer")


def too_many_subscriptions(most: int) -> TooManyOpenError:
    """The refusal of another subscription."""
    return TooManyOpenError("subscriptionsPerViewer", "subscriptions", most, "max_subscriptions_per_viewer")


class OperationTimeoutError(RefusalError):
    """The operation was ended because it took too long.

    Its answer has no `data`, so GraphQL over HTTP wants a status of 4xx or 5xx; the client did nothing wrong.
    """

    status = 504
    code = "TIMEOUT"

    def __init__(self, seconds: float, *, is_mutation: bool = False) -> None:
        advice = (
            "It may or may not have been applied: send it again with the same idempotencyKey, and it is not done twice."
            if is_mutation
            else "Ask for less at a time."
        )
        self.may_be_done = is_mutation
        super().__init__(
            f"The operation took longer than {seconds:g} seconds and was ended "
            f"(REELGRAPH_OPERATION_TIMEOUT_SECONDS). {advice}"
        )

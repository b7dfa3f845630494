"""The operation that is worked for, as logs and statements ask. It knows no GraphQL: workers ask, too."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.telemetry.observed import Observed

in_hand: ContextVar["Observed | None"] = ContextVar("operation", default=None)


def request_in_hand() -> "Observed | None":
    """The operation that the current task works for; not one that is over, by which a task was begun that goes on."""
    observed = in_hand.get()
    return None if observed is None or observed.is_over else observed

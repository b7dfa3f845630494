"""How often and when a call that failed is tried again."""

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# However long a service asks for: an hour later it may be another service.
LONGEST_RETRY_AFTER_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Bounds of the attempts inside one call, and of the circuit that opens when calls keep failing.

    A service that asks for more than `longest_wait_seconds` is not waited for: the job gives its place to another.
    """

    attempts: int = 4
    first_delay_seconds: float = 0.5
    longest_delay_seconds: float = 8
    longest_wait_seconds: float = 30
    failures_to_open: int = 5
    cool_down_seconds: float = 30

    def delay_after(self, attempt: int, retry_after_seconds: float | None) -> float | None:
        """Seconds until the next attempt, when attempt number `attempt` (from 1) failed; None if there is none.

        Exponential with full jitter, on top of what the service asks for, so that not everyone comes back at once.
        """
        if attempt >= self.attempts or (retry_after_seconds or 0) > self.longest_wait_seconds:
            return None
        ceiling = min(self.longest_delay_seconds, self.first_delay_seconds * 2 ** (attempt - 1))
        return (retry_after_seconds or 0) + random.uniform(0, ceiling)  # noqa: S311  spreads load, keeps no secret


def retry_after_seconds(header: str | None) -> float | None:
    """What a `Retry-After` header (RFC 9110: seconds or a date) asks for, 0 to 3600; None if it says nothing clear."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            date = parsedate_to_datetime(header)
        except (ValueError, OverflowError):
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return None if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)

"""A circuit breaker: a service that fails again and again is left alone for a while."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from processing.providers.errors import ProviderUnavailableError


class Circuit:
    """Opens after `failures` calls in a row that failed; after `cool_down_seconds` one trial decides whether it closes.

    One for all jobs of a process, so that each need not find out for itself.
    """

    def __init__(self, failures: int, cool_down_seconds: float) -> None:
        self.failures = failures
        self.cool_down_seconds = cool_down_seconds
        self._failed = 0
        self._open_until = 0.0
        self._on_trial = False

    @contextmanager
    def call(self) -> Iterator[None]:
        """Counts how the block ends; raises `ProviderUnavailableError` at once while the circuit is open.

        Only `ProviderUnavailableError` is a failure: a service that refuses a request works, and a block that is
        cancelled says nothing of it.
        """
        is_trial = self._admit()
        try:
            yield
        except ProviderUnavailableError as error:
            self._count_failure(error.retry_after_seconds or 0)
            raise
        except Exception:
            self._failed = 0
            raise
        else:
            self._failed = 0
        finally:
            if is_trial:
                self._on_trial = False

    @property
    def is_open(self) -> bool:
        """Whether the service is left alone; also while the trial runs that may end that."""
        return self._failed >= self.failures

    def _admit(self) -> bool:
        """Whether this call is the trial of an open circuit."""
        if not self.is_open:
            return False
        remaining = self._open_until - time.monotonic()
        if remaining > 0 or self._on_trial:
            raise self._refusal(remaining if remaining > 0 else self.cool_down_seconds)
        self._on_trial = True
        return True

    def _count_failure(self, retry_after_seconds: float) -> None:
        self._failed += 1
        if self.is_open:
            self._open_until = time.monotonic() + max(self.cool_down_seconds, retry_after_seconds)

    def _refusal(self, seconds: float) -> ProviderUnavailableError:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        return ProviderUnavailableError(
            f"The AI service has failed {self._failed} times in a row and is left alone until {at:%H:%M:%S} UTC.",
            retry_after_seconds=seconds,
        )

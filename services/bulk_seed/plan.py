"""What a bulk library is to hold: how much of it, whose, and which videos."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from database.errors import ReelgraphError

FIRST_INSTANT = datetime(2024, 1, 1, tzinfo=UTC)
TWO_YEARS_MS = 2 * 365 * 24 * 3600 * 1000
# Of this many videos of a user, two were uploaded in the same instant: lists must not lose one of them.
VIDEOS_WITH_A_TWIN = 10

MOST_USERS = 1_000_000
MOST_VIDEOS_PER_USER = 1_000_000
MOST_JOBS_PER_VIDEO = 100
MOST_JOBS = 100_000_000


@dataclass(slots=True)
class PlannedVideo:
    """A video that is determined but not drawn up: `random` gives everything else about it."""

    id: UUID
    owner: UUID
    created_at: datetime
    random: Random


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """The size of a bulk library and the seed that determines it.

    A video depends only on the seed and its place (user, video), so a larger plan with the same seed holds all that
    a smaller one does. Raises `ReelgraphError` for numbers that make no library.
    """

    first_user: UUID
    users: int = 10
    videos_per_user: int = 100
    jobs_per_video: int = 3
    random_seed: int = 1

    def __post_init__(self) -> None:
        _check("users", self.users, MOST_USERS)
        _check("videos per user", self.videos_per_user, MOST_VIDEOS_PER_USER)
        _check("jobs per video", self.jobs_per_video, MOST_JOBS_PER_VIDEO)
        _check("jobs in all", self.videos_count * self.jobs_per_video, MOST_JOBS)

    @property
    def videos_count(self) -> int:
        """How many videos there are in all."""
        return self.users * self.videos_per_user

    def owner(self, user: int) -> UUID:
        """The UUID of the user with a number, counted from 0: the first is `first_user`."""
        return self.first_user if user == 0 else uuid7_at(FIRST_INSTANT, self._random(user))

    def videos(self) -> Iterator[PlannedVideo]:
        """All videos, user by user."""
        for user in range(self.users):
            owner = self.owner(user)
            for video in range(self.videos_per_user):
                created_at, random = self._created_at(user, video), self._random(user, video)
                yield PlannedVideo(uuid7_at(created_at, random), owner, created_at, random)

    def _created_at(self, user: int, video: int) -> datetime:
        is_twin = video % VIDEOS_WITH_A_TWIN == VIDEOS_WITH_A_TWIN - 1
        random = self._random(user, video - 1 if is_twin else video, "created_at")
        return FIRST_INSTANT + timedelta(milliseconds=random.randrange(TWO_YEARS_MS))

    def _random(self, *place: int | str) -> Random:
        return Random(f"{self.random_seed}/{'/'.join(map(str, place))}")  # noqa: S311  repeatable, not secret


def uuid7_at(instant: datetime, random: Random) -> UUID:
    """A UUIDv7 (RFC 9562) as it would have been made at an instant."""
    milliseconds = (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    bits = random.getrandbits(74)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (1 << 62) - 1)


def _check(what: str, number: int, most: int) -> None:
    if not 1 <= number <= most:
        raise ReelgraphError(f"A bulk library has 1 to {most:,} {what}, not {number:,}.")

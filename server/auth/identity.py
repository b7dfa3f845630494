"""Who asks."""

from dataclasses import dataclass
from uuid import UUID

# In the year 2096: what is never to end must still be a time that can be waited for.
FAR_OFF = 4_000_000_000.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, until when (seconds since 1970), and whether they may see how operations are answered."""

    user: UUID
    expires: float
    may_explain: bool = False


# Whoever sends no token. No token is accepted that names this user.
ANONYMOUS = Identity(UUID(int=0), FAR_OFF)

"""Secrets that others know, or could guess."""

import math
import re
from collections import Counter

from database.errors import ReelgraphError
from server.settings import Settings

# Of examples in documentation: Supabase's, which every local stack of theirs has, jwt.io's and many more.
# Each so long that it is in no secret by chance.
PLACEHOLDER = re.compile(r"secret|password|change.?me|example|reelgraph|0123456789|abcdefgh", re.IGNORECASE)
LEAST_BITS = 64  # 32 random hexadecimal digits, the poorest that are long enough, come to some 110

MAKE_ONE = "Make one with: openssl rand -base64 48"


def require_secret(settings: Settings) -> None:
    """Raise `ReelgraphError` in production unless a secret is set that nobody knows."""
    if settings.environment == "development":
        return
    if settings.jwt_secret is None:
        raise ReelgraphError(
            "REELGRAPH_JWT_SECRET is not set, and in production none is made.",
            hint=f"{MAKE_ONE}, and give it to every process. Or is this REELGRAPH_ENVIRONMENT=development?",
        )
    if (why := weakness(settings.secret)) is not None:
        raise ReelgraphError(f"REELGRAPH_JWT_SECRET is not fit for production: {why}.", hint=MAKE_ONE)


def weakness(secret: str) -> str | None:
    """Why a secret could be guessed, None where nothing tells."""
    if (found := PLACEHOLDER.search(secret)) is not None:
        return f"it has {found[0].lower()!r} in it, as examples in documentation have"
    counts = Counter(secret)
    bits = -sum(count * math.log2(count / len(secret)) for count in counts.values())
    if bits < LEAST_BITS or secret in (secret * 2)[1:-1]:
        return "it repeats itself"
    return None

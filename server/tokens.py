"""Access tokens: JWTs signed with HS256, whose `sub` is the user's UUID."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt

ALGORITHM = "HS256"
# The claim of tokens that may see how operations are answered.
EXPLAIN = "reelgraph:explain"


def issue_token(secret: str, user: UUID, lifetime: timedelta, *, may_explain: bool = False) -> str:
    """An access token for a user."""
    now = int(time.time())
    claims: dict[str, Any] = {"sub": str(user), "iat": now, "exp": now + int(lifetime.total_seconds())}
    if may_explain:
        claims[EXPLAIN] = True
    return jwt.encode(claims, secret, algorithm=ALGORITHM)

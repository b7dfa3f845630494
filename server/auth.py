"""Who asks: bearer tokens, JWTs signed with HS256, whose `sub` is the user's UUID."""

import time
from datetime import timedelta
from uuid import UUID

import jwt

from database.errors import ReelgraphError

ALGORITHM = "HS256"


class UnauthenticatedError(ReelgraphError):
    """The request carries no token, or one that can't be accepted."""


def issue_token(secret: str, user: UUID, lifetime: timedelta) -> str:
    """An access token for a user."""
    now = int(time.time())
    claims = {"sub": str(user), "iat": now, "exp": now + int(lifetime.total_seconds())}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def authenticate(authorization: str | None, secret: str) -> UUID:
    """The user whose token an `Authorization` header carries."""
    if authorization is None:
        raise UnauthenticatedError("No access token came with the request.", hint="Send: Authorization: Bearer <token>")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError(
            "The Authorization header carries no bearer token.", hint="Send: Authorization: Bearer <token>"
        )
    return _subject(token.strip(), secret)


def _subject(token: str, secret: str) -> UUID:
    try:
        claims = jwt.decode(token, secret, algorithms=[ALGORITHM], options={"require": ["exp", "sub"]})
    except jwt.ExpiredSignatureError:
        raise UnauthenticatedError("The access token has expired.", hint="Sign in again to get a new one.") from None
    except jwt.InvalidTokenError as error:
        raise UnauthenticatedError(
            f"The access token can't be accepted: {error}.", hint="Send a token that this server's issuer has signed."
        ) from None
    try:
        return UUID(claims["sub"])
    except ValueError:
        raise UnauthenticatedError(
            "The access token's `sub` is no UUID.", hint="Tokens must name their user by a UUID."
        ) from None

"""Who asks: bearer tokens, JWTs signed with HS256, whose `sub` is the user's UUID."""

import time
from dataclasses import dataclass
from uuid import UUID

import jwt

from executor.recent import Recent
from server.refusals import UnauthenticatedError
from server.tokens import ALGORITHM, EXPLAIN

# Tokens whose signatures need not be checked again.
MOST_TOKENS = 1000


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, until when (seconds since 1970), and whether they may see how operations are answered."""

    user: UUID
    expires: float
    may_explain: bool = False


class Authenticator:
    """Knows users by their tokens. A token's signature is checked once, its expiry each time."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._known: Recent[str, Identity] = Recent(MOST_TOKENS)

    async def identify(self, authorization: str | None) -> Identity:
        """Whose token an `Authorization` header carries."""
        token = _token(authorization)
        identity = self._known.use(token)
        if identity is None or identity.expires <= time.time():
            identity = _identity(token, self._secret)
            self._known.keep(token, identity)
        return identity


def _token(authorization: str | None) -> str:
    if authorization is None:
        raise UnauthenticatedError("No access token came with the request. Send: Authorization: Bearer <token>")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError(
            "The Authorization header carries no bearer token. Send: Authorization: Bearer <token>"
        )
    return token.strip()


def _identity(token: str, secret: str) -> Identity:
    try:
        claims = jwt.decode(token, secret, algorithms=[ALGORITHM], options={"require": ["exp", "sub"]})
    except jwt.ExpiredSignatureError:
        raise UnauthenticatedError("The access token has expired. Sign in again to get a new one.") from None
    except jwt.InvalidTokenError as error:
        raise UnauthenticatedError(
            f"The access token can't be accepted: {error}. Send a token that this server's issuer has signed."
        ) from None
    try:
        return Identity(UUID(claims["sub"]), float(claims["exp"]), claims.get(EXPLAIN) is True)
    except ValueError:
        raise UnauthenticatedError(
            "The access token's `sub` is no UUID. Tokens must name their user by a UUID."
        ) from None

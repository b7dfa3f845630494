"""Users by their tokens."""

import time
from typing import Protocol

from executor.recent import Recent
from server.auth.identity import ANONYMOUS, Identity
from server.auth.key_server import KeyServer
from server.auth.keys import HS256, PUBLIC, Key
from server.auth.refusals import TokenRefusedError
from server.auth.token import Header, Rules, header_of, identity_of
from server.refusals import UnauthenticatedError
from server.settings import Settings

# Tokens whose signatures need not be checked again: for ES256 that takes as long as a small query.
MOST_TOKENS = 5000
SCHEME = "Bearer "


class KeySource(Protocol):
    """Where keys come from."""

    async def find(self, header: Header) -> Key:
        """The key that a token says it is signed by; raises `RefusalError` where there is none."""


class OwnSecret:
    """The one key of who signs tokens by the server's own secret."""

    def __init__(self, secret: str) -> None:
        self._key = Key(HS256, None, secret)

    async def find(self, header: Header) -> Key:
        """The secret, whatever the token calls it."""
        if header.algorithm != HS256:
            raise TokenRefusedError(f"The access token's `alg` is not {HS256}, the only one that this server accepts.")
        return self._key


class IssuersKeys:
    """The public keys of an issuer. No secret is among them, so none can be taken for one."""

    def __init__(self, server: KeyServer) -> None:
        self._server = server

    async def find(self, header: Header) -> Key:
        """The key by its `kid`."""
        if header.algorithm not in PUBLIC:
            raise TokenRefusedError(f"The access token's `alg` is none of {', '.join(sorted(PUBLIC))}.")
        key = await self._server.find(header.algorithm, header.kid)
        if key is None:
            raise TokenRefusedError("The access token is signed by a key that its issuer does not have (any more).")
        return key


class Authenticator:
    """Knows users by their tokens. A token's signature is checked once, its expiry each time."""

    def __init__(self, settings: Settings) -> None:
        """As the settings have it; an issuer's keys are fetched from now on, by the running event loop."""
        self._known: Recent[str, Identity] = Recent(MOST_TOKENS)
        self._rules = Rules(
            issuer=settings.jwt_issuer,
            audiences=settings.audiences,
            leeway_seconds=settings.jwt_leeway_seconds,
            user_claim=settings.jwt_user_claim,
            required=settings.required_claims,
        )
        self._keys: KeySource = OwnSecret(settings.secret)
        if settings.jwks_url is not None:
            server = KeyServer(str(settings.jwks_url), changed=self._known.clear)
            server.begin()
            self._keys = IssuersKeys(server)

    async def identify(self, authorization: str | None) -> Identity:
        """Whose token an `Authorization` header carries; `ANONYMOUS` where there is no header.

        Raises `UnauthenticatedError`, and `KeysUnavailableError` where that can't be known.
        """
        if authorization is None:
            return ANONYMOUS
        identity = self._known.use(authorization)
        if identity is None or identity.expires <= time.time():
            token = _token(authorization)
            key = await self._keys.find(header_of(token))
            identity = identity_of(token, key, self._rules)
            if len(authorization) == len(SCHEME) + len(token):  # with more spaces it could be kept over and over
                self._known.keep(authorization, identity)
        return identity


def _token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError(
            "The Authorization header carries no bearer token. Send: Authorization: Bearer <token>"
        )
    return token.strip()

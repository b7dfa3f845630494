"""Why somebody is not let in. No message says anything of what a token contains."""

import re

from server.refusals import RefusalError, UnauthenticatedError

# RFC 6750: what `error_description` may not have in it.
NOT_DESCRIPTIVE = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")


class NoTokenError(UnauthenticatedError):
    """The request carries no token, and is not for everybody."""

    def __init__(self) -> None:
        super().__init__("No access token came with the request. Send: Authorization: Bearer <token>")


class TokenRefusedError(UnauthenticatedError):
    """The request carries a token that can't be accepted."""

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What is wrong, as RFC 6750 has it."""
        description = NOT_DESCRIPTIVE.sub("'", str(self))
        challenge = f'Bearer realm="reelgraph", error="invalid_token", error_description="{description}"'
        return [(b"www-authenticate", challenge.encode("ascii"))]


class KeysUnavailableError(RefusalError):
    """Whether the token is good can't be known now: the issuer's keys can't be had."""

    status = 503
    code = "KEYS_UNAVAILABLE"

    def __init__(self, retry_seconds: int) -> None:
        super().__init__(
            "The access token can't be checked now, because its issuer's keys can't be had. "
            f"Try again in {retry_seconds} seconds."
        )
        self.retry_after_seconds = retry_seconds

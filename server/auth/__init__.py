"""Who asks: access tokens, JWTs by the server's own secret or by an issuer's keys, and the users that they name."""

from server.auth.authenticator import Authenticator
from server.auth.identity import ANONYMOUS, Identity

__all__ = ["ANONYMOUS", "Authenticator", "Identity"]

"""What an access token says, and whether it is to be believed."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import jwt
from jwt.utils import base64url_decode

from server.auth.identity import ANONYMOUS, FAR_OFF, Identity
from server.auth.keys import LONGEST_KID, Key
from server.auth.refusals import TokenRefusedError
from server.tokens import EXPLAIN

LONGEST_TOKEN = 8192
LONGEST_HEADER = 2048
# What is signed by the same keys for other ends (a logout, a proof of possession) has a type of its own.
TYPES = {"jwt", "at+jwt", "application/at+jwt"}


class Header(NamedTuple):
    """How a token says it is signed. None of it is proven."""

    algorithm: str
    kid: str | None


@dataclass(frozen=True)
class Rules:
    """What tokens must say besides being signed; `required` are claims and, where not None, their values."""

    issuer: str | None = None
    audiences: Collection[str] = ()
    leeway_seconds: float = 0
    user_claim: str = "sub"
    required: dict[str, str | None] = field(default_factory=dict)


def header_of(token: str) -> Header:
    """A token's header; raises `TokenRefusedError` where it has none that could be accepted."""
    if len(token) > LONGEST_TOKEN:
        raise TokenRefusedError(f"The access token is longer than {LONGEST_TOKEN:,} characters. Put less into it.")
    encoded, _, rest = token.partition(".")
    if not token.isascii() or rest.count(".") != 1 or len(encoded) > LONGEST_HEADER:
        raise TokenRefusedError("The access token is no JWT: three parts with dots between, the first of them short.")
    try:
        header = json.loads(base64url_decode(encoded), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise TokenRefusedError("The access token's header is no valid JSON object.") from None
    if not isinstance(header, dict):
        raise TokenRefusedError("The access token's header is no valid JSON object.")
    return _checked(header)


def _without_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a member comes twice")
    return found


def _checked(header: dict[str, Any]) -> Header:
    # `jku`, `jwk`, `x5u` and `x5c` would have the token bring its own key: they are not even looked at.
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
    if "crit" in header:
        raise TokenRefusedError("The access token's header has `crit`: extensions are not understood.")
    if not isinstance(algorithm, str):
        raise TokenRefusedError("The access token's header has no `alg`.")
    if kid is not None and not (isinstance(kid, str) and len(kid) <= LONGEST_KID):
        raise TokenRefusedError(f"The access token's `kid` is no string of at most {LONGEST_KID} characters.")
    if not isinstance(kind, str) or kind.lower() not in TYPES:
        raise TokenRefusedError("The token's `typ` is not that of an access token: JWT or at+jwt.")
    return Header(algorithm, kid)


def identity_of(token: str, key: Key, rules: Rules) -> Identity:
    """Who a token names; raises `TokenRefusedError` unless the key has signed it and it says what the rules want."""
    try:
        claims = jwt.decode(
            token,
            key.material,
            algorithms=[key.algorithm],
            audience=rules.audiences or None,
            issuer=rules.issuer,
            leeway=rules.leeway_seconds,
            options={"require": [rules.user_claim, "exp", *(["iss"] if rules.issuer else [])], "verify_jti": False},
        )
        expires = min(int(claims["exp"]) + rules.leeway_seconds, FAR_OFF)
    except jwt.InvalidTokenError as error:
        raise TokenRefusedError(_told(error, rules)) from None
    except (TypeError, OverflowError):
        raise TokenRefusedError("The access token's times are no numbers.") from None
    for name, value in rules.required.items():
        _require(claims, name, value)
    return Identity(_user(claims[rules.user_claim], rules.user_claim), expires, claims.get(EXPLAIN) is True)


def _told(error: jwt.InvalidTokenError, rules: Rules) -> str:
    """What is wrong. PyJWT's own messages may quote the token."""
    match error:
        case jwt.ExpiredSignatureError():
            told = "The access token has expired. Sign in again to get a new one."
        case jwt.ImmatureSignatureError():
            told = "The access token is not valid yet (`nbf` or `iat`). Compare this machine's clock with its issuer's."
        case jwt.InvalidIssuerError() | jwt.MissingRequiredClaimError(claim="iss"):
            told = f"The access token is not of the issuer that this server trusts: `iss` must be {rules.issuer}"
        case jwt.InvalidAudienceError() | jwt.MissingRequiredClaimError(claim="aud") if rules.audiences:
            told = f"The access token is not for this server: `aud` must be {' or '.join(rules.audiences)}"
        case jwt.InvalidAudienceError():
            told = "The access token has an audience (`aud`), and REELGRAPH_JWT_AUDIENCE does not say which to accept."
        case jwt.MissingRequiredClaimError(claim="exp"):
            told = "The access token lacks the claim `exp`. It must say when it expires."
        case jwt.MissingRequiredClaimError():
            told = (
                f"The access token names no user: it lacks `{rules.user_claim}`. Keys of an API, such as Supabase's "
                "anon and service_role, are nobody's: send the token of a user who has signed in."
            )
        case jwt.InvalidSignatureError():
            told = "The access token's signature is not by a key that this server trusts."
        case _:
            told = "The access token is not well-formed. Send a token as its issuer has made it."
    return told


def _require(claims: dict[str, Any], name: str, value: str | None) -> None:
    found = claims.get(name)
    if found is None:
        raise TokenRefusedError(f"The access token lacks the claim `{name}`, which this server requires.")
    if value is not None and value not in _values(name, found):
        raise TokenRefusedError(f"The access token's claim `{name}` is not {value}, which this server requires.")


def _values(name: str, claim: Any) -> list[str]:
    """The texts that a claim amounts to: `true` is "true"; a list and a `scope` are several."""
    if isinstance(claim, str):
        return claim.split(" ") if name == "scope" else [claim]
    return [one if isinstance(one, str) else json.dumps(one) for one in (claim if isinstance(claim, list) else [claim])]


def _user(claim: Any, name: str) -> UUID:
    try:
        user = UUID(claim) if isinstance(claim, str) else ANONYMOUS.user
    except ValueError:
        user = ANONYMOUS.user
    if user == ANONYMOUS.user:
        raise TokenRefusedError(f"The access token's `{name}` is no UUID. Tokens must name their user by a UUID.")
    return user

"""Keys that access tokens are checked by. Each has one algorithm, which follows from what kind of key it is."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWK

logger = logging.getLogger(__name__)

HS256 = "HS256"
# The algorithm of each kind of public key: RFC 7518's `kty`, and the curve where there are several.
ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}
PUBLIC = frozenset(ALGORITHMS.values())
# RFC 9864 has a name of its own for it.
OTHER_NAMES = {"EdDSA": {"EdDSA", "Ed25519"}}

LEAST_RSA_BITS = 2048
MOST_RSA_BITS = 8192  # each check of a token's signature costs so much the more
MOST_KEYS = 100
LONGEST_KID = 256


class UnusableKeyError(Exception):
    """A key that no token is checked by; the message says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key by its `kid`, if it has one; `material` is what PyJWT checks signatures of this algorithm by."""

    algorithm: str
    kid: str | None
    material: Any


class Keys:
    """The keys of an issuer."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = keys

    def fitting(self, algorithm: str, kid: str | None) -> Key | None:
        """The key that a token says it is signed by; without a `kid` the only one that could have signed it."""
        by_algorithm = [key for key in self._keys if key.algorithm == algorithm]
        if kid is not None:
            named = [key for key in by_algorithm if key.kid == kid]
            # A key without a name may have any.
            candidates = named[:1] or [key for key in by_algorithm if key.kid is None]
        else:
            candidates = by_algorithm
        return candidates[0] if len(candidates) == 1 else None

    def knows(self, kid: str | None) -> bool:
        """Whether a key has the name."""
        return any(key.kid == kid for key in self._keys)


def keys_of(key_set: Any) -> Keys:
    """The usable keys of a JWK set; raises `ValueError` where it is none. Others are logged and left out."""
    found = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(found, list):
        raise ValueError('it is no JSON object with a list "keys"')  # noqa: TRY004  the document is wrong, no type
    if len(found) > MOST_KEYS:
        raise ValueError(f"it has {len(found):,} keys, more than {MOST_KEYS}")
    usable = []
    for place, jwk in enumerate(found):
        try:
            usable.append(public_key(jwk))
        except UnusableKeyError as reason:
            logger.warning("key %d of the issuer is not used: %s", place, reason)
    return Keys(usable)


def public_key(jwk: Any) -> Key:
    """The key of a JWK; raises `UnusableKeyError` where it is not for checking signatures, not public, or weak."""
    if not isinstance(jwk, dict):
        raise UnusableKeyError("it is no JSON object")
    kid = jwk.get("kid")
    if kid is not None and not (isinstance(kid, str) and len(kid) <= LONGEST_KID):
        raise UnusableKeyError(f"its kid is no string of at most {LONGEST_KID} characters")
    algorithm = _algorithm(jwk)
    try:
        material = PyJWK({str(name): value for name, value in jwk.items()}, algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise UnusableKeyError(f"it is no valid {jwk['kty']} key") from None
    if algorithm == "RS256" and not LEAST_RSA_BITS <= material.key_size <= MOST_RSA_BITS:
        raise UnusableKeyError(
            f"it has {material.key_size} bits; RSA keys must have {LEAST_RSA_BITS} to {MOST_RSA_BITS}"
        )
    return Key(algorithm, kid, material)


def _algorithm(jwk: dict[str, Any]) -> str:
    kind, curve, operations = jwk.get("kty"), jwk.get("crv"), jwk.get("key_ops", ["verify"])
    algorithm = ALGORITHMS.get((kind, curve)) if isinstance(kind, str) and isinstance(curve, str | None) else None
    if algorithm is None:
        raise UnusableKeyError("it is neither an RSA key nor one for P-256 or Ed25519")
    said = jwk.get("alg", algorithm)
    if not isinstance(said, str) or said not in OTHER_NAMES.get(algorithm, {algorithm}):
        raise UnusableKeyError(f"its alg is not {algorithm}")
    if jwk.get("use", "sig") != "sig" or not (isinstance(operations, list) and "verify" in operations):
        raise UnusableKeyError("it is not for checking signatures")
    if "d" in jwk:
        raise UnusableKeyError("it is a private key, which the issuer should not have published")
    return algorithm

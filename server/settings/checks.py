"""What settings' values must be: each check answers the value, or raises `ValueError` that says what it must be."""

import re
from typing import Annotated, TypeVar

from pydantic import HttpUrl, SecretStr, StringConstraints, ValidationInfo
from sqlalchemy.exc import ArgumentError

from database.address import parsed
from services.storage.address import StorageAddress

ValueT = TypeVar("ValueT")
ModelName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

ORIGIN = re.compile(r"\*|https?://[^/\s?#@*]+")
URL_PARAMETERS = {"host", "port", "ssl", "sslmode", "target_session_attrs"}
TAKES_WRITES = {"any", "primary", "read-write"}


def postgresql(url: str | None) -> str | None:
    """An address of PostgreSQL."""
    if url is None:
        return None
    try:
        address = parsed(url)
    except (ArgumentError, ValueError):
        address = None
    if address is None or address.get_backend_name() != "postgresql":
        raise ValueError("must be the address of a PostgreSQL database: postgresql://user:password@host/database")
    if unknown := set(address.query) - URL_PARAMETERS:
        raise ValueError(f"has parameters that are not understood: {', '.join(sorted(unknown))}")
    if address.query.get("target_session_attrs", "any") not in TAKES_WRITES:
        raise ValueError(f"must lead to the primary: target_session_attrs is one of {', '.join(sorted(TAKES_WRITES))}")
    return url


def replicas(urls: str | None) -> str | None:
    """Addresses of one server each, with commas between."""
    for url in (urls or "").split(","):
        if urls and postgresql(url.strip()) and not isinstance(parsed(url.strip()).query.get("host", ""), str):
            raise ValueError("must name one server each: what is asked of one says nothing about another")
    return urls


def with_database_url(url: str | None, info: ValidationInfo) -> str | None:
    """What needs a database of the user's own."""
    # It is not in the data if it is set and wrong: then that is said.
    if url is not None and info.data.get("database_url", "") is None:
        raise ValueError("is of no use without REELGRAPH_DATABASE_URL")
    return url


def origins(origins: str | None) -> str | None:
    """Origins, with commas between."""
    for origin in (origins or "").split(","):
        if origins and not ORIGIN.fullmatch(origin.strip()):
            raise ValueError(f"{origin.strip()!r} is no origin: write https://app.example.com, without a path")
    return origins


def storage_address(url: str | None) -> str | None:
    """An address that files can be kept at."""
    if url is not None:
        StorageAddress.parse(url)
    return url


def long_enough(secret: SecretStr | None) -> SecretStr | None:
    """A secret of 32 bytes or more."""
    # RFC 7518: an HS256 key is no shorter than the hash.
    if secret is not None and len(secret.get_secret_value().encode()) < 32:
        raise ValueError("must have 32 bytes or more; make one with: openssl rand -base64 48")
    return secret


def plain_address(url: HttpUrl | None) -> HttpUrl | None:
    """An address without credentials."""
    # Clients log the addresses they ask.
    if url is not None and (url.username or url.password or url.query or url.fragment):
        raise ValueError("must have no user name, password, query or fragment; the key is REELGRAPH_AI_API_KEY")
    return url


def fit_for_a_header(key: SecretStr | None) -> SecretStr | None:
    """A text that can be a header's value."""
    if key is not None and not re.fullmatch("[!-~]+", key.get_secret_value()):
        raise ValueError("must be of ASCII characters, without spaces and line ends")
    return key


def with_base_url(value: ValueT, info: ValidationInfo) -> ValueT:
    """What is of no use without `ai_base_url`."""
    # It is not in the data if it is set and wrong: then that is said.
    if value is not None and info.data.get("ai_base_url", "") is None:
        raise ValueError("is of no use without REELGRAPH_AI_BASE_URL")
    return value


def key_server(url: HttpUrl | None, info: ValidationInfo) -> HttpUrl | None:
    """Where an issuer's keys come from, unaltered on the way: by TLS, or from this machine."""
    if url is None:
        return None
    if url.scheme != "https" and url.host not in {"localhost", "127.0.0.1", "[::1]"}:
        raise ValueError("must begin with https://; http:// is for this machine only")
    if url.username or url.password or url.fragment:
        raise ValueError("must have no user name, password or fragment")
    # It is not in the data if it is set and wrong: then that is said.
    if info.data.get("jwt_issuer", "") is None:
        raise ValueError("needs REELGRAPH_JWT_ISSUER, because a key server may serve several issuers")
    return url


def claim_list(claims: str | None) -> str | None:
    """Claims, `name` or `name=value`, with commas between."""
    for claim in (claims or "").split(","):
        if claims and not re.fullmatch(r"\s*[^\s=]+\s*(=\s*\S(.*\S)?\s*)?", claim):
            raise ValueError(f"{claim.strip()!r} is no claim: write role=authenticated, or email_verified")
    return claims

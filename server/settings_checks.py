"""What the values of settings must be like; each raises `ValueError` with what is wrong."""

import re
from typing import TypeVar

from pydantic import HttpUrl, SecretStr, ValidationInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from services.storage.address import StorageAddress

ValueT = TypeVar("ValueT")

ORIGIN = re.compile(r"\*|https?://[^/\s?#@*]+")
URL_PARAMETERS = {"host", "port", "ssl", "sslmode"}


def postgresql(url: str | None) -> str | None:
    """The address of a PostgreSQL database."""
    try:
        backend = None if url is None else make_url(url).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {None, "postgresql"}:
        raise ValueError("must be the address of a PostgreSQL database: postgresql://user:password@host/database")
    if url and (unknown := set(make_url(url).query) - URL_PARAMETERS):
        raise ValueError(f"has parameters that are not understood: {', '.join(sorted(unknown))}")
    return url


def origins(origins: str | None) -> str | None:
    """Origins, with commas between."""
    for origin in (origins or "").split(","):
        if origins and not ORIGIN.fullmatch(origin.strip()):
            raise ValueError(f"{origin.strip()!r} is no origin: write https://app.example.com, without a path")
    return origins


def storage_address(url: str | None) -> str | None:
    """Where files may be kept."""
    if url is not None:
        StorageAddress.parse(url)
    return url


def long_enough(secret: SecretStr | None) -> SecretStr | None:
    """A secret that HS256 may be used with."""
    # RFC 7518: an HS256 key is no shorter than the hash.
    if secret is not None and len(secret.get_secret_value().encode()) < 32:
        raise ValueError("must have 32 bytes or more; make one with: openssl rand -base64 48")
    return secret


def plain_address(url: HttpUrl | None) -> HttpUrl | None:
    """An address without secrets."""
    # Clients log the addresses they ask.
    if url is not None and (url.username or url.password or url.query or url.fragment):
        raise ValueError("must have no user name, password, query or fragment; the key is REELGRAPH_AI_API_KEY")
    return url


def fit_for_a_header(key: SecretStr | None) -> SecretStr | None:
    """A key that HTTP can carry."""
    if key is not None and not re.fullmatch("[!-~]+", key.get_secret_value()):
        raise ValueError("must be of ASCII characters, without spaces and line ends")
    return key


def with_base_url(value: ValueT, info: ValidationInfo) -> ValueT:
    """A setting that the API's address goes with."""
    # It is not in the data if it is set and wrong: then that is said.
    if value is not None and info.data.get("ai_base_url", "") is None:
        raise ValueError("is of no use without REELGRAPH_AI_BASE_URL")
    return value

"""Addresses of PostgreSQL: of one server, or of several, of which the one that takes writes is meant."""

import re

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

# What libpq understands and SQLAlchemy does not: several hosts, each with a port.
SEVERAL = re.compile(r"(?P<before>[^:/?#]+://(?:[^/?#@]*@)?)(?P<hosts>[^/?#@]*,[^/?#@]*)(?P<after>.*)", re.DOTALL)
HOST = re.compile(r"[\w.-]+:\d{1,5}")
PORT = 5432


def parsed(address: str) -> URL:
    """The parts of an address; several hosts are in its query, as SQLAlchemy has them.

    Raises `sqlalchemy.exc.ArgumentError` where it is none.
    """
    several = SEVERAL.fullmatch(address)
    if several is None:
        return make_url(address)
    hosts = [host if ":" in host else f"{host}:{PORT}" for host in several["hosts"].split(",")]
    if not all(map(HOST.fullmatch, hosts)):
        raise ArgumentError("each of several hosts is a name or an IPv4 address, and perhaps a port")
    return make_url(several["before"] + several["after"]).update_query_pairs([("host", host) for host in hosts])


def for_sqlalchemy(address: URL) -> URL:
    """The address as SQLAlchemy hands it to asyncpg, which calls libpq's `sslmode` `ssl`, but not in addresses."""
    return _renamed(address, "sslmode", "ssl").set(drivername="postgresql+asyncpg")


def for_asyncpg(address: URL) -> str:
    """The address as asyncpg understands it by itself, for connections that no pool has."""
    plain = _renamed(address, "ssl", "sslmode").set(drivername="postgresql")
    hosts = plain.query.get("host")
    if isinstance(hosts, tuple):
        names, ports = zip(*(host.rsplit(":", 1) for host in hosts), strict=True)
        plain = plain.update_query_dict({"host": ",".join(names), "port": ",".join(ports)})
    return plain.render_as_string(hide_password=False)


def _renamed(address: URL, old: str, new: str) -> URL:
    """The address, with another name for one of its parameters."""
    return address.set(query={(new if name == old else name): value for name, value in address.query.items()})

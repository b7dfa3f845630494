"""Cursors: opaque texts that say where a row stands in one list of one viewer, and can't be made by anybody else."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson

from database.paging import Position
from executor.lazy import lazy
from schema.errors import BadUserInputError
from schema.ids import shown

# Grows when cursors of older versions can no longer be read.
VERSION = b"1"
MAC_BYTES = 12
SCOPE_BYTES = 6
LONGEST = 10_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Cursors:
    """Makes and reads the cursors of one viewer. `secret` is the server's; whoever has it can make cursors."""

    def __init__(self, secret: str, viewer: UUID) -> None:
        self._secret = secret
        self._viewer = viewer

    @lazy
    def _key(self) -> bytes:
        return hashlib.sha256(f"cursor {self._viewer} {self._secret}".encode()).digest()

    def encode(self, scope: str, position: Position) -> str:
        """A cursor of the list that `scope` names: its field, its order and its filter."""
        value, key = position
        if isinstance(value, datetime):
            value = (value - _EPOCH) // _MICROSECOND
        payload = VERSION + _digest(scope) + orjson.dumps([value, key.hex])
        return _encoded(self._mac(payload) + payload)

    def decode(self, scope: str, text: str, *, kind: type, argument: str) -> Position:
        """Where a cursor of the list that `scope` names stands; `kind` is the type of the list's sort value."""
        payload = self._payload(text, argument)
        if payload[:1] != VERSION:
            raise BadUserInputError(f"{argument}: this cursor is outdated. Begin again at the first page.")
        if payload[1 : 1 + SCOPE_BYTES] != _digest(scope):
            raise BadUserInputError(
                f"{argument}: this cursor belongs to a list with another order or filter. "
                "Send it with the arguments it came from, or begin again at the first page."
            )
        value, key = orjson.loads(payload[1 + SCOPE_BYTES :])
        return Position(_EPOCH + value * _MICROSECOND if kind is datetime else value, UUID(key))

    def _payload(self, text: str, argument: str) -> bytes:
        try:
            raw = _decoded(text) if len(text) <= LONGEST else b""
        except ValueError:
            raw = b""
        mac, payload = raw[:MAC_BYTES], raw[MAC_BYTES:]
        if not payload or not hmac.compare_digest(mac, self._mac(payload)):
            raise BadUserInputError(
                f"{argument}: {shown(text)} is no cursor of yours. "
                "Send back a cursor of `pageInfo` or of an edge as it is."
            )
        return payload

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, "sha256")[:MAC_BYTES]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if _encoded(raw) != text:
        raise ValueError("written in another way than we do")
    return raw


def _digest(scope: str) -> bytes:
    return hashlib.sha256(scope.encode()).digest()[:SCOPE_BYTES]

"""Which documents are executed: any, or those that clients have registered."""

import logging
import time
from collections import Counter
from hashlib import sha256
from typing import Literal, NamedTuple

from graphql import GraphQLError

from database.engine import Database
from executor.recent import Recent
from server.graphql_request import Client, GraphQLRequest
from server.own_documents import OWN_DOCUMENTS
from services.clients import trusted_text

logger = logging.getLogger(__name__)

Policy = Literal["off", "log", "enforce"]

MOST_DOCUMENTS = 1000
# How long until a release that was retired is noticed, and one that was registered.
TRUSTED_SECONDS = 60
UNKNOWN_SECONDS = 1

OWN = {sha256(text.encode()).digest(): text for text in OWN_DOCUMENTS}

# Documents that nobody has registered, by what became of them.
unregistered: Counter[str] = Counter()


class _Kept(NamedTuple):
    """What was found, and until when (of the monotonic clock) it holds."""

    text: str | None
    until: float


class TrustedDocuments:
    """The documents of one database's clients, those used last kept in memory."""

    def __init__(self, database: Database, policy: Policy) -> None:
        self._database = database
        self._policy = policy
        self._kept: Recent[bytes, _Kept] = Recent(MOST_DOCUMENTS)
        self._noted: Recent[bytes, bool] = Recent(MOST_DOCUMENTS)

    def at_hand(self, asked: GraphQLRequest) -> str | None:
        """The document that a request is for, where nobody need be asked for it."""
        if asked.query is not None and self._policy == "off":
            return asked.query
        document = _hash(asked)
        kept = self._kept.use(document)
        return OWN.get(document) if kept is None or kept.until < time.monotonic() else kept.text

    async def find(self, asked: GraphQLRequest, client: Client) -> str:
        """The document that a request is for; raises `GraphQLError` where it is not to be executed."""
        document = _hash(asked)
        text = await self._looked_up(document)
        if text is not None:
            return text
        if asked.query is None:
            unregistered["unknown"] += 1
            raise GraphQLError(
                f"No client's release has registered the document sha256:{document.hex()}. "
                "Register its manifest with `reelgraph clients register`, or send the document as `query`.",
                extensions={"code": "PERSISTED_QUERY_NOT_FOUND"},
            )
        if self._policy == "enforce":
            unregistered["refused"] += 1
            raise GraphQLError(
                "This server executes registered documents only, and nobody has registered this one "
                f"(sha256:{document.hex()}). Register its manifest with `reelgraph clients register`.",
                extensions={"code": "UNTRUSTED_DOCUMENT"},
            )
        self._note(document, client)
        return asked.query

    async def _looked_up(self, document: bytes) -> str | None:
        kept = self._kept.use(document)
        if kept is None or kept.until < time.monotonic():
            text = await trusted_text(self._database, document)
            seconds = UNKNOWN_SECONDS if text is None else TRUSTED_SECONDS
            kept = _Kept(text, time.monotonic() + seconds)
            self._kept.keep(document, kept)
        return kept.text

    def _note(self, document: bytes, client: Client) -> None:
        unregistered["executed"] += 1
        if document not in self._noted:
            self._noted.keep(document, True)
            name = "@".join(filter(None, client)) or "a client that does not say who it is"
            logger.warning("%r sent a document that nobody has registered: sha256:%s", name, document.hex())


def _hash(asked: GraphQLRequest) -> bytes:
    if asked.sha256 is not None:
        return asked.sha256
    assert asked.query is not None, "a request has a document or its id"
    return sha256(asked.query.encode()).digest()

"""Seeing what one wrote, whichever server answers: a write has a place in the log, which clients bring along."""

import logging
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

from database.reader import Reader
from database.replicas import Replicas
from server.operations import Answer
from server.places import BEYOND, COOKIE, HEADER, in_words
from server.settings import Settings

logger = logging.getLogger(__name__)

# By then every replica that is read has it; the longest lag comes on top.
REMEMBERED_SECONDS = 60


class Writes:
    """What one process notes of writes; nothing at all where nobody reads from replicas."""

    def __init__(self, replicas: Replicas | None, settings: Settings) -> None:
        self._replicas = replicas
        address = urlsplit(settings.base_url)
        seconds = int(settings.replica_max_lag_seconds) + REMEMBERED_SECONDS
        secure = "; Secure" if address.scheme == "https" else ""
        self._attributes = f"; Path={address.path}/graphql; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"

    async def noted(self, answer: Answer, reader: Reader) -> Answer:
        """The answer with the place of what was written, which its viewer is held to in this process from now on."""
        if self._replicas is None:
            return answer
        try:
            place = await reader.place()
        except Exception as error:
            # It is written, so it is answered; only where it stands is not known.
            logger.warning("the place of a write is not known: %s", str(error) or type(error).__name__)
            place = None
        self._replicas.hold(reader.viewer, place)
        return replace(answer, written=BEYOND if place is None else place)

    def lost(self, viewer: UUID) -> None:
        """Note that a viewer may have written, nobody knows where."""
        if self._replicas is not None:
            self._replicas.hold(viewer, None)

    def headers_where_lost(self) -> list[tuple[bytes, bytes]]:
        """What HTTP says then; nothing where nobody reads from replicas."""
        return [] if self._replicas is None else self.headers(BEYOND)

    def headers(self, place: int) -> list[tuple[bytes, bytes]]:
        """What HTTP says of a place: for programs, and for browsers, which send it back by themselves."""
        said = in_words(place).encode()
        return [(HEADER, said), (b"set-cookie", COOKIE + b"=" + said + self._attributes.encode())]

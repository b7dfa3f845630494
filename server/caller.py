"""Who sends a request: a viewer, and the program they use."""

import itertools
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from server.auth import Identity
from server.graphql_request import Client

# Request ids are to be found in a log, not to be kept secret.
PROCESS = secrets.token_hex(6)
_requests = itertools.count(1)


def new_request_id() -> str:
    """An id that no other request has."""
    return f"{PROCESS}{next(_requests):x}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for one operation, by which program; the id is in logs and in the answers of what failed."""

    identity: Identity
    client: Client
    request_id: str = field(default_factory=new_request_id)
    # What they read must have come to this place of the database's log.
    written: int = 0

    @property
    def viewer(self) -> UUID:
        """Whose rows may be read and written."""
        return self.identity.user

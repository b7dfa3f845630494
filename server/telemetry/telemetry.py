"""What hears of all operations of a process."""

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from database.engine import Database
from executor import Loader
from server.graphql_request import NOBODY
from server.operations import Prepared
from server.refusals import OverloadedError
from server.settings import Settings
from server.telemetry import families
from server.telemetry.failures import printable
from server.telemetry.in_hand import request_in_hand
from server.telemetry.lines import Lines
from server.telemetry.observed import OK, Observed
from server.telemetry.statements import Batch, watch_database
from server.telemetry.tallies import Tally
from server.telemetry.tracing import Tracing

# Names are clients' to choose, and each is a time series: so many have one of their own, most of them kept for
# operations that a client's release has registered, so that whoever makes up names can't take theirs.
MOST_NAMES = 500
MOST_UNREGISTERED = 100
OTHER, NAMELESS = "other", "(nameless)"
LONGEST_NAME = 100
# What else of an operation its line has, where there is anything to say.
NOTED = ("status", "codes", "trace_id", "events", "stream_end")


@dataclass(frozen=True, slots=True)
class Known:
    """What is the same each time an operation comes."""

    name: str
    type: str
    document: str
    label: str
    tallies: dict[str, Tally]

    def tally(self, outcome: str) -> Tally:
        """Where an outcome is counted."""
        tally = self.tallies.get(outcome)
        if tally is None:
            tally = self.tallies[outcome] = families.OPERATIONS.of(self.label, self.type, outcome)
        return tally


# What was refused before it was known what it is.
UNKNOWN = Known("", "", "", OTHER, {})


# The codes of an operation that there was no room for.
SHED = [OverloadedError.code]


class Telemetry:
    """Logs, counts and traces the operations of a process; `lines` and `tracing` are None where nobody reads them."""

    def __init__(self, settings: Settings, lines: Lines | None = None, tracing: Tracing | None = None) -> None:
        self.tracing = tracing
        self._lines = lines
        self._trusts = settings.trusted_documents == "enforce"
        self._names: set[str] = set()
        self._unregistered: set[str] = set()
        Loader.watch = Batch

    def watch(self, database: Database) -> None:
        """Hear of the statements of a database."""
        watch_database(database)

    def prepared(self, prepared: Prepared, *, by_id: bool) -> None:
        """Note which operation it is; `by_id` if it was asked for by its document's hash, so that it is registered."""
        observed = request_in_hand()
        if observed is None:
            return
        known = prepared.operation.known
        if not isinstance(known, Known) or (by_id and known.label == OTHER):
            known = prepared.operation.known = self._learnt(prepared, registered=by_id or self._trusts)
        observed.known = known

    @staticmethod
    def told(body: dict[str, Any]) -> None:
        """Note what the only answer of a stream is."""
        observed = request_in_hand()
        if observed is not None:
            observed.told(body)

    @staticmethod
    def stream(bodies: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        """The answers of a subscription, counted."""
        observed = request_in_hand()
        return bodies if observed is None else observed.stream(bodies)

    def ended(self, observed: Observed, outcome: str, seconds: float) -> None:
        """Hear of an operation's end."""
        known = observed.known or UNKNOWN
        if observed.events is None:
            (known.tallies.get(outcome) or known.tally(outcome)).observe(seconds)
        # Of what there was no room for there may be thousands a second; they are counted.
        notable = (outcome != OK and observed.codes != SHED) or observed.events is not None
        lines = self._lines
        if lines is not None and lines.wants(seconds, notable=notable):
            event = "operation" if observed.events is None else "subscription ended"
            fields = _fields(observed, known, seconds)
            fields["outcome"] = outcome
            lines.write(event, fields)
        if observed.span is not None:
            observed.span.end(observed, known, outcome)

    def stream_begins(self, observed: Observed) -> None:
        """Hear that a subscription stands."""
        families.SUBSCRIPTIONS.labels(observed.transport).inc()
        known, seconds = observed.known or UNKNOWN, time.perf_counter() - observed.started
        known.tally(OK).observe(seconds)
        if self._lines is not None and self._lines.are_on:
            self._lines.write("subscription began", _fields(observed, known, seconds))

    def stream_answers(self, observed: Observed) -> None:
        """Hear of an answer of a subscription."""
        families.EVENTS.labels(observed.transport).inc()

    def stream_ends(self, observed: Observed) -> None:
        """Hear that a subscription stands no more."""
        families.SUBSCRIPTIONS.labels(observed.transport).dec()

    def _learnt(self, prepared: Prepared, *, registered: bool) -> Known:
        node = prepared.operation.node
        name = node.name.value[:LONGEST_NAME] if node.name else ""
        document = sha256(prepared.document.text.encode()).hexdigest()[:16]
        return Known(name, node.operation.value, document, self._label(name, registered=registered), {})

    def _label(self, name: str, *, registered: bool) -> str:
        if not name:
            return NAMELESS
        if name in self._names:
            return name
        if len(self._names) >= MOST_NAMES or (not registered and len(self._unregistered) >= MOST_UNREGISTERED):
            return OTHER
        self._names.add(name)
        if not registered:
            self._unregistered.add(name)
        return name


def _fields(observed: Observed, known: Known, seconds: float) -> dict[str, Any]:
    """What a line says. Never variables, a token or a document's text."""
    fields: dict[str, Any] = {
        "request_id": observed.request_id,
        "transport": observed.transport,
        "milliseconds": round(seconds * 1000, 3),
        "statements": observed.statements,
    }
    if known is not UNKNOWN:
        fields["operation"], fields["type"], fields["document"] = known.name, known.type, known.document
    client = observed.client
    if client is not NOBODY:
        fields["client"], fields["client_version"] = printable(client[0]), printable(client[1])
    if observed.caller is not None:
        # A number that is nobody's name; without it nobody could be told what went wrong for them.
        fields["viewer"] = observed.caller.identity.user.hex
    for name in NOTED:
        value = getattr(observed, name)
        if value is not None:
            fields[name] = value
    return fields

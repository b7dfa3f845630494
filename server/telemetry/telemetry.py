"""What hears of all operations of a process."""

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from database.engine import Database
from executor import Loader
from executor.operation import Operation
from server.operations import Prepared
from server.settings import Settings
from server.telemetry import families
from server.telemetry.failures import printable
from server.telemetry.lines import Lines
from server.telemetry.observed import OK, Observed, request_in_hand
from server.telemetry.statements import Batch, watch_database
from server.telemetry.tallies import Tally
from server.telemetry.tracing import Tracing

# Names are clients' to choose, and each is a time series: so many have one of their own, most of them kept for
# operations that a client's release has registered, so that whoever makes up names can't take theirs.
MOST_NAMES = 500
MOST_UNREGISTERED = 100
OTHER, NAMELESS = "other", "(nameless)"
LONGEST_NAME = 100


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


class Telemetry:
    """Logs, counts and traces the operations of a process; `lines` and `tracing` are None where nobody reads them."""

    def __init__(self, settings: Settings, lines: Lines | None = None, tracing: Tracing | None = None) -> None:
        self.tracing = tracing
        self._lines = lines
        self._trusts = settings.trusted_documents == "enforce"
        self._known: WeakKeyDictionary[Operation, Known] = WeakKeyDictionary()
        self._names: set[str] = set()
        self._unregistered: set[str] = set()
        Loader.watch = Batch

    def watch(self, database: Database) -> None:
        """Hear of the statements of a database."""
        watch_database(database)

    def observe(self, transport: str, request_id: str | None = None, traceparent: str | None = None) -> Observed:
        """An operation that begins."""
        return Observed(self, transport, request_id, traceparent)

    def prepared(self, prepared: Prepared, *, by_id: bool) -> None:
        """Note which operation it is; `by_id` if it was asked for by its document's hash, so that it is registered."""
        observed = request_in_hand()
        if observed is not None:
            observed.prepared = prepared
        known = self._known.get(prepared.operation)
        if known is None or (known.label == OTHER and by_id):
            self._known[prepared.operation] = self._learnt(prepared, registered=by_id or self._trusts)

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

    def known(self, observed: Observed) -> Known:
        """Which operation it is."""
        prepared = observed.prepared
        return UNKNOWN if prepared is None else self._known[prepared.operation]

    def ended(self, observed: Observed, outcome: str, seconds: float) -> None:
        """Hear of an operation's end."""
        known = self.known(observed)
        if observed.events is None:
            known.tally(outcome).observe(seconds)
        lines = self._lines
        if lines is not None and (observed.events is not None or lines.wants(seconds, went_well=outcome == OK)):
            event = "operation" if observed.events is None else "subscription ended"
            lines.write(event, {**_fields(observed, known, seconds), "outcome": outcome})
        if observed.span is not None:
            observed.span.end(observed, known, outcome)

    def stream_begins(self, observed: Observed) -> None:
        """Hear that a subscription stands."""
        families.SUBSCRIPTIONS.labels(observed.transport).inc()
        known, seconds = self.known(observed), time.perf_counter() - observed.started
        known.tally(OK).observe(seconds)
        if self._lines is not None:
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
    fields: dict[str, Any] = {"request_id": observed.request_id, "transport": observed.transport}
    if known.type:
        fields |= {"operation": known.name, "type": known.type, "document": known.document}
    if observed.client[0]:
        fields["client"], fields["client_version"] = map(printable, observed.client)
    if observed.caller is not None:
        # A number that is nobody's name; without it nobody could be told what went wrong for them.
        fields["viewer"] = str(observed.caller.viewer)
    fields |= {"milliseconds": round(seconds * 1000, 3), "statements": observed.statements}
    for name in ("status", "codes", "trace_id", "events"):
        value = getattr(observed, name)
        if value is not None:
            fields[name] = value
    if observed.streamed:
        fields["stream"] = observed.streamed
    return fields

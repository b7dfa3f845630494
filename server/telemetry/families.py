"""What a process counts, whoever asks; docs/observability.md lists it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from server.telemetry.tallies import LONG_SECONDS, NUMBERS, SECONDS, Tallies

# When each count began would be a series more for each, and nobody asks.
disable_created_metrics()  # type: ignore[no-untyped-call]  # as the library has it

# The process's: it is registered nowhere else.
COUNTED = CollectorRegistry()

OPERATIONS = Tallies(
    "reelgraph_operation_duration_seconds",
    "Operations, by name (`other`: not one of those that are told apart), type and outcome; of subscriptions, "
    "how long until they began.",
    ("operation", "type", "outcome"),
)
BATCHES = Tallies("reelgraph_loader_batch_duration_seconds", "What loaders asked, by loader.", ("loader",))
BATCH_KEYS = Tallies("reelgraph_loader_batch_keys", "Keys that loaders asked for at once.", ("loader",), NUMBERS)
STATEMENTS = Tallies(
    "reelgraph_statement_duration_seconds",
    "SQL statements by name, with the way to PostgreSQL and, of a request's first, the wait for a connection.",
    ("statement",),
)
for tallies in (OPERATIONS, BATCHES, BATCH_KEYS, STATEMENTS):
    COUNTED.register(tallies)

ROWS = Counter("reelgraph_statement_rows", "Rows that statements read or changed.", ("statement",), registry=COUNTED)
STATEMENT_ERRORS = Counter(
    "reelgraph_statement_errors", "Statements that failed or were cancelled.", ("statement",), registry=COUNTED
)
SUBSCRIPTIONS = Gauge(
    "reelgraph_subscriptions", "Subscriptions that run, by transport.", ("transport",), registry=COUNTED
)
EVENTS = Counter("reelgraph_subscription_events", "Answers of subscriptions.", ("transport",), registry=COUNTED)
WEBSOCKETS = Gauge("reelgraph_websocket_connections", "WebSocket connections.", registry=COUNTED)
LOOP_LAG = Histogram(
    "reelgraph_event_loop_lag_seconds",
    "How much later than it asked for the event loop's turn came to who looks twice a second.",
    buckets=SECONDS,
    registry=COUNTED,
)

# The worker's.
WORK = CollectorRegistry()
JOBS = Histogram(
    "reelgraph_job_duration_seconds",
    "Attempts at jobs, by outcome.",
    ("outcome",),
    buckets=LONG_SECONDS,
    registry=WORK,
)
STAGES = Histogram(
    "reelgraph_stage_duration_seconds",
    "Stages of jobs, by outcome.",
    ("stage", "outcome"),
    buckets=LONG_SECONDS,
    registry=WORK,
)
RUNNING = Gauge("reelgraph_jobs_running", "Jobs that this worker has in its hands.", registry=WORK)

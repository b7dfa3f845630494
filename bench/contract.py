"""What every server is asked: three operations, as clients of this API send them."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

DOCUMENTS = {
    # A page of a library: 50 videos, their jobs, and what these found.
    "Q1": (
        "query Q1 { videos(first: 50) { nodes { id originalFilename sizeBytes createdAt jobs(first: 10) { nodes {"
        " id status attempt createdAt finishedAt"
        " metadata { id title extractedVideoDurationSeconds extractedVideoResolution } } } } } }"
    ),
    # One video in full.
    "Q2": (
        "query Q2($id: ID!) { video(id: $id) { id uploaderUserId originalFilename storagePath contentType sizeBytes"
        " createdAt updatedAt status title latestJob { id status progress processingStages { name status message }"
        " errorMessage errorCode attempt createdAt updatedAt startedAt finishedAt } metadata { id version title"
        " description tags extractedVideoDurationSeconds extractedVideoResolution extractedVideoFormat createdAt"
        " updatedAt } jobs(first: 10) { nodes { id status attempt createdAt } } } }"
    ),
    # What was processed last.
    "Q3": (
        "query Q3 { videoJobs(first: 100, statuses: [COMPLETED]) { nodes { id status attempt createdAt startedAt"
        " finishedAt video { id originalFilename sizeBytes createdAt } } } }"
    ),
}
OPERATIONS = tuple(DOCUMENTS)


@dataclass(frozen=True)
class Request:
    """One HTTP request; `path` begins with a slash."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def graphql(documents: dict[str, str], operation: str, headers: dict[str, str], keys: Iterable[str]) -> list[Request]:
    """The requests of an operation: Q2's takes the ids of videos in turn, the others are always the same."""
    variables: list[dict[str, Any]] = [{"id": key} for key in keys] if operation == "Q2" else [{}]
    bodies = (
        orjson.dumps({"query": documents[operation], "operationName": operation, "variables": given})
        for given in variables
    )
    every = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    return [Request("POST", "/graphql", every, body) for body in bodies]


def lua(requests: list[Request]) -> str:
    """A script by which wrk sends the requests in turn and prints what it measured as a line of JSON."""
    return SCRIPT.replace("%requests%", "".join(map(_formatted, itertools.count(1), requests)))


def _formatted(number: int, request: Request) -> str:
    headers = ", ".join(f"[ {_quoted(name)} ] = {_quoted(value)}" for name, value in request.headers.items())
    parts = f"{_quoted(request.method)}, {_quoted(request.path)}, {{{headers}}}, {_quoted(request.body.decode())}"
    return f"  requests[{number}] = wrk.format({parts})\n"


def _quoted(text: str) -> str:
    """A Lua string that takes everything as it is."""
    return f"[===[{text}]===]"


SCRIPT = """\
local requests, turn = {}, 0

function init(args)
%requests%end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "bytes": %d, "failed": %d, "p50": %d, "p99": %d}\\n',
    summary.requests, summary.duration, summary.bytes, failed, latency:percentile(50), latency:percentile(99)))
end
"""

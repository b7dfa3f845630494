"""What subscribers received, against what was committed: how late it came, and whether it was all and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import h11
import orjson

from bench.live.contract import Change, Job, expected_of
from bench.live.subscribers import Chunks
from database.errors import ReelgraphError

REQUEST = h11.Request(method="POST", target="/graphql", headers=[("Host", "localhost")])


class Event(NamedTuple):
    """When an event was there as a whole, in nanoseconds since 1970, and its data."""

    arrived: int
    data: bytes


@dataclass
class Delivery:
    """Latencies in milliseconds, sorted: from the return of COMMIT to the socket, and with COMMIT itself.

    `lost`, `duplicate` and `disordered` count events; `foreign` those of other owners' jobs or of no change, `wrong`
    those that say anything else of their job than was committed.
    """

    events: int = 0
    lost: int = 0
    duplicate: int = 0
    foreign: int = 0
    disordered: int = 0
    wrong: int = 0
    latencies: list[float] = field(default_factory=list)
    with_commit: list[float] = field(default_factory=list)

    @property
    def faults(self) -> tuple[int, ...]:
        """None of them may be."""
        return self.lost, self.duplicate, self.foreign, self.disordered, self.wrong


def events_of(chunks: Chunks) -> list[Event]:
    """The `next` events of a stream; raises `ReelgraphError` where it ended or carried anything else."""
    return [Event(arrived, _data(block)) for arrived, block in _blocks(chunks) if not block.startswith(b":")]


def _blocks(chunks: Chunks) -> Iterator[tuple[int, bytes]]:
    """What stands between empty lines, and when the latter came."""
    http = h11.Connection(h11.CLIENT)
    http.send(REQUEST)
    http.send(h11.EndOfMessage())
    rest = b""
    for arrived, chunk in chunks:
        if not chunk:
            raise ReelgraphError("The server ended a subscription.")
        http.receive_data(chunk)
        while (part := http.next_event()) is not h11.NEED_DATA:
            if isinstance(part, h11.Data):
                *blocks, rest = (rest + part.data).split(b"\n\n")
                yield from ((arrived, block) for block in blocks)


def _data(block: bytes) -> bytes:
    kind, _, data = block.partition(b"\ndata: ")
    if kind != b"event: next" or b"\n" in data:
        raise ReelgraphError(f"A subscription carried what is no event of a job: {block[:1000].decode()}")
    return data


def judge(streams: Sequence[Iterable[Event]], changes: list[Change], jobs: list[Job], *, first: int) -> Delivery:
    """Count what each subscriber received; the streams belong to the jobs' owners in turn.

    Latencies are those of the changes numbered `first` and higher.
    """
    found, committed = Delivery(), {change.number: change for change in changes}
    expected = {number: expected_of(number, jobs) for number in committed}
    for place, stream in enumerate(streams):
        numbers = []
        for arrived, data in stream:
            said = _job_in(data)
            number = said["attempt"]
            numbers.append(number)
            if number in committed and number >= first:
                change = committed[number]
                found.latencies.append((arrived - change.committed) / 1e6)
                found.with_commit.append((arrived - change.sent) / 1e6)
            found.wrong += said != expected.get(number, said)
        _count(found, numbers, [*committed][place % len(jobs) :: len(jobs)])
    found.latencies.sort()
    found.with_commit.sort()
    return found


def _job_in(data: bytes) -> dict[str, Any]:
    answer = orjson.loads(data)
    event = (answer.get("data") or {}).get("videoJobEvents")
    if "errors" in answer or not event or not event["cursor"]:
        raise ReelgraphError(f"An event is not as it should be: {data[:1000].decode()}")
    job: dict[str, Any] = event["job"]
    return job


def _count(found: Delivery, numbers: list[int], own: list[int]) -> None:
    received, wanted = Counter(numbers), set(own)
    found.events += len(numbers)
    found.lost += len(wanted - received.keys())
    found.duplicate += sum(received.values()) - len(received)
    found.foreign += sum(count for number, count in received.items() if number not in wanted)
    found.disordered += sum(later < earlier for earlier, later in pairwise(numbers))


def require_counting(streams: Sequence[list[Event]], changes: list[Change], jobs: list[Job]) -> None:
    """Raise `ReelgraphError` unless faults are counted that are planted among streams without any.

    The first subscriber loses an event, and gets one twice, one of a stranger's, two in the wrong order, and one that
    says something else.
    """
    own, strangers = streams[0], streams[1]
    planted = [own[1], own[0], own[0]._replace(data=_with_other_title(own[0].data)), strangers[0], *own[3:]]
    found = judge([planted, *streams[1:]], changes, jobs, first=1)
    if found.faults != (1, 1, 1, 1, 1):
        raise ReelgraphError(f"One fault of each kind was planted, and counted were {found.faults}.")


def _with_other_title(data: bytes) -> bytes:
    answer = orjson.loads(data)
    answer["data"]["videoJobEvents"]["job"]["video"]["title"] = "another title"
    return orjson.dumps(answer)

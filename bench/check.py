"""All servers must give the same data: instants are compared as instants, however they are written."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from bench.contract import OPERATIONS
from bench.place import Place
from bench.running import Running, send
from database.errors import ReelgraphError

Answers = dict[str, list[Any]]


def answers(running: Running, place: Place, keys: list[str]) -> tuple[Answers, dict[str, float]]:
    """What a server answers to each operation, as our contract has it, and the mean bytes of its answers' bodies."""
    found: Answers = {}
    sizes = {}
    for operation in OPERATIONS:
        bodies = [send(running.url, request).content for request in running.server.ask(place, operation, keys)]
        found[operation] = [_data(running, operation, body) for body in bodies]
        sizes[operation] = sum(map(len, bodies)) / len(bodies)
    return found, sizes


def require_same(name: str, found: Answers, expected: Answers) -> None:
    """Raise `ReelgraphError` naming the first place where the data are not those that are expected."""
    for difference in differences(found, expected, name):
        raise ReelgraphError(f"Not the same data: {difference}.")


def differences(found: Any, expected: Any, path: str) -> Iterator[str]:
    """Where two answers are not the same."""
    if isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys():
        for name, value in found.items():
            yield from differences(value, expected[name], f"{path}.{name}")
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for number, value in enumerate(found):
            yield from differences(value, expected[number], f"{path}[{number}]")
    elif _comparable(found, path) != _comparable(expected, path):
        yield f"{path} is {_shown(found)}, not {_shown(expected)}"


def _comparable(value: Any, path: str) -> Any:
    """A value with its kind, for which JSON's numbers are one: 1 is 1.0, but not true."""
    if path.endswith("At") and isinstance(value, str):
        return datetime.fromisoformat(value)
    return ("number", value) if type(value) in (int, float) else (type(value), value)


def _shown(value: Any) -> str:
    return orjson.dumps(value).decode()[:300]


def _data(running: Running, operation: str, body: bytes) -> Any:
    answer = orjson.loads(body)
    if "errors" in answer or not answer.get("data"):
        raise ReelgraphError(f"{running.server.name} does not answer {operation}: {body[:500].decode()}")
    return running.server.normalise(operation, answer["data"])

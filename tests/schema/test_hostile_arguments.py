"""Every argument of the contract, given what nobody should send: a clear error or an answer, never a fault of ours."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

from schema.schema import schema
from tests.support.api import Api
from tests.support.library import Library

CONTRACT: GraphQLSchema = schema._schema
KEY = "0198c5e2a7b37c30b1d4e6f708192a3b"
CURSOR = "MTIzNDU2Nzg5MDEyMTIzNDU2W10"

HOSTILE: list[Any] = [
    None,
    True,
    -1,
    0,
    2**31,
    2**53,
    -(2**63),
    10**400,
    1.5,
    1e308,
    "",
    " ",
    "x",
    "🎬" * 50,
    "a\0b",
    "\ud800",
    "x" * 100_000,
    "x" * 10_000_000,
    "-1",
    "9" * 40,
    KEY,
    "video_",
    f"video_{KEY}",
    f"job_{KEY}",
    f"metadata_{KEY}",
    f"video_{KEY}\n",
    f"video_{'f' * 32}",
    f"video_{'٣' * 32}",
    CURSOR,
    "=" * 100,
    "' OR 1=1; --",
    "%s%n{0}$1",
    "../../etc/passwd",
    "9999-12-31T23:59:59.999999-23:59",
    "0001-01-01T00:00:00+23:59",
    "-infinity",
    [],
    [None],
    ["x"] * 1000,
    [[["x"]]],
    {},
    {"x": "y"},
    {"__proto__": None, "from": "now"},
]


@dataclass(frozen=True)
class Target:
    """An argument, or a field inside an input object, and how to get there."""

    name: str
    operation: str
    type: GraphQLInputType
    arguments: dict[str, Any]
    inside: tuple[str, ...]

    def variables(self, value: Any) -> dict[str, Any]:
        """Usable values for what is required, and `value` here."""
        if not self.inside:
            return {"v": value}
        filled = json.loads(json.dumps(self.arguments))
        place = filled
        for part in self.inside[:-1]:
            place = place.setdefault(part, {})
        place[self.inside[-1]] = value
        return {"v": filled}


def usable(name: str, given: GraphQLArgument | GraphQLInputField) -> Any:
    """A value that could be right, for what must not be left out."""
    kind = get_named_type(given.type)
    value: Any = {"BigInt": 5, "Int": 1, "Boolean": True}.get(kind.name, "x")
    if isinstance(kind, GraphQLEnumType):
        value = next(iter(kind.values))
    elif isinstance(kind, GraphQLInputObjectType):
        value = required_fields(kind)
    elif kind.name == "ID":
        prefix = "job" if "job" in name.lower() else "metadata" if "metadata" in name.lower() else "video"
        value = f"{prefix}_{KEY}"
    return [value] if is_list_type(getattr(given.type, "of_type", given.type)) else value


def required_fields(kind: GraphQLInputObjectType) -> dict[str, Any]:
    return {name: usable(name, field) for name, field in kind.fields.items() if is_required_input_field(field)}


def literal(value: Any) -> str:
    """A JSON value as GraphQL writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(part)}" for name, part in value.items()) + "}"
    return json.dumps(value)


def fields_with_arguments() -> Iterator[tuple[str, str, dict[str, GraphQLArgument], list[tuple[str, str]]]]:
    """Each field that takes arguments, once: its kind of operation, name, arguments and the way to it."""
    assert CONTRACT.query_type is not None
    assert CONTRACT.mutation_type is not None
    seen: set[tuple[str, str]] = set()
    ways: list[tuple[str, GraphQLObjectType, list[tuple[str, str]]]] = [
        ("query", CONTRACT.query_type, []),
        ("mutation", CONTRACT.mutation_type, []),
    ]
    while ways:
        operation, parent, way = ways.pop(0)
        for name, field in parent.fields.items():
            if (parent.name, name) in seen:
                continue
            seen.add((parent.name, name))
            if field.args:
                yield operation, name, field.args, way
            kind = get_named_type(field.type)
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
                required = {key: usable(key, arg) for key, arg in field.args.items() if is_required_argument(arg)}
                given = ", ".join(f"{key}: {literal(value)}" for key, value in required.items())
                members = [kind] if isinstance(kind, GraphQLObjectType) else CONTRACT.get_possible_types(kind)
                step = f"{name}({given})" if given else name
                ways.extend((operation, member, [*way, (step, member.name)]) for member in members)


def targets() -> Iterator[Target]:
    for operation, name, arguments, way in fields_with_arguments():
        for argument, definition in arguments.items():
            others = {
                key: usable(key, other)
                for key, other in arguments.items()
                if key != argument and is_required_argument(other)
            }
            given = ", ".join([f"{argument}: $v", *(f"{key}: {literal(value)}" for key, value in others.items())])
            selection = f"{name}({given}) {{ __typename }}"
            for step, member in reversed(way):
                selection = f"{step} {{ ... on {member} {{ {selection} }} }}"
            text = f"{operation} ($v: {definition.type}) {{ {selection} }}"
            path = f"{'.'.join(step.partition('(')[0] for step, _ in way)}.{name}({argument})".lstrip(".")
            kind = get_named_type(definition.type)
            yield Target(path, text, definition.type, {}, ())
            if isinstance(kind, GraphQLInputObjectType):
                for inside in leaves(kind):
                    yield Target(f"{path}.{'.'.join(inside)}", text, definition.type, required_fields(kind), inside)


def leaves(kind: GraphQLInputObjectType) -> Iterator[tuple[str, ...]]:
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        yield (name,)
        if isinstance(inner, GraphQLInputObjectType):
            yield from ((name, *rest) for rest in leaves(inner))


TARGETS = {target.name: target for target in targets()}


def test_every_argument_is_tried() -> None:
    for name in ("videos(first)", "videos(filter).createdAt.from", "node.jobs(after)", "node(id)"):
        assert name in TARGETS, sorted(TARGETS)
    assert len(TARGETS) > 40


@pytest.mark.parametrize("name", TARGETS)
async def test_no_value_is_a_fault_of_ours(api: Api, library: Library, name: str) -> None:
    await library.processed_videos(1)
    target = TARGETS[name]
    for value in HOSTILE:
        body = json.dumps({"query": target.operation, "variables": target.variables(value)})
        response = await api.http.post(
            "/graphql", content=body, headers={**api.headers, "Content-Type": "application/json"}
        )
        shown = f"{target.operation} with {body[:300]}: {response.status_code} {response.text[:500]}"
        assert response.status_code in {200, 400, 413}, shown
        for error in response.json().get("errors", ()):
            assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR", shown
            assert 10 < len(error["message"]) < 2000, shown

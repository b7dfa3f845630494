"""`api.run`: mypy knows what each operation takes and answers, and what the server answers is just that."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any, get_args, get_overloads, get_type_hints
from uuid import uuid4

import pytest
from graphql import OperationType, parse, validate
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import is_typeddict

from database.engine import Database
from services.storage import Storage
from tests.schema.generated import Generator
from tests.schema.test_isolation import CONTRACT
from tests.schema.test_operations import BUDGETS, make_rows
from tests.support.api import Api
from tests.support.library import Library
from tests.support.manifests import released
from tests.support.operations import interleaved, values
from tests.support.typed import operations
from tests.support.typed.documents import OPERATIONS, ROOT, TEXTS, by_id
from tests.support.typed.module import module

SEED = 20260103
GENERATED = 100
STRICT = ConfigDict(extra="forbid", strict=True)


def conform(data: Any, kind: str, defined: Mapping[str, Any]) -> None:
    """Raise `ValidationError` unless data is just what the type of this name says, with no key more or less."""
    for one in defined.values():
        if is_typeddict(one):
            with_config(STRICT)(one)
    TypeAdapter(defined[kind]).validate_python(data)


@pytest.mark.parametrize("name", BUDGETS)
async def test_an_answer_is_what_its_type_says(api: Api, library: Library, storage: Storage, name: str) -> None:
    variables = BUDGETS[name][1](await make_rows(library, storage))
    for viewer in (api.signed_in(uuid4()), api):  # a stranger gets nulls and errors, the owner rows
        conform(await viewer.data_of(name, variables), f"{name}Data", vars(operations))


async def test_whatever_is_asked_is_answered_as_its_type_says(api: Api, database: Database) -> None:
    random = Random(SEED)
    owner, other = await interleaved(database)
    generator = Generator(CONTRACT, values(random, owner, other), random)
    api = api.signed_in(owner.library.owner)
    conforming = 0
    for number in range(GENERATED):
        query = generator.operation(changes=number % 3 == 0).text.replace(" ", " Asked ", 1)
        answer = await api.execute(query)
        if "errors" not in answer:
            conform(answer["data"], "AskedData", generated(query))
            conforming += 1
    assert conforming > 0.8 * GENERATED


def generated(query: str) -> dict[str, Any]:
    """What the module for a document defines."""
    defined: dict[str, Any] = {"__name__": "operations"}
    exec(module(CONTRACT, parse(query)), defined)  # noqa: S102  it is Python that we generate
    return defined


@pytest.mark.parametrize("wrong", [{}, {"id": None}, {"id": "1", "more": 1}, {"id": "1", "videoCount": "3"}])
def test_an_answer_that_is_not_what_its_type_says_is_noticed(wrong: dict[str, Any]) -> None:
    viewer = {"videoCount": 3, "storedBytes": 5, **wrong}
    with pytest.raises(ValidationError):
        conform({"viewer": viewer}, "ViewerData", vars(operations))


def test_every_operation_that_answers_once_has_a_type() -> None:
    typed = [get_args(get_type_hints(overload)["name"]) for overload in get_overloads(operations.TypedOperations.run)]
    assert typed == [(name,) for name, kind in OPERATIONS.items() if kind is not OperationType.SUBSCRIPTION]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_sent_with_its_fragments_and_no_others(name: str) -> None:
    assert validate(CONTRACT, parse(TEXTS[name])) == []


async def test_what_fails_is_no_answer(api: Api) -> None:
    with pytest.raises(AssertionError, match="BAD_USER_INPUT"):
        await api.run("Videos", first=0)
    with pytest.raises(AssertionError, match="PERSISTED_QUERY_NOT_FOUND"):
        await replace(api, asking=by_id).run("Viewer")


@pytest.mark.parametrize("name", BUDGETS)
async def test_an_operation_is_asked_for_by_id_too(
    api: Api, database: Database, library: Library, storage: Storage, name: str
) -> None:
    variables = BUDGETS[name][1](await make_rows(library, storage))
    await released(database, *TEXTS.values())
    conform(await replace(api, asking=by_id).data_of(name, variables), f"{name}Data", vars(operations))


ASKED = """
from typing import assert_type
from tests.support.typed.operations import TypedOperations

async def ask(api: TypedOperations) -> None:
    data = await api.run("Videos", first=10, filter={"createdAt": {"from": "2026-01-01T00:00:00Z"}})
    assert_type(data["videos"]["nodes"][0]["title"], str | None)
    result = (await api.run("DeleteVideo", videoId="video_1"))["deleteVideo"]
    if result["__typename"] == "NotFoundError":
        assert_type(result["id"], str)
    else:
        assert_type(result["deletedVideoId"], str)
"""
MISTAKES = {
    'await api.run("Vidoes")': "call-overload",
    'await api.run("VideoJobEvents")': "call-overload",
    'await api.run("Video")': "call-overload",
    'await api.run("Videos", frist=10)': "call-overload",
    'await api.run("Videos", first="10")': "call-overload",
    'await api.run("Videos", orderBy=None)': "call-overload",
    'await api.run("Videos", filter={"createdAt": {"form": "2026"}})': "call-overload",
    'await api.run("VideoJobs", statuses=["DONE"])': "call-overload",
    'data["video"]': "typeddict-item",
    'data["videos"]["nodes"][0]["titel"]': "typeddict-item",
    'data["videos"]["nodes"][0]["title"].upper()': "union-attr",
    'data["videos"]["nodes"][0]["status"] == "DONE"': "comparison-overlap",
    'result["deletedVideoId"]': "typeddict-item",
    'result["__typename"] == "VideoIsGone"': "comparison-overlap",
}


def test_mypy_sees_every_mistake_and_nothing_else() -> None:
    program = ASKED + "".join(f"    {mistake}\n" for mistake in MISTAKES)
    options = ["--strict", "--config-file=", "--cache-dir=/dev/null", "--output=json"]
    command = [sys.executable, "-m", "mypy", *options, "-c", program]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    lines = program.splitlines()
    assert {lines[one["line"] - 1].strip(): one["code"] for one in map(json.loads, found)} == MISTAKES

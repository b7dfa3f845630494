"""Expected failures are data: what the schema promises, and that every mutation keeps to it."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
)

from database.errors import ReelgraphError
from database.video_job import ProcessingStatus
from schema.results import failure
from schema.schema import sdl
from tests.support.api import Api
from tests.support.library import Library

SCHEMA: GraphQLSchema = build_schema(sdl())
assert SCHEMA.mutation_type is not None
MUTATIONS = SCHEMA.mutation_type.fields


def members(mutation: str) -> dict[str, GraphQLObjectType]:
    """What a mutation may answer, by name."""
    result = MUTATIONS[mutation].type
    assert isinstance(result, GraphQLUnionType)
    return {member.name: member for member in result.types}


def errors(mutation: str) -> set[str]:
    """The expected failures of a mutation."""
    return {name for name in members(mutation) if not name.endswith("Success")}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_answers_one_success_or_errors(mutation: str) -> None:
    success = f"{mutation[0].upper()}{mutation[1:]}Success"
    assert set(members(mutation)) - errors(mutation) == {success}
    interface = SCHEMA.type_map["Error"]
    assert isinstance(interface, GraphQLInterfaceType)
    assert interface not in members(mutation)[success].interfaces
    for name in errors(mutation):
        assert interface in members(mutation)[name].interfaces, name


def test_every_error_is_a_member_of_some_union() -> None:
    interface = SCHEMA.type_map["Error"]
    assert isinstance(interface, GraphQLInterfaceType)
    implementations = {kind.name for kind in SCHEMA.get_implementations(interface).objects}
    assert implementations == set().union(*(errors(mutation) for mutation in MUTATIONS))


# Every mutation is called in every situation that it can be in; what it then answers, it must have promised, and
# whatever it promises must come up.
Arguments: TypeAlias = dict[str, Any]
Situation: TypeAlias = Callable[[Library], Awaitable[Arguments]]


async def nothing_there(_: Library) -> Arguments:
    """Ids of nothing."""
    return {"video": uuid4(), "job": uuid4(), "metadata": uuid4()}


async def another_s(library: Library) -> Arguments:
    """Ids of somebody else's."""
    return await in_state(ProcessingStatus.FAILED)(Library(library.database, uuid4()))


def in_state(status: ProcessingStatus) -> Situation:
    """A video that is announced, and another with a job in a certain state."""

    async def situation(library: Library) -> Arguments:
        announced = await library.video(uploaded_at=None)
        job = await library.job(await library.video(), status)
        metadata = await library.metadata(job)
        return {"video": announced.id, "job": job.id, "metadata": metadata.id}

    return situation


def given(**arguments: Any) -> Situation:
    """As with a failed job, and certain arguments."""

    async def situation(library: Library) -> Arguments:
        return {**await in_state(ProcessingStatus.FAILED)(library), **arguments}

    return situation


SITUATIONS: dict[str, Situation] = {
    "nothing there": nothing_there,
    "another's": another_s,
    **{f"job {status}": in_state(status) for status in ProcessingStatus},
    "bad text": given(text="\0"),
    "bad size": given(size=0),
    "bad key": given(key=""),
    "used key": given(key="used"),
    "old version": given(version=0),
}

CALLS = {
    "createVideoUpload": "createVideoUpload(input:"
    " {originalFilename: $text, contentType: $text, sizeBytes: $size, idempotencyKey: $key})",
    "completeVideoUpload": "completeVideoUpload(input: {videoId: $video, idempotencyKey: $key})",
    "updateVideoMetadata": "updateVideoMetadata(input:"
    " {metadataId: $metadata, title: $text, expectedVersion: $version})",
    "retryVideoJob": "retryVideoJob(jobId: $job, idempotencyKey: $key)",
    "cancelVideoJob": "cancelVideoJob(jobId: $job)",
    "deleteVideo": "deleteVideo(videoId: $video)",
}
VARIABLES = {
    "video": "ID!",
    "job": "ID!",
    "metadata": "ID!",
    "text": "String!",
    "size": "BigInt!",
    "key": "String",
    "version": "Int",
}
DEFAULTS = {"text": "video/mp4", "size": 5, "key": None, "version": None}


async def answer(api: Api, mutation: str, arguments: Arguments) -> str:
    """The name of what a mutation answers."""
    call = CALLS[mutation]
    declared = ", ".join(f"${name}: {kind}" for name, kind in VARIABLES.items() if f"${name}" in call)
    shown = {
        name: f"{name}_{value.hex}" if isinstance(value, UUID) else value
        for name, value in {**DEFAULTS, **arguments}.items()
    }
    data = await api.data(
        f"mutation ({declared}) {{ answer: {call} {{ __typename ... on Error {{ message }} }} }}", **shown
    )
    name: str = data["answer"]["__typename"]
    assert name.endswith("Success") or data["answer"]["message"]
    return name


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_mutation_answers_what_it_promises_in_every_situation(
    api: Api, library: Library, mutation: str
) -> None:
    await answer(api, "createVideoUpload", {"key": "used", "text": "video/other"})
    answers = set()
    for situation in SITUATIONS.values():
        answers.add(await answer(api, mutation, await situation(library)))
    # Nothing promised that never comes, apart from what only a finished upload brings.
    assert answers | {f"{mutation[0].upper()}{mutation[1:]}Success"} == set(members(mutation))


def test_every_failure_that_is_known_is_promised_somewhere() -> None:
    known = {kind.__name__ for kind in failure.registry if kind not in {object, ReelgraphError}}
    assert known == set().union(*(errors(mutation) for mutation in MUTATIONS))

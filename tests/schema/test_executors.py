"""Compiled or not, an operation is answered alike."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from random import Random
from typing import Any, TypeAlias

import pytest

from database.engine import Database
from database.video_job import ProcessingStatus
from executor import outcomes
from server.settings import Settings
from services.storage import Storage
from tests.schema.generated import Generator, Values
from tests.schema.test_isolation import CONTRACT
from tests.schema.test_operations import BUDGETS, make_rows
from tests.support.library import Library
from tests.support.operations import interleaved, values
from tests.support.twins import Twins, twins
from tests.support.typed.documents import by_text

SEED = 20260102
OPERATIONS = 150  # for each of two owners

Separate: TypeAlias = Callable[[], AbstractAsyncContextManager[Twins]]


def partly_wrong(values: Values, random: Random) -> Values:
    """The values, some of which are no ids, and no sizes of pages."""

    def id_or_not(make: Callable[[], str]) -> Callable[[], str]:
        return lambda: make() if random.random() < 0.75 else '"video_0"'

    named = {name: id_or_not(make) if name.lower().endswith("id") else make for name, make in values.named.items()}
    return Values(named, {**values.scalars, "Int": lambda: str(random.randint(0, 20))})


@pytest.fixture
def separate(database_url: str, database: Database, settings: Settings, storage: Storage) -> Separate:
    """Makes twins of the test's database as it is then."""
    return partial(twins, database_url, database, settings, storage)


@pytest.mark.parametrize("name", BUDGETS)
async def test_our_own_operations(separate: Separate, storage: Storage, library: Library, name: str) -> None:
    await library.processed_videos(3, jobs=2)
    rows = await make_rows(library, storage)
    await library.job(rows.video, ProcessingStatus.FAILED, error_message="odd")
    body = {**by_text(name), "variables": BUDGETS[name][1](rows)}
    async with separate() as pair:
        compiled, reference = await pair.signed_in(library.owner).answers(body)
        assert compiled == reference
        assert compiled["data"]
        assert "errors" not in compiled
        again, as_reference = await pair.signed_in(library.owner).answers(body)
        assert again == as_reference


@pytest.mark.long
async def test_whatever_is_asked(separate: Separate, database: Database) -> None:
    owners = await interleaved(database)
    failed = 0
    async with separate() as pair:
        before = Counter(outcomes)
        for owner, other in (owners, owners[::-1]):
            random = Random(SEED)
            generator = Generator(CONTRACT, partly_wrong(values(random, owner, other), random), random, depth=6)
            both = pair.signed_in(owner.library.owner)
            for number in range(OPERATIONS):
                operation = generator.operation(changes=number % 3 == 0)
                compiled, reference = await both.answers({"query": operation.text})
                assert compiled == reference, f"seed {SEED}, operation {number}:\n{operation.text}"
                failed += "errors" in compiled
        counted = outcomes - before
    assert 0.05 * OPERATIONS < failed < 0.5 * OPERATIONS
    assert counted == {"compiled": 2 * OPERATIONS - failed, "an error": failed, "switched off": 2 * OPERATIONS}


MERGED = """
    { videos { nodes { ...A ... on Node { id ... on Video { latestJob { attempt video { title } } } } } } }
    fragment A on Video { latestJob { id } }
"""
NODES = """
    query ($ids: [ID!]!) {
      nodes(ids: $ids) {
        id
        ... on Video { title }
        ... on VideoJob { video { status } }
        ... on VideoMetadata { video { latestJob { attempt } } }
      }
    }
"""
CONDITIONAL = "query ($with: Boolean = false) { videos { nodes { id @include(if: $with) title @skip(if: $with) } } }"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ __typename videos { __typename nodes { __typename } } }", {}),
        ("{ __schema { queryType { name } } videos { nodes { id } } }", {}),
        ("{ nothing }", {}),
        ("{ a: videos(first: 1) { nodes { id } } b: videos(last: 1) { nodes { id } } c: videos { totalCount } }", {}),
        ("{ videos { nodes { id: title title: id } } }", {}),
        (MERGED, {}),
        (CONDITIONAL, {}),
        (CONDITIONAL, {"with": True}),
        (CONDITIONAL, {"with": None}),
        # Errors, of all and of each.
        ('{ video(id: "x") { id } videos { nodes { id } } }', {}),
        ("query ($n: Int!) { videos(first: $n) { nodes { id } } }", {"n": "x"}),
        ("query ($n: Int) { videos(first: $n, last: 2) { nodes { id } } }", {"n": 2}),
        ("{ videos { nodes { title jobs(first: 0) { nodes { id } } } } }", {}),
        # Rows of a class that were come by in several ways, with other columns each.
        ("{ videos { nodes { metadata { job { video { metadata { job { status } } } } } } } }", {}),
        ("{ videoJobs(statuses: [COMPLETED]) { edges { node { video { latestJob { metadata { tags } } } } } } }", {}),
        ("{ videos { nodes { latestJob { attempt metadata { title } } jobs { nodes { metadata { tags } } } } } }", {}),
        ("{ videos { nodes { latestJob { id } jobs { nodes { video { latestJob { attempt progress } } } } } } }", {}),
        (NODES, {}),
    ],
)
async def test_what_is_out_of_the_ordinary(
    separate: Separate, library: Library, query: str, variables: dict[str, Any]
) -> None:
    videos = await library.processed_videos(2, jobs=2)
    job = await library.job(videos[0], ProcessingStatus.FAILED)
    metadata = await library.metadata(job)
    await library.video(uploaded_at=None)
    ids = [f"video_{videos[1].id.hex}", f"job_{job.id.hex}", f"metadata_{metadata.id.hex}", f"video_{videos[0].id.hex}"]
    body = {"query": query, "variables": {"ids": ids, **variables} if "$ids" in query else variables}
    async with separate() as pair:
        compiled, reference = await pair.signed_in(library.owner).answers(body)
    assert compiled == reference

"""Schemathesis on every operation of the contract: documents that are valid, and documents that are not."""

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import schemathesis
from graphql import introspection_from_schema
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.graphql import nodes

from schema.schema import schema
from tests.support.api import Api
from tests.support.library import Library

CONTRACT = schemathesis.graphql.from_dict(dict(introspection_from_schema(schema._schema)))
OPERATIONS = {found.ok().label: found.ok() for found in CONTRACT.get_all_operations() if isinstance(found, Ok)}
EXAMPLES = 25
SECRETS = re.compile(r'Traceback|File "|asyncpg|sqlalchemy|site-packages', re.IGNORECASE)
IDS = re.compile(r'(\b(?:id|ids|videoId|jobId): ?\[?)"[^"\\]*"')
INVALID = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
REFUSED = {*INVALID, "BAD_REQUEST", "BAD_USER_INPUT"}

schemathesis.graphql.scalar("BigInt", st.integers(1 - 2**53, 2**53 - 1).map(nodes.Int))
schemathesis.graphql.scalar("DateTime", st.datetimes().map(lambda at: nodes.String(f"{at.isoformat()}Z")))


def documents(label: str, mode: GenerationMode) -> list[str]:
    """What Schemathesis makes of an operation; always the same, in the same order."""
    made: list[str] = []
    quiet = with_settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @quiet
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def collect(case: schemathesis.Case[Any]) -> None:
        made.append(str(case.body))

    collect()
    return made


async def answer_to(api: Api, document: str) -> dict[str, Any]:
    """The answer, which must be one that clients can read, and tell nothing of how the server is made."""
    response = await api.post({"query": document}, Accept="application/graphql-response+json")
    shown = f"{document}\n{response.status_code} {response.text[:500]}"
    assert response.status_code in {200, 400}, shown
    assert not SECRETS.search(response.text), shown
    answer: dict[str, Any] = response.json()
    assert answer.keys() <= {"data", "errors"}, shown
    for error in answer.get("errors", ()):
        assert isinstance(error["message"], str), shown
        assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR", shown
    return answer


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


def with_rows(documents: list[str], ids: Iterator[str]) -> Iterator[str]:
    """Every document, and once more about what is there, where it takes an id."""
    for document in documents:
        yield document
        about_rows = IDS.sub(lambda match: f'{match[1]}"{next(ids)}"', document)
        if about_rows != document:
            yield about_rows


async def test_valid_documents_are_answered(api: Api, library: Library) -> None:
    (video, other) = await library.processed_videos(2, jobs=2)
    job = await library.job(video)
    ids = cycle([f"video_{video.id.hex}", f"job_{job.id.hex}", f"video_{other.id.hex}"])
    answered = 0
    for label in OPERATIONS:
        for document in with_rows(documents(label, GenerationMode.POSITIVE), ids):
            answer = await answer_to(api, document)
            assert not codes(answer) & INVALID, (document, answer)
            answered += "errors" not in answer
    assert answered > EXAMPLES * 2, "some must succeed, or nothing was tried"


async def test_documents_that_break_the_contract_are_refused(api: Api, library: Library) -> None:
    await library.processed_videos(2)
    refused = 0
    for label in OPERATIONS:
        for document in documents(label, GenerationMode.NEGATIVE):
            found = codes(await answer_to(api, document))
            assert found <= REFUSED, (document, found)
            refused += bool(found)
    assert refused > EXAMPLES * len(OPERATIONS) / 2


def test_every_operation_is_tried() -> None:
    contract = schema._schema
    assert contract.query_type is not None
    assert contract.mutation_type is not None
    fields = [f"Query.{name}" for name in contract.query_type.fields]
    assert [*OPERATIONS] == [*fields, *(f"Mutation.{name}" for name in contract.mutation_type.fields)]

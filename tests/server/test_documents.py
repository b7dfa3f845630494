"""Documents are read once, and kept within bounds."""

from collections import Counter

import pytest
from graphql import DocumentNode, build_schema, parse

from executor import Documents
from server.limits import reading
from server.settings import Settings
from tests.support.api import Api

SCHEMA = build_schema("type Query { a: Int b: Int c: Int d: Int }")


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each text was parsed."""
    counts: Counter[str] = Counter()

    def counted(text: str, *, max_lexical_tokens: int) -> DocumentNode:
        counts[text] += 1
        return parse(text, max_lexical_tokens=max_lexical_tokens)

    monkeypatch.setattr(reading, "parse", counted)
    return counts


def documents(most: int = 100, most_characters: int = 1000) -> Documents:
    some = reading.Reading(SCHEMA, Settings())
    return Documents(SCHEMA, some.validate, some.parse, most=most, most_characters=most_characters)


def kept(documents: Documents, *texts: str) -> list[str]:
    return [text for text in texts if text in documents]


def test_the_longest_unused_goes() -> None:
    some = documents(most=2)
    for text in ("{ a }", "{ b }", "{ a }", "{ c }"):
        some.get(text)
    assert kept(some, "{ a }", "{ b }", "{ c }") == ["{ a }", "{ c }"]


def test_all_together_have_a_size() -> None:
    some = documents(most_characters=12)
    for text in ("{ a }", "{ b }", "{ c }"):
        some.get(text)
    assert kept(some, "{ a }", "{ b }", "{ c }") == ["{ b }", "{ c }"]
    some.get("{ d  a }")
    assert kept(some, "{ a }", "{ b }", "{ c }", "{ d  a }") == ["{ d  a }"]


def test_room_is_made_once_for_what_goes() -> None:
    some = documents(most=2, most_characters=12)
    for text in ["{ a }", "{ b }", "{ c }"] * 50:
        some.get(text)
    assert kept(some, "{ b }", "{ c }") == ["{ b }", "{ c }"]


def test_one_that_is_larger_than_all_may_be_is_answered_and_not_kept() -> None:
    some = documents(most_characters=12)
    text = "{ a b c d a b c d }"
    assert some.get(text).operation(None) is not None
    assert text not in some
    some.get("{ a }")
    assert "{ a }" in some


@pytest.mark.parametrize("text", ["{", "{ nothing }"])
def test_documents_with_errors_are_not_kept(text: str, parsed: Counter[str]) -> None:
    some = documents(most=1)
    some.get("{ a }")
    for _ in range(2):
        assert some.get(text).errors
    assert kept(some, text, "{ a }") == ["{ a }"]
    assert parsed[text] == 2


async def test_a_text_is_parsed_once_whichever_way_it_comes(api: Api, parsed: Counter[str]) -> None:
    query = "query A { viewer { id } } query B ($n: Int) { videos(first: $n) { nodes { id } } }"
    for number in (1, 2):
        for name in ("A", "B"):
            await api.post({"query": query, "operationName": name, "variables": {"n": number}})
            parameters = {"query": query, "operationName": name}
            response = await api.http.get("/graphql", params=parameters, headers=api.headers)
            assert "errors" not in response.json()
    assert parsed == {query: 1}

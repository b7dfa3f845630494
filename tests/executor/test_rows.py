"""Rows are read by position, and a relation that stands in the same row costs no question."""

from typing import Any

from executor import CompiledExecutionContext
from tests.executor.conftest import Counted
from tests.executor.zoo import make_schema
from tests.executor.zoo_context import Context

ZOO = make_schema(CompiledExecutionContext)
KEEPER = "keeper { name age since hired shift } keeperName keeperShift keeperSince"


async def told(selections: str) -> tuple[Any, list[tuple[str, list[Any]]]]:
    """What is selected of the zoo, and what was asked for it."""
    context = Context()
    result = await ZOO.execute(f"{{ zoo {{ {selections} }} }}", context_value=context)
    assert not result.errors
    assert result.data
    return result.data["zoo"], context.asked


async def test_what_is_joined_is_not_asked_for() -> None:
    data, asked = await told(f"lions {{ name {KEEPER} }}")
    assert asked == []
    leo, lea, _ = data["lions"]
    assert leo == {
        "name": "Leo",
        "keeper": {"name": "Kim", "age": 30, "since": 2020, "hired": "2020-02-29T08:30:00+00:00", "shift": "DAY"},
        "keeperName": "Kim",
        "keeperShift": "DAY",
        "keeperSince": "2020-02-29T08:30:00+00:00",
    }
    assert lea == {"name": "Lea", "keeper": None, "keeperName": None, "keeperShift": None, "keeperSince": None}


async def test_rows_without_the_relation_ask_for_it() -> None:
    data, asked = await told(f"plainLions {{ {KEEPER} }}")
    assert [lion["keeperName"] for lion in data["plainLions"]] == ["Kai", None]
    assert [(name, sorted(keys)) for name, keys in asked] == [("keepers", ["gone", "k2"])]


async def test_rows_of_two_classes_in_one_list_have_the_same_answer() -> None:
    mixed, _ = await told(f"lions: allLions {{ name mood diet born mane tame {KEEPER} }}")
    joined, _ = await told(f"lions {{ name mood diet born mane tame {KEEPER} }}")
    by_name = {lion["name"]: lion for lion in mixed["lions"] if lion}
    assert set(by_name) == {"Leo", "Lea", "Lou", "Lux"}
    for lion in joined["lions"][:2]:
        assert by_name[lion["name"]] == lion


async def test_a_field_that_is_not_inline_asks() -> None:
    data, asked = await told("lions { keeperIn(shift: NIGHT) { name } }")
    assert [lion["keeperIn"] for lion in data["lions"]] == [None, None, {"name": "Kai"}]
    assert len(asked) == 1


async def test_no_keeper_is_an_error_that_the_field_names(counted: Counted) -> None:
    result = await ZOO.execute('{ lion(name: "Lea") { failKeeper { name } } }', context_value=Context())
    assert [error.message for error in result.errors or ()] == ["it has no keeper"]
    assert counted() == {"an error": 1}

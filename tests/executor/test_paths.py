"""`info.path` is where the field stands in the answer, through lists, lists of lists and abstract types."""

from typing import Any

import pytest

from executor import CompiledExecutionContext
from tests.executor.zoo import make_schema
from tests.executor.zoo_context import Context

ZOO = make_schema(CompiledExecutionContext)


def paths(value: Any) -> list[str]:
    """All that stands under `path` or `p` in an answer."""
    if isinstance(value, list):
        return [path for item in value for path in paths(item)]
    if isinstance(value, dict):
        return [path for name, item in value.items() for path in ([item] if name in {"path", "p"} else paths(item))]
    return []


@pytest.mark.parametrize(
    ("selections", "wanted"),
    [
        ("path", ["path"]),
        ("p: path outer { path }", ["p"]),
        ("inner { path inner { p: path } }", ["inner/0/path", "inner/0/inner/0/p", "inner/0/inner/1/p"]),
        ("grid { path }", ["grid/0/0/path", "grid/2/0/path"]),
        ("x: looseGrid { path }", ["x/0/0/path", "x/2/0/path", "x/2/1/path"]),
        ("animals { ... on Parrot { path } ... on Snake { path } }", ["animals/1/path", "animals/3/path"]),
        ("residents { ... on Lion { keeper { path } } }", ["residents/0/keeper/path", "residents/2/keeper/path"]),
        ("named { ... on Cage { path } ... on Keeper { path } }", ["named/0/4/path", "named/2/0/path"]),
        ("allLions { path }", ["allLions/0/path", "allLions/1/path", "allLions/3/path", "allLions/4/path"]),
        ("allLions { keeper { path } }", ["allLions/0/keeper/path", "allLions/1/keeper/path"]),
    ],
)
async def test_path(selections: str, wanted: list[str]) -> None:
    result = await ZOO.execute(f"{{ zoo {{ {selections} }} }}", context_value=Context())
    assert not result.errors
    found = paths(result.data)
    assert found[: len(wanted)] == [f"zoo/{path}" for path in wanted]

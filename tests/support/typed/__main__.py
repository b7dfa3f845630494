"""Writes `operations.py`: `python -m tests.support.typed`."""

import sys
from pathlib import Path

from graphql import build_schema, parse, validate

from database.errors import ReelgraphError
from schema.compatibility.walk import RULES
from tests.support.typed.documents import DOCUMENT, ROOT
from tests.support.typed.module import formatted, module

OUTPUT = Path(__file__).with_name("operations.py")


def generated() -> str:
    """What `operations.py` must be; raises `ReelgraphError` for operations that schema.graphql doesn't allow."""
    schema, document = build_schema((ROOT / "schema.graphql").read_text()), parse(DOCUMENT)
    if mistakes := validate(schema, document, RULES):
        raise ReelgraphError(mistakes[0].message, "`uv run reelgraph codegen` says where.")
    return formatted(module(schema, document))


if __name__ == "__main__":
    try:
        OUTPUT.write_text(generated())
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint}")

"""Writes `operations.py`: `python -m tests.support.typed`."""

import sys
from pathlib import Path

from graphql import build_schema, parse

from database.errors import ReelgraphError
from server.cli.codegen import check_operations
from tests.support.typed.documents import DOCUMENT, ROOT
from tests.support.typed.module import formatted, module

OUTPUT = Path(__file__).with_name("operations.py")


def generated() -> str:
    """What `operations.py` must be; raises `ReelgraphError` for operations that schema.graphql doesn't allow."""
    check_operations(ROOT)
    return formatted(module(build_schema((ROOT / "schema.graphql").read_text()), parse(DOCUMENT)))


if __name__ == "__main__":
    try:
        OUTPUT.write_text(generated())
    except ReelgraphError as error:
        sys.exit(f"{error}\n{error.hint}")

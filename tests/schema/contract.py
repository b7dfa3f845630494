"""The real schema and the real operations, read from their files."""

import re
from pathlib import Path

from graphql import build_schema, parse

ROOT = Path(__file__).parents[2]
DESCRIPTION = re.compile(r'\s*"""[\s\S]*?"""')

SDL = DESCRIPTION.sub("", (ROOT / "schema.graphql").read_text(encoding="utf-8"))
REAL = build_schema(SDL)
OPERATIONS = parse("\n".join(path.read_text() for path in sorted((ROOT / "codegen/operations").glob("*.graphql"))))

"""The operations that frontends send too, and how a request asks for one."""

from pathlib import Path
from typing import Any

from graphql import OperationDefinitionNode, parse, print_ast, separate_operations

from tests.support.manifests import document_id

ROOT = Path(__file__).parents[3]
DOCUMENT = "\n".join(path.read_text() for path in sorted((ROOT / "codegen/operations").glob("*.graphql")))
OPERATIONS = {
    node.name.value: node.operation
    for node in parse(DOCUMENT).definitions
    if isinstance(node, OperationDefinitionNode) and node.name is not None
}
# With the fragments that each spreads, and no others.
TEXTS = {name: print_ast(document) for name, document in separate_operations(parse(DOCUMENT)).items()}


def by_text(name: str) -> dict[str, Any]:
    """What a request's body says to ask for an operation."""
    return {"query": TEXTS[name]}


def by_id(name: str) -> dict[str, Any]:
    """The same for a server where `TEXTS` are registered."""
    return {"documentId": document_id(TEXTS[name])}

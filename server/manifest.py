"""Manifests: what a release of a client sends, as the generators of clients write it."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)

from database.errors import ReelgraphError
from schema.compatibility.walk import RULES

APOLLO = "apollo-persisted-query-manifest"
PREFIX = "sha256:"
FORMS = (
    "A manifest is a JSON object of documents by their SHA-256, as graphql-codegen writes `persisted-documents.json`, "
    "Relay with algorithm SHA256, or Apollo's generate-persisted-query-manifest."
)
SHOWN_MISTAKES = 10


class ManifestError(ReelgraphError):
    """A file is no manifest, or its documents are none of this contract's."""


def read_manifest(path: Path, schema: GraphQLSchema) -> dict[bytes, str]:
    """The documents of a manifest by their SHA-256; each is valid by the schema. Raises `ManifestError`."""
    try:
        given = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"{path} can't be read: {error.strerror}.", hint=FORMS) from None
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"{path} is no valid JSON: {error}.", hint=FORMS) from None
    documents = dict(_hashed(path, *entry) for entry in _entries(path, given))
    if not documents:
        raise ManifestError(f"{path} has no documents.", hint=FORMS)
    mistakes = [mistake for text in documents.values() for mistake in _mistakes(text, schema)]
    if mistakes:
        more = f"\n… and {len(mistakes) - SHOWN_MISTAKES} more" if len(mistakes) > SHOWN_MISTAKES else ""
        raise ManifestError(
            f"{path} does not fit this server's contract:\n" + "\n".join(mistakes[:SHOWN_MISTAKES]) + more,
            hint="Generate the client again from this version's schema.graphql.",
        )
    return documents


def names_of(document: DocumentNode) -> list[str]:
    """The names of a document's operations."""
    return [
        node.name.value if node.name else "an operation without a name"
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]


def _entries(path: Path, given: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(given, dict) and given.get("format") == APOLLO and isinstance(given.get("operations"), list):
        for entry in given["operations"]:
            if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
                raise ManifestError(f"{path}: each of its operations needs an id and a body.", hint=FORMS)
            yield entry["id"], entry.get("body")
    elif isinstance(given, dict):
        yield from given.items()
    else:
        raise ManifestError(f"{path} is no JSON object.", hint=FORMS)


def _hashed(path: Path, document_id: str, text: Any) -> tuple[bytes, str]:
    if not isinstance(text, str):
        raise ManifestError(f"{path}: {document_id!r} has no text.", hint=FORMS)
    if "\0" in text:
        raise ManifestError(f"{path}: {document_id!r} has a NUL character, which no text is kept with.", hint=FORMS)
    found = sha256(text.encode()).digest()
    if document_id.removeprefix(PREFIX) != found.hex():
        raise ManifestError(
            f"{path}: {document_id!r} is not the SHA-256 of its text, which is {PREFIX}{found.hex()}.", hint=FORMS
        )
    return found, text


def _mistakes(text: str, schema: GraphQLSchema) -> Iterator[str]:
    try:
        document = parse(text)
    except GraphQLError as error:
        yield f"{text[:60]!r}: {error.message}"
        return
    for mistake in validate(schema, document, RULES):
        yield f"{', '.join(names_of(document))}: {mistake.message}"

"""Registers what the web app sends, so that it is known by its ids: as is done before any client's release."""

import json

from schema.schema import contract
from server.manifest import read_manifest
from server.settings import Settings
from server.stores import open_registry
from server.web_build import CLIENT, WEB_APP
from services.clients import register_release

NAME = "reelgraph-web"  # as the app says itself: web/src/graphql.ts
MANIFEST = CLIENT / "src/gql/persisted-documents.json"


async def register_documents(settings: Settings) -> None:
    """Register this checkout's web app; what the same version had before is forgotten."""
    version = json.loads((WEB_APP.package / "package.json").read_text())["version"]
    documents = read_manifest(MANIFEST, contract)
    async with open_registry(settings) as database:
        await register_release(database, NAME, version, documents, replace=True)

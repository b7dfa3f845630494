"""Clients: what their releases send, what of the contract they use, and which contract serves them."""

from services.clients.deployed_schema import deployed_sdl, note_deployment
from services.clients.documents import trusted_text
from services.clients.releases import (
    ListedRelease,
    ReleaseChangedError,
    Sent,
    UnknownReleaseError,
    documents_in_use,
    list_releases,
    register_release,
    retire_release,
)
from services.clients.usage import KEPT_DAYS, CoordinateUse, Used, forget_old_usage, record_usage, today, usage_since

__all__ = [
    "KEPT_DAYS",
    "CoordinateUse",
    "ListedRelease",
    "ReleaseChangedError",
    "Sent",
    "UnknownReleaseError",
    "Used",
    "deployed_sdl",
    "documents_in_use",
    "forget_old_usage",
    "list_releases",
    "note_deployment",
    "record_usage",
    "register_release",
    "retire_release",
    "today",
    "trusted_text",
    "usage_since",
]

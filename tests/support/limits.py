"""Settings for tests that ask for more than a client may."""

from server.limits.cost import CEILING
from server.settings import Settings


def unlimited(settings: Settings) -> Settings:
    """The settings without limits on documents."""
    names = ("document_characters", "tokens", "fields", "aliases", "root_fields", "directives", "cost")
    return settings.model_copy(update={f"max_{name}": CEILING for name in names} | {"max_depth": 200})

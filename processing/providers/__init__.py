"""Where transcripts and descriptions come from: the file itself, or an AI service."""

from processing.providers.ai import AISettings, ai_providers
from processing.providers.embedded import embedded_providers
from processing.providers.errors import ProviderRejectedError, ProviderUnavailableError
from processing.providers.patience import Patience
from processing.providers.protocol import (
    Describer,
    Description,
    DescriptionSource,
    Nothing,
    Providers,
    Transcriber,
    Transcript,
    TranscriptSource,
)

__all__ = [
    "AISettings",
    "Describer",
    "Description",
    "DescriptionSource",
    "Nothing",
    "Patience",
    "ProviderRejectedError",
    "ProviderUnavailableError",
    "Providers",
    "Transcriber",
    "Transcript",
    "TranscriptSource",
    "ai_providers",
    "embedded_providers",
]

"""Providers that ask an OpenAI-compatible HTTP API, as far as models for it are set."""

from dataclasses import dataclass

from pydantic import SecretStr

from processing.providers.description import AIDescriber
from processing.providers.embedded import embedded_providers
from processing.providers.patience import Patience
from processing.providers.protocol import Providers
from processing.providers.service import AIService
from processing.providers.transcription import AITranscriber


@dataclass(frozen=True, slots=True)
class AISettings:
    """Where the API is and what of it is used: without a model, a provider stays embedded.

    `timeout_seconds` bounds one call with its attempts; `max_audio_bytes` and `max_audio_seconds` are the most that
    the API takes at a time.
    """

    base_url: str
    api_key: SecretStr | None
    transcription_model: str | None
    description_model: str | None
    timeout_seconds: float
    max_audio_bytes: int
    max_audio_seconds: float


def ai_providers(settings: AISettings, patience: Patience | None = None) -> Providers:
    """Providers on one client; close them."""
    embedded = embedded_providers()
    service = AIService(
        settings.base_url,
        settings.api_key,
        timeout_seconds=settings.timeout_seconds,
        patience=patience or Patience(),
    )
    transcriber, describer = embedded.transcriber, embedded.describer
    if settings.transcription_model:
        transcriber = AITranscriber(
            service,
            settings.transcription_model,
            max_audio_bytes=settings.max_audio_bytes,
            max_audio_seconds=settings.max_audio_seconds,
        )
    if settings.description_model:
        describer = AIDescriber(service, settings.description_model)
    return Providers(transcriber, describer, service.close)

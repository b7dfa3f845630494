"""Where transcripts and descriptions come from, as the settings say."""

from processing.providers import AISettings, Providers, ai_providers, embedded_providers
from server.settings import Settings


def open_providers(settings: Settings) -> Providers:
    """The providers; to be closed."""
    if settings.ai_base_url is None:
        return embedded_providers()
    return ai_providers(
        AISettings(
            base_url=str(settings.ai_base_url),
            api_key=settings.ai_api_key,
            transcription_model=settings.ai_transcription_model,
            description_model=settings.ai_description_model,
            timeout_seconds=settings.ai_timeout_seconds,
            max_audio_bytes=settings.ai_max_audio_bytes,
            max_audio_seconds=settings.ai_max_audio_seconds,
        )
    )

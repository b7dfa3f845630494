"""The worker, and the AI that it may ask."""

from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings

from server.settings.checks import ModelName, fit_for_a_header, plain_address, with_base_url


class ProcessingSettings(BaseSettings):
    """The worker, and the AI that it may ask."""

    media_timeout_seconds: Annotated[
        float, Field(description="Longest a stage may work on one video before its job fails.", gt=0)
    ] = 120
    worker_concurrency: Annotated[int, Field(description="Videos one worker processes at a time.", ge=1, le=64)] = 2
    worker_heartbeat_seconds: Annotated[
        float, Field(description="How long after a worker's last heartbeat another takes over its jobs.", ge=1)
    ] = 30
    worker_retry_seconds: Annotated[
        float,
        Field(description="How long until a failed attempt is tried again; six times that until the third.", gt=0),
    ] = 10
    ai_base_url: Annotated[
        HttpUrl | None,
        AfterValidator(plain_address),
        Field(
            description="OpenAI-compatible HTTP API, such as `https://api.openai.com/v1`, for what has a model below."
        ),
    ] = None
    ai_api_key: Annotated[
        SecretStr | None,
        AfterValidator(fit_for_a_header),
        AfterValidator(with_base_url),
        Field(description="Key for that API, sent as a bearer token. Default: none is sent."),
    ] = None
    ai_transcription_model: Annotated[
        ModelName | None,
        AfterValidator(with_base_url),
        Field(
            description="Model that writes down what is said in videos without a full subtitle track. "
            "Default: transcripts come from subtitle tracks only."
        ),
    ] = None
    ai_description_model: Annotated[
        ModelName | None,
        AfterValidator(with_base_url),
        Field(
            description="Model that writes titles, descriptions, tags and show notes from transcript and tags. "
            "Default: they come from the file's tags and name."
        ),
    ] = None
    ai_timeout_seconds: Annotated[
        float, Field(description="Longest one call of the API may take, with its retries.", gt=0)
    ] = 300
    ai_max_audio_bytes: Annotated[
        int, Field(description="Largest audio file the API takes; longer sound is sent in pieces.", ge=100_000)
    ] = 24_000_000
    ai_max_audio_seconds: Annotated[
        float, Field(description="Longest audio file the transcription model takes, in seconds.", ge=10)
    ] = 1200

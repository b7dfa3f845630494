"""What the settings make of providers, and what they refuse."""

import pytest

from database.errors import ReelgraphError
from processing.providers.description import AIDescriber
from processing.providers.embedded import EmbeddedDescriber, EmbeddedTranscriber
from processing.providers.transcription import AITranscriber
from server.cli.options import load_settings
from server.providers import open_providers

BASE_URL = "http://127.0.0.1:11434/v1"


@pytest.mark.parametrize(
    ("variables", "transcriber", "describer"),
    [
        ({}, EmbeddedTranscriber, EmbeddedDescriber),
        ({"BASE_URL": BASE_URL, "API_KEY": "sk-1"}, EmbeddedTranscriber, EmbeddedDescriber),
        ({"BASE_URL": BASE_URL, "TRANSCRIPTION_MODEL": "a"}, AITranscriber, EmbeddedDescriber),
        ({"BASE_URL": BASE_URL, "DESCRIPTION_MODEL": "b"}, EmbeddedTranscriber, AIDescriber),
        ({"BASE_URL": BASE_URL, "TRANSCRIPTION_MODEL": "a", "DESCRIPTION_MODEL": "b"}, AITranscriber, AIDescriber),
    ],
)
async def test_what_has_a_model_asks_the_api(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], transcriber: type, describer: type
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"REELGRAPH_AI_{name}", value)
    providers = open_providers(load_settings())
    await providers.close()
    assert (type(providers.transcriber), type(providers.describer)) == (transcriber, describer)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"TRANSCRIPTION_MODEL": "a"}, ["TRANSCRIPTION_MODEL"]),
        ({"DESCRIPTION_MODEL": "b"}, ["DESCRIPTION_MODEL"]),
        ({"API_KEY": "sk-secret"}, ["API_KEY"]),
        ({"BASE_URL": BASE_URL, "DESCRIPTION_MODEL": " "}, ["DESCRIPTION_MODEL"]),
        ({"BASE_URL": BASE_URL, "API_KEY": "sk-secret\n"}, ["API_KEY"]),
        ({"BASE_URL": BASE_URL, "API_KEY": "sk-secret-ü"}, ["API_KEY"]),
        ({"BASE_URL": "api.openai.com", "DESCRIPTION_MODEL": "b"}, ["BASE_URL"]),
        ({"BASE_URL": "https://me:sk-secret@example.org/v1"}, ["BASE_URL"]),
        ({"BASE_URL": "https://example.org/v1?key=sk-secret"}, ["BASE_URL"]),
        ({"TIMEOUT_SECONDS": "0", "MAX_AUDIO_BYTES": "4000"}, ["TIMEOUT_SECONDS", "MAX_AUDIO_BYTES"]),
        ({"MAX_AUDIO_SECONDS": "1"}, ["MAX_AUDIO_SECONDS"]),
    ],
)
def test_what_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: list[str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"REELGRAPH_AI_{name}", value)
    with pytest.raises(ReelgraphError) as caught:
        load_settings()
    problems = [problem.partition(":")[0] for problem in str(caught.value).split("; REEL")]
    assert [problem.removeprefix("REEL").removeprefix("GRAPH_AI_") for problem in problems] == named
    assert "secret" not in str(caught.value)

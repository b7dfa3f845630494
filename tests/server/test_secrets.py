"""Secrets that production starts with, and those it does not; where tokens come from."""

import secrets
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from database.errors import ReelgraphError
from server.secret_strength import require_secret, weakness
from server.settings import Settings
from tests.support.processes import run_reelgraph

ISSUER = {"REELGRAPH_JWKS_URL": "https://issuer.example/jwks.json", "REELGRAPH_JWT_ISSUER": "https://issuer.example/"}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"REELGRAPH_DATA": str(tmp_path / "data"), "COLUMNS": "160"}


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_production_does_not_start_without_a_secret_of_its_own(env: dict[str, str], command: str) -> None:
    result = run_reelgraph(command, env=env)
    error, hint = result.stderr.strip().splitlines()
    assert result.returncode == 1
    assert error == "error: REELGRAPH_JWT_SECRET is not set, and in production none is made."
    assert "openssl rand -base64 48" in hint
    assert not Path(env["REELGRAPH_DATA"]).exists(), "nothing was begun"


@pytest.mark.parametrize(
    "secret",
    [
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "your-super-secret-jwt-token-with-at-least-32-characters-long",
        "a-string-secret-at-least-256-bits-long",
        "secretsecretsecretsecretsecretsecret",
        "0123456789abcdef0123456789abcdef",
        "change-me-change-me-change-me-now!",
        "correct horse correct horse correct horse ",
        "x" * 64,
        "kZ81" * 12,
    ],
)
def test_secrets_that_are_known_or_could_be_guessed(secret: str) -> None:
    settings = Settings(environment="production", jwt_secret=SecretStr(secret))
    with pytest.raises(ReelgraphError, match="is not fit for production") as caught:
        require_secret(settings)
    assert secret not in str(caught.value) + caught.value.hint
    require_secret(settings.model_copy(update={"environment": "development"}))


def test_secrets_by_chance_are_strong() -> None:
    for _ in range(1000):
        assert weakness(secrets.token_hex(16)) is None
        assert weakness(secrets.token_urlsafe(24)) is None


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"jwks_url": "http://issuer.example/jwks", "jwt_issuer": "x"}, "must begin with https://"),
        ({"jwks_url": "http://127.0.0.1.issuer.example/jwks", "jwt_issuer": "x"}, "must begin with https://"),
        ({"jwks_url": "https://user:pass@issuer.example/jwks", "jwt_issuer": "x"}, "no user name"),
        ({"jwks_url": "file:///etc/passwd", "jwt_issuer": "x"}, "URL scheme"),
        ({"jwks_url": "https://issuer.example/jwks"}, "needs REELGRAPH_JWT_ISSUER"),
        ({"jwt_required_claims": "role=authenticated,,"}, "is no claim"),
        ({"jwt_required_claims": "role="}, "is no claim"),
        ({"jwt_leeway_seconds": 3600}, "less than or equal to 300"),
    ],
)
def test_settings_that_would_let_anybody_in(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Settings(**settings)


def test_claims_as_they_are_written() -> None:
    settings = Settings(jwt_required_claims="role=authenticated, email_verified = true,email")
    assert settings.required_claims == {"role": "authenticated", "email_verified": "true", "email": None}
    for url in ("http://localhost:9999/jwks", "http://[::1]/jwks", "https://issuer.example/jwks"):
        assert Settings.model_validate({"jwt_issuer": "x", "jwks_url": url}).jwks_url is not None


def test_where_tokens_are_an_issuers_none_are_made(env: dict[str, str]) -> None:
    result = run_reelgraph("token", env=env | ISSUER)
    assert (result.returncode, result.stdout) == (1, "")
    assert "accepts the tokens of their issuer" in result.stderr
    assert "Sign in at https://issuer.example/" in result.stderr

"""Every setting Reelgraph has. Nothing else reads the environment."""

import re
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, AliasChoices, Field, HttpUrl, SecretStr, StringConstraints, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from services.storage.address import StorageAddress

ValueT = TypeVar("ValueT")
ModelName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

GIB = 1024**3
ORIGIN = re.compile(r"\*|https?://[^/\s?#@*]+")
URL_PARAMETERS = {"host", "port", "ssl", "sslmode"}


def _postgresql(url: str | None) -> str | None:
    try:
        backend = None if url is None else make_url(url).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {None, "postgresql"}:
        raise ValueError("must be the address of a PostgreSQL database: postgresql://user:password@host/database")
    if url and (unknown := set(make_url(url).query) - URL_PARAMETERS):
        raise ValueError(f"has parameters that are not understood: {', '.join(sorted(unknown))}")
    return url


def _origins(origins: str | None) -> str | None:
    for origin in (origins or "").split(","):
        if origins and not ORIGIN.fullmatch(origin.strip()):
            raise ValueError(f"{origin.strip()!r} is no origin: write https://app.example.com, without a path")
    return origins


def _storage_address(url: str | None) -> str | None:
    if url is not None:
        StorageAddress.parse(url)
    return url


def _long_enough(secret: SecretStr | None) -> SecretStr | None:
    # RFC 7518: an HS256 key is no shorter than the hash.
    if secret is not None and len(secret.get_secret_value().encode()) < 32:
        raise ValueError("must have 32 bytes or more; make one with: openssl rand -base64 48")
    return secret


def _plain_address(url: HttpUrl | None) -> HttpUrl | None:
    # Clients log the addresses they ask.
    if url is not None and (url.username or url.password or url.query or url.fragment):
        raise ValueError("must have no user name, password, query or fragment; the key is REELGRAPH_AI_API_KEY")
    return url


def _fit_for_a_header(key: SecretStr | None) -> SecretStr | None:
    if key is not None and not re.fullmatch("[!-~]+", key.get_secret_value()):
        raise ValueError("must be of ASCII characters, without spaces and line ends")
    return key


def _with_base_url(value: ValueT, info: ValidationInfo) -> ValueT:
    # It is not in the data if it is set and wrong: then that is said.
    if value is not None and info.data.get("ai_base_url", "") is None:
        raise ValueError("is of no use without REELGRAPH_AI_BASE_URL")
    return value


class Settings(BaseSettings):
    """Settings come from `REELGRAPH_*` variables; `reelgraph settings` prints them with these descriptions."""

    model_config = SettingsConfigDict(env_prefix="REELGRAPH_", frozen=True)

    environment: Annotated[
        Literal["development", "production"],
        Field(description="`development` signs GraphiQL in as the demo user; `reelgraph dev` sets it."),
    ] = "production"
    data: Annotated[
        Path, Field(description="Folder for what Reelgraph keeps on this machine: secret, files, embedded database.")
    ] = Path(".reelgraph")
    host: Annotated[str, Field(description="Address the server listens on.")] = "127.0.0.1"
    port: Annotated[
        int,
        Field(
            description="Port the server listens on; `PORT` is honoured too.",
            ge=1,
            le=65535,
            validation_alias=AliasChoices("REELGRAPH_PORT", "PORT"),
        ),
    ] = 8000
    serve_workers: Annotated[
        int,
        Field(
            description="Processes of `reelgraph serve`, which share the port; each has a database pool of its own.",
            ge=1,
            le=64,
        ),
    ] = 1
    stop_delay_seconds: Annotated[
        float,
        Field(
            description="How long a server that is told to stop goes on as before, while `/readyz` says that it stops; "
            "for load balancers that take their time.",
            ge=0,
        ),
    ] = 0
    stop_timeout_seconds: Annotated[
        float, Field(description="Longest it then takes for what runs to end; after that it is cut off.", ge=0)
    ] = 8
    public_url: Annotated[
        HttpUrl | None,
        Field(description="Address clients reach the server at; signed links start with it. Default: host and port."),
    ] = None
    cors_origins: Annotated[
        str | None,
        AfterValidator(_origins),
        Field(
            description="Origins whose web pages may ask `/graphql`, with commas between: `https://app.example.com`; "
            "`*` is all. Default: none; in development those on this machine."
        ),
    ] = None
    database_url: Annotated[
        str | None,
        AfterValidator(_postgresql),
        Field(description="PostgreSQL 14 or newer, `postgresql://…`. Default: the embedded one in the data folder."),
    ] = None
    database_pool_size: Annotated[
        int, Field(description="Connections each process keeps to the database.", ge=1, le=1000)
    ] = 10
    database_pool_timeout_seconds: Annotated[
        float,
        Field(
            description="Longest an operation waits for one of them, or for its turn; then it is refused with 503.",
            gt=0,
        ),
    ] = 5
    database_rls: Annotated[
        Literal["off", "enforce"],
        Field(
            description="`enforce`: PostgreSQL itself holds each viewer to their own rows (row-level security), "
            "for two short round trips a request more."
        ),
    ] = "off"
    jwt_secret: Annotated[
        SecretStr | None,
        AfterValidator(_long_enough),
        Field(description="HS256 secret of access tokens, 32 bytes or more. Default: made in the data folder."),
    ] = None
    storage_url: Annotated[
        str | None,
        AfterValidator(_storage_address),
        Field(
            description="Where files are kept: `s3://bucket/prefix?endpoint=…&region=…`, `gs://bucket/prefix`, "
            "`az://container/prefix?account=…` or `file:///folder`. Credentials come from where the clouds' own tools "
            "look for them: `AWS_…`, `GOOGLE_…`, `AZURE_…` variables, or the machine's identity. "
            "Default: the data folder."
        ),
    ] = None
    max_upload_bytes: Annotated[int, Field(description="Largest video accepted, in bytes.", ge=1)] = 10 * GIB
    max_page_size: Annotated[int, Field(description="Most rows a page of a list may have.", ge=1, le=1000)] = 100
    max_concurrent_operations: Annotated[
        int,
        Field(description="Queries and mutations each process executes at a time; more than the pool has.", ge=1),
    ] = 16
    max_waiting_operations: Annotated[
        int,
        Field(description="Those that stand in line beside them; more are refused at once with 503, OVERLOADED.", ge=0),
    ] = 64
    upload_lifetime_seconds: Annotated[int, Field(description="How long an upload link is valid.", ge=1)] = 3600
    download_lifetime_seconds: Annotated[int, Field(description="How long a download link is valid.", ge=1)] = 3600
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
        AfterValidator(_plain_address),
        Field(
            description="OpenAI-compatible HTTP API, such as `https://api.openai.com/v1`, for what has a model below."
        ),
    ] = None
    ai_api_key: Annotated[
        SecretStr | None,
        AfterValidator(_fit_for_a_header),
        AfterValidator(_with_base_url),
        Field(description="Key for that API, sent as a bearer token. Default: none is sent."),
    ] = None
    ai_transcription_model: Annotated[
        ModelName | None,
        AfterValidator(_with_base_url),
        Field(
            description="Model that writes down what is said in videos without a full subtitle track. "
            "Default: transcripts come from subtitle tracks only."
        ),
    ] = None
    ai_description_model: Annotated[
        ModelName | None,
        AfterValidator(_with_base_url),
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

    events_kept_seconds: Annotated[
        int, Field(description="How far back a subscription can catch up after a lost connection.", ge=60)
    ] = 86_400

    trusted_documents: Annotated[
        Literal["off", "log", "enforce"],
        Field(
            description="`enforce`: only documents are executed that clients have registered; `log`: others are "
            "executed, and logged."
        ),
    ] = "off"

    executor: Annotated[
        Literal["compiled", "reference"],
        Field(description="`reference`: every operation is executed by graphql-core, much slower; to compare."),
    ] = "compiled"

    @property
    def allowed_origins(self) -> list[str]:
        """The origins whose web pages may ask."""
        return [origin.strip() for origin in (self.cors_origins or "").split(",") if origin]

    @property
    def base_url(self) -> str:
        """Absolute URL that clients reach the server at, without a trailing slash."""
        return str(self.public_url or self.local_url).rstrip("/")

    @property
    def local_url(self) -> str:
        """URL of the server on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @cached_property
    def secret(self) -> str:
        """The HS256 secret, made in the data folder on first use."""
        if self.jwt_secret is not None:
            return self.jwt_secret.get_secret_value()
        return _kept_secret(self.data / "secret")


def _kept_secret(path: Path) -> str:
    if path.exists():
        return path.read_text()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    try:
        draft.write_text(secrets.token_urlsafe(48))
        # A hard link appears whole or not at all, and never over another process's secret.
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first: its secret is the one
    finally:
        draft.unlink()
    return path.read_text()

"""Every setting Reelgraph has. Nothing else reads the environment."""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from server.setting_checks import (
    ModelName,
    claim_list,
    fit_for_a_header,
    key_server,
    long_enough,
    origins,
    plain_address,
    postgresql,
    replicas,
    storage_address,
    with_base_url,
    with_database_url,
)

GIB = 1024**3
# Where containers have secrets as files, and systemd has credentials: `reelgraph_jwt_secret` and so on.
SECRETS_VARIABLE, SECRETS = "CREDENTIALS_DIRECTORY", Path("/run/secrets")


class Settings(BaseSettings):
    """Settings come from `REELGRAPH_*` variables, or else from files of these names, in lower case, among the secrets.

    `reelgraph settings` prints them with these descriptions.
    """

    model_config = SettingsConfigDict(env_prefix="REELGRAPH_", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # not used, and named by the library
        file_secret_settings: PydanticBaseSettingsSource,  # would warn where there is no folder
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given, then the environment, then files."""
        folder = Path(os.environ.get(SECRETS_VARIABLE, SECRETS))
        files = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder.is_dir() else ()
        return init_settings, env_settings, *files

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
        AfterValidator(origins),
        Field(
            description="Origins whose web pages may ask `/graphql`, with commas between: `https://app.example.com`; "
            "`*` is all. Default: none; in development those on this machine."
        ),
    ] = None
    database_url: Annotated[
        str | None,
        AfterValidator(postgresql),
        Field(
            description="PostgreSQL 14 or newer, `postgresql://…`; with several hosts and "
            "`?target_session_attrs=read-write` the one of them that takes writes. "
            "Default: the embedded one in the data folder."
        ),
    ] = None
    database_direct_url: Annotated[
        str | None,
        AfterValidator(postgresql),
        AfterValidator(with_database_url),
        Field(
            description="The same database past the pooler, where `REELGRAPH_DATABASE_URL` leads to PgBouncer 1.21 or "
            "newer in transaction mode: what needs a session goes here. Default: there is no pooler."
        ),
    ] = None
    database_replica_urls: Annotated[
        str | None,
        AfterValidator(replicas),
        AfterValidator(with_database_url),
        Field(
            description="Streaming replicas that queries may be answered from, with commas between, each one server. "
            "Viewers see what they wrote. Default: none."
        ),
    ] = None
    replica_max_lag_seconds: Annotated[
        float, Field(description="How far behind a replica may be; one that is further is not asked.", gt=0, le=3600)
    ] = 10
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
        AfterValidator(long_enough),
        Field(
            description="Secret that links and cursors are signed with, and access tokens (HS256) where there is no "
            "key server; 32 bytes or more. Default: made in the data folder, in development only."
        ),
    ] = None
    jwt_issuer: Annotated[
        str | None,
        Field(description="What access tokens must have as `iss`, letter by letter. Default: anything.", min_length=1),
    ] = None
    jwks_url: Annotated[
        HttpUrl | None,
        AfterValidator(key_server),
        Field(
            description="Key server (JWKS) of the access tokens' issuer: tokens are then signed by RS256, ES256 or "
            "EdDSA, and no others are accepted. Default: tokens are signed with the secret."
        ),
    ] = None
    jwt_audience: Annotated[
        str | None,
        Field(
            description="What access tokens must have in `aud`; one of several, with commas between. "
            "Default: tokens must have no `aud`.",
            min_length=1,
        ),
    ] = None
    jwt_leeway_seconds: Annotated[
        int, Field(description="How far the issuer's clock may be from this machine's.", ge=0, le=300)
    ] = 30
    jwt_required_claims: Annotated[
        str | None,
        AfterValidator(claim_list),
        Field(
            description="What access tokens must say besides, with commas between: `role=authenticated,email`. "
            "Default: nothing."
        ),
    ] = None
    jwt_user_claim: Annotated[str, Field(description="Claim that names the user, by a UUID.", min_length=1)] = "sub"
    storage_url: Annotated[
        str | None,
        AfterValidator(storage_address),
        Field(
            description="Where files are kept: `s3://bucket/prefix?endpoint=…&region=…`, `gs://bucket/prefix`, "
            "`az://container/prefix?account=…` or `file:///folder`. Credentials come from where the clouds' own tools "
            "look for them: `AWS_…`, `GOOGLE_…`, `AZURE_…` variables, or the machine's identity. "
            "Default: the data folder."
        ),
    ] = None
    max_body_bytes: Annotated[int, Field(description="Largest request or message `/graphql` reads.", ge=1024)] = 1024**2
    max_upload_bytes: Annotated[int, Field(description="Largest video accepted, in bytes.", ge=1)] = 10 * GIB
    max_page_size: Annotated[int, Field(description="Most rows a page of a list may have.", ge=1, le=1000)] = 100
    max_document_characters: Annotated[int, Field(description="Longest GraphQL document read.", ge=1)] = 30_000
    max_tokens: Annotated[int, Field(description="Most tokens of a document: names, values, punctuation.", ge=1)] = 1000
    max_depth: Annotated[int, Field(description="Most levels of fields in an operation.", ge=1, le=200)] = 20
    max_fields: Annotated[
        int, Field(description="Most fields of an operation, a fragment's counted wherever it is spread.", ge=1)
    ] = 1000
    max_aliases: Annotated[int, Field(description="Most aliases of an operation, counted the same.", ge=0)] = 30
    max_root_fields: Annotated[int, Field(description="Most fields at an operation's root.", ge=1)] = 20
    max_directives: Annotated[int, Field(description="Most directives of a document.", ge=0)] = 50
    max_cost: Annotated[
        int,
        Field(
            description="Most that an operation may cost: 1 for each field, what is under a list as often as the list "
            "may be long (docs/limits.md).",
            ge=1,
        ),
    ] = 50_000
    cost_per_minute: Annotated[
        int | None,
        Field(
            description="Most that the operations of one viewer may cost in a minute, counted by each process for "
            "itself. Default: no limit.",
            ge=1,
        ),
    ] = None
    max_operations_per_connection: Annotated[
        int,
        Field(description="Most operations that run on one WebSocket at a time, subscriptions among them.", ge=1),
    ] = 100
    max_connections_per_viewer: Annotated[
        int, Field(description="Most WebSockets of one viewer in each process.", ge=1)
    ] = 100
    max_subscriptions_per_viewer: Annotated[
        int, Field(description="Most subscriptions of one viewer in each process, by WebSocket or SSE.", ge=1)
    ] = 200
    operation_timeout_seconds: Annotated[
        float,
        Field(description="Longest an operation may take; then it is ended, and the statement that it runs.", gt=0),
    ] = 30
    introspection: Annotated[
        Literal["on", "off"],
        Field(
            description="`off`: `__schema` and `__type` are refused. Default: on, since the contract is no secret: "
            "clients are built from it."
        ),
    ] = "on"
    suggestions: Annotated[
        Literal["on", "off"],
        Field(description="`off`: errors do not say which names of the contract are like the one that was sent."),
    ] = "on"
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

    log_format: Annotated[
        Literal["json", "console"] | None,
        Field(description="How log lines are written. Default: `console` on a terminal, else `json`."),
    ] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="From which level on Reelgraph's own lines are logged; of libraries, warnings are."),
    ] = "info"
    log_operations: Annotated[
        Literal["all", "notable", "off"] | None,
        Field(
            description="Which operations leave a log line: `all`; or `notable`, those that were slow, refused or went "
            "wrong, and subscriptions; or none, `off`. Documents' texts, variables and tokens are never logged. "
            "Default: `notable`, in development `all`."
        ),
    ] = None
    slow_operation_seconds: Annotated[float, Field(description="From how long on an operation is slow.", gt=0)] = 1
    metrics_token: Annotated[
        SecretStr | None,
        AfterValidator(fit_for_a_header),
        Field(description="Bearer token that `/metrics` asks for. Default: it is open; it names no user."),
    ] = None
    worker_metrics_port: Annotated[
        int | None,
        Field(description="Port on which a worker serves its own `/metrics`. Default: none.", ge=1, le=65535),
    ] = None
    otlp_endpoint: Annotated[
        HttpUrl | None,
        Field(
            description="OpenTelemetry collector, `http://host:4318`, that traces are sent to; needs "
            "`pip install 'reelgraph[otel]'`. OpenTelemetry itself reads its `OTEL_…` variables for headers, sampling "
            "and attributes. Default: no traces."
        ),
    ] = None

    @property
    def replica_urls(self) -> list[str]:
        """The addresses of the replicas."""
        return [url.strip() for url in (self.database_replica_urls or "").split(",") if url]

    @property
    def allowed_origins(self) -> list[str]:
        """The origins whose web pages may ask."""
        return [origin.strip() for origin in (self.cors_origins or "").split(",") if origin]

    @property
    def audiences(self) -> list[str]:
        """The audiences of which a token must be for one."""
        return [audience.strip() for audience in (self.jwt_audience or "").split(",") if audience.strip()]

    @property
    def required_claims(self) -> dict[str, str | None]:
        """The claims that a token must have, with their values, None for any."""
        claims = (claim.partition("=") for claim in (self.jwt_required_claims or "").split(",") if claim)
        return {name.strip(): value.strip() if equals else None for name, equals, value in claims}

    @property
    def logs_all_operations(self) -> bool:
        """Whether each operation leaves a log line."""
        default = "all" if self.environment == "development" else "notable"
        return (self.log_operations or default) == "all"

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

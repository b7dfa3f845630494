"""How the server is reached, how many processes it has, and how it ends."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, Field, HttpUrl
from pydantic_settings import BaseSettings

from server.settings.checks import origins

# The web app that `reelgraph web` runs signs in whoever asks it: that is for this machine alone.
WEB_HOST = "127.0.0.1"


class ServingSettings(BaseSettings):
    """How the server is reached, how many processes it has, and how it ends."""

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
    web_port: Annotated[
        int, Field(description="Port on this machine that `reelgraph web` has the web app on.", ge=1, le=65535)
    ] = 3000
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
    max_concurrent_operations: Annotated[
        int,
        Field(description="Queries and mutations each process executes at a time; more than the pool has.", ge=1),
    ] = 16
    max_waiting_operations: Annotated[
        int,
        Field(description="Those that stand in line beside them; more are refused at once with 503, OVERLOADED.", ge=0),
    ] = 32
    trusted_documents: Annotated[
        Literal["off", "log", "enforce"],
        Field(
            description="`enforce`: only documents are executed that clients have registered; `log`: others are "
            "executed, and logged."
        ),
    ] = "off"
    graphiql: Annotated[
        Literal["on", "off"],
        Field(description="`off`: `/graphql` has no page for browsers. In production GraphiQL signs nobody in."),
    ] = "on"
    executor: Annotated[
        Literal["compiled", "reference"],
        Field(description="`reference`: every operation is executed by graphql-core, much slower; to compare."),
    ] = "compiled"
    events_kept_seconds: Annotated[
        int, Field(description="How far back a subscription can catch up after a lost connection.", ge=60)
    ] = 86_400

    @property
    def allowed_origins(self) -> list[str]:
        """The origins whose web pages may ask."""
        return [origin.strip() for origin in (self.cors_origins or "").split(",") if origin]

    @property
    def base_url(self) -> str:
        """Absolute URL that clients reach the server at, without a trailing slash."""
        return str(self.public_url or self.local_url).rstrip("/")

    @property
    def web_url(self) -> str:
        """URL of the web app of `reelgraph web`."""
        return f"http://{WEB_HOST}:{self.web_port}"

    @property
    def local_url(self) -> str:
        """URL of the server on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

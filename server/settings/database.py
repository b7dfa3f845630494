"""PostgreSQL, what stands before it, and its replicas."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from server.settings.checks import postgresql, replicas, with_database_url


class DatabaseSettings(BaseSettings):
    """PostgreSQL, what stands before it, and its replicas."""

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

    @property
    def replica_urls(self) -> list[str]:
        """The addresses of the replicas."""
        return [url.strip() for url in (self.database_replica_urls or "").split(",") if url]

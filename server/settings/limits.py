"""What a client may ask for."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class LimitSettings(BaseSettings):
    """What a client may ask for."""

    max_body_bytes: Annotated[int, Field(description="Largest request or message `/graphql` reads.", ge=1024)] = 1024**2
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

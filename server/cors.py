"""Web pages of other origins: they may ask only where the server says so."""

import re
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp
from strawberry.http.websocket_origin import is_same_origin, normalize_allowed_origins, normalize_origin

from server.settings import Settings

# Whoever develops a frontend has it on a port of their own machine.
LOCAL = r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
SENT = (
    "Authorization",
    "Content-Type",
    "GraphQL-Client-Name",
    "GraphQL-Client-Version",
    "If-None-Match",
    "X-Reelgraph-Cost",
    "X-Reelgraph-Explain",
    "X-Reelgraph-Written",
)
READ = ("ETag", "Retry-After", "WWW-Authenticate", "X-Reelgraph-Written", "X-Request-Id")
MAX_AGE_SECONDS = 7200  # the longest that Chromium keeps an answer


def for_web_pages(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The same application, also for pages of the origins in the settings, and in development for local ones.

    Tokens are sent by the pages themselves; nothing that a browser adds of its own accord signs anybody in.
    """
    in_development = settings.environment == "development"
    if not settings.allowed_origins and not in_development:
        return app
    return CORSMiddleware(
        app,
        allow_origins=settings.allowed_origins,
        allow_origin_regex=LOCAL if in_development else None,
        allow_methods=("GET", "POST"),
        allow_headers=SENT,
        expose_headers=READ,
        max_age=MAX_AGE_SECONDS,
    )


def may_connect(origin: str | None, host: str | None, settings: Settings) -> bool:
    """Whether a page of an origin may open a WebSocket to a host: browsers ask nobody before they do.

    Programs that are no browsers send no origin. Behind a proxy the host may be known by its public name only.
    """
    if origin is None or "*" in settings.allowed_origins:
        return True
    if settings.environment == "development" and re.fullmatch(LOCAL, origin):
        return True
    hosts = (host, urlsplit(settings.base_url).netloc)
    same = any(is_same_origin(origin, known) for known in hosts)
    return same or normalize_origin(origin) in normalize_allowed_origins(settings.allowed_origins)

"""Web pages of other origins, which browsers let ask only where the server says so."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from server.settings import Settings

# Whoever develops a frontend has it on a port of their own machine.
LOCAL = r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
SENT = (
    "Authorization",
    "Content-Type",
    "GraphQL-Client-Name",
    "GraphQL-Client-Version",
    "If-None-Match",
    "X-Reelgraph-Explain",
)
READ = ("ETag", "Retry-After", "WWW-Authenticate", "X-Request-Id")
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

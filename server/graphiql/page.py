"""The GraphiQL page and its assets, as the last build left them in `dist`."""

import json
import os
from dataclasses import asdict, dataclass
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from server.negotiation import ENCODINGS, listed

DIST = Path(__file__).parent / "dist"
# What the build lays beside an asset, by its coding.
ENCODED = {"zstd": ".zst", "br": ".br", "gzip": ".gz"}
PLACEHOLDER = '"{{ config }}"'  # in index.html

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Monaco and React place elements with style attributes
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NOT_BUILT = """<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Reelgraph · GraphiQL is not built</title>
  <body style="font: 16px/1.5 system-ui; margin: 4rem auto; max-width: 40rem; padding: 0 1rem">
    <h1>GraphiQL is not built yet</h1>
    <p>Run <code>make graphiql</code> and reload this page. The API itself answers without it.</p>
  </body>
</html>
"""


@dataclass(frozen=True, slots=True)
class GraphiQLConfig:
    """What the page knows from the start: an access token to sign in with and the first tab's query."""

    token: str | None
    query: str | None


def graphiql_page(config: GraphiQLConfig) -> Response:
    """The page with `config` in it, or 503 and the way out when there is no build."""
    try:
        template = (DIST / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return HTMLResponse(NOT_BUILT, 503, HEADERS)
    return HTMLResponse(template.replace(PLACEHOLDER, _script_safe_json(config)), headers=HEADERS)


def graphiql_assets() -> ASGIApp:
    """Serves what the page loads; to be mounted at `/graphql/assets`."""
    return _Assets(directory=DIST / "assets", check_dir=False)


def _script_safe_json(config: GraphiQLConfig) -> str:
    # ASCII without "<" can neither end the script element nor start a comment in it.
    return json.dumps(asdict(config)).replace("<", "\\u003c")


class _Assets(StaticFiles):
    async def check_config(self) -> None:
        """Without a build there is no folder, and every asset is a 404."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        coding = ENCODINGS[listed(Headers(scope=scope), "accept-encoding")].coding
        encoded = Path(f"{os.fspath(full_path)}{ENCODED[coding]}") if coding else None
        if encoded is not None and encoded.is_file():
            response = super().file_response(encoded, encoded.stat(), scope, status_code)
            response.headers["Content-Type"] = guess_type(full_path)[0] or "application/octet-stream"
            response.headers["Content-Encoding"] = str(coding)
        else:
            response = super().file_response(full_path, stat_result, scope, status_code)
        # Names contain a hash of the content.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

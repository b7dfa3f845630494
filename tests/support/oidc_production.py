"""An installation as in production: people sign in at a provider, whose tokens the API checks and the app holds."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.support.oidc_provider import OidcProvider, running_provider
from tests.support.processes import running, wait_until_ready
from tests.support.web_app import running_web_app


@dataclass(frozen=True)
class Production:
    """What runs: the provider, the API that knows it, and the app."""

    provider: OidcProvider
    web_url: str
    public_web_url: str
    #: Of the API.
    env: Mapping[str, str]

    @contextmanager
    def running_public_app(self) -> Iterator[str]:
        """The address of a second app, which has no secret that the provider knows."""
        with running_web_app({**self.env, **_app(self.public_web_url), **self.provider.for_app(is_public=True)}) as url:
            yield url


@contextmanager
def running_production(env: Mapping[str, str], free_port: Callable[[], int]) -> Iterator[Production]:
    """All of it; `env` says where the API's database and files are."""
    web_url, public_web_url, api_url = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    with running_provider(free_port(), web_url, public_web_url) as provider:
        api = {
            **env,
            **provider.for_api(),
            "REELGRAPH_ENVIRONMENT": "production",
            "REELGRAPH_PORT": _port(api_url),
            "REELGRAPH_JWT_SECRET": "of links and cursors, in these tests",
            "REELGRAPH_LOG_LEVEL": "error",
            "REELGRAPH_API_URL": api_url,
        }
        app = {**api, **_app(web_url), **provider.for_app()}
        with running("serve", env=api), running_web_app(app):
            wait_until_ready(api_url)
            yield Production(provider, web_url, public_web_url, api)


def _app(url: str) -> dict[str, str]:
    return {
        "REELGRAPH_WEB_URL": url,
        "REELGRAPH_WEB_PORT": _port(url),
        "REELGRAPH_WEB_SECRET": "a secret of these tests, long enough",
    }


def _port(url: str) -> str:
    return str(httpx.URL(url).port)

"""A real OIDC provider, `oidc-provider` of npm, as a process of its own."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from playwright.async_api import Page

from server.node import node
from server.web_build import WEB_APP
from tests.support.processes import until

SCRIPT = Path(__file__).parents[1] / "web/oidc/provider.mjs"
RESOURCE = "https://api.reelgraph.example"
SECRET = "what only the app and the provider know"


@dataclass
class OidcProvider:
    """The provider while it runs."""

    url: str

    def turn(self, **what: Any) -> None:
        """Set `seconds` that access tokens live, their `audience` and `padding`, or that it is `away`."""
        httpx.get(f"{self.url}/test", params={name: json.dumps(value) for name, value in what.items()})

    def revoke(self) -> None:
        """Take all refresh tokens back."""
        httpx.get(f"{self.url}/test?revoke")

    def seen(self) -> dict[str, int]:
        """How many refreshes there were, how many were refused, and how many grants were revoked."""
        counts: dict[str, int] = httpx.get(f"{self.url}/test").json()
        return counts

    def for_api(self) -> dict[str, str]:
        """How the API checks its tokens."""
        return {
            "REELGRAPH_JWKS_URL": f"{self.url}/jwks",
            "REELGRAPH_JWT_ISSUER": self.url,
            "REELGRAPH_JWT_AUDIENCE": RESOURCE,
            "REELGRAPH_JWT_LEEWAY_SECONDS": "0",
        }

    def for_app(self, *, is_public: bool = False) -> dict[str, str]:
        """How the web app has people sign in there."""
        client = {"CLIENT_ID": "public"} if is_public else {"CLIENT_ID": "confidential", "CLIENT_SECRET": SECRET}
        settings = {"ISSUER": self.url, "RESOURCE": RESOURCE, "PROMPT": "consent", **client}
        return {f"REELGRAPH_WEB_OIDC_{name}": value for name, value in settings.items()}


@contextmanager
def running_provider(port: int, web_url: str, public_web_url: str) -> Iterator[OidcProvider]:
    """A provider that knows the app at two addresses, at the second one as a public client."""
    provider = OidcProvider(f"http://127.0.0.1:{port}")
    env = {
        "PROVIDER_PORT": str(port),
        "PROVIDER_WEB_URL": web_url,
        "PROVIDER_PUBLIC_WEB_URL": public_web_url,
        "PROVIDER_RESOURCE": RESOURCE,
        "PROVIDER_SECRET": SECRET,
    }
    process = subprocess.Popen([node(), SCRIPT], cwd=WEB_APP.package, env={**os.environ, **env})
    try:
        until(lambda: process.poll() is None and bool(provider.seen()), "the provider is ready")
        yield provider
    finally:
        process.kill()
        process.wait()


async def sign_in_at_provider(page: Page, user: UUID) -> None:
    """Begin on the app's sign-in page, and say on the provider's who it is."""
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("User").fill(str(user))
    await page.get_by_role("button", name="Agree").click()

"""Somebody who uses the web app without a browser, and sends what a browser would."""

import html
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

import httpx

VIDEOS = {"query": "{ viewer { id videoCount } }"}
SECONDS = 30
# What tokens look like; random text may well have how they begin.
JWT = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}")


@dataclass
class Visitor:
    """Somebody with cookies, at one app."""

    client: httpx.AsyncClient
    app: str

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page, and be sent where it leads."""
        return await self._followed(await self.client.get(urljoin(self.app, path), headers=headers))

    async def post(self, path: str, data: Mapping[str, str] = {}, /, **headers: str) -> httpx.Response:
        """Send a form of the app's own, or with other headers of somebody else's; its answer is not followed."""
        ours = {"Origin": self.app, "Sec-Fetch-Site": "same-origin"}
        return await self.client.post(urljoin(self.app, path), data=data, headers=ours | headers)

    async def ask(self, **headers: str) -> httpx.Response:
        """Run an operation, as pages do."""
        ours = {"Origin": self.app, "Sec-Fetch-Site": "same-origin"}
        return await self.client.post(urljoin(self.app, "/api/graphql"), json=VIDEOS, headers=ours | headers)

    async def asked_to_sign_in(self, to: str = "/") -> httpx.Response:
        """Begin a sign-in; the provider's page asks who it is."""
        return await self._followed(await self.post("/sign-in/start", {"to": to}))

    async def agree(self, user: UUID, page: httpx.Response) -> httpx.URL:
        """Say who it is on the provider's page; answers the callback that the browser would be sent to."""
        action = urljoin(str(page.url), found(r'action="([^"]+)"', page.text))
        answer = await self.client.post(action, data={"user": str(user)})
        while not (where := answer.headers["location"]).startswith(f"{self.app}/sign-in/callback"):
            answer = await self.client.get(urljoin(str(answer.url), where))
        return httpx.URL(where)

    async def sign_in(self, user: UUID, to: str = "/") -> httpx.Response:
        """All of it; answers the page that it leads to."""
        return await self.get(str(await self.agree(user, await self.asked_to_sign_in(to))))

    async def sign_out(self) -> httpx.Response:
        """Press the button; answers the page that it leads to."""
        return await self._followed(await self.post("/sign-out"))

    def cookies(self, beginning: str = "reelgraph") -> dict[str, str]:
        """The app's cookies."""
        return {name: value for name, value in self.client.cookies.items() if name.startswith(beginning)}

    async def _followed(self, answer: httpx.Response) -> httpx.Response:
        """Go where an answer leads, be it by a page that leads on."""
        while True:
            where = answer.headers.get("location") or refresh(answer)
            if where is None:
                return answer
            answer = await self.client.get(urljoin(str(answer.url), where))


def refresh(answer: httpx.Response) -> str | None:
    """Where a page leads by itself."""
    leads = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    return html.unescape(leads[1]) if leads else None


def found(pattern: str, text: str) -> str:
    """What a pattern's group is in a text."""
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in: {text[:2000]}"
    return match[1]


@asynccontextmanager
async def visiting(app: str, **options: Any) -> AsyncIterator[Visitor]:
    """A new visitor of the app at an address."""
    async with httpx.AsyncClient(timeout=SECONDS, **options) as client:
        yield Visitor(client, app)

"""Signing in by an OIDC provider: a real one, the real API that checks its tokens, and the app between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, Route, expect

from server.settings import Settings
from server.web_documents import register_documents
from tests.support.oidc_production import Production, running_production
from tests.support.oidc_provider import RESOURCE, OidcProvider, sign_in_at_provider
from tests.support.web_visitor import JWT, Visitor, visiting
from tests.web.conftest import Windows

# Tokens that live so many seconds are refreshed after half of it.
SHORT = 3


@pytest.fixture(scope="module")
def production(
    shared_url: str,
    built: None,
    tmp_path_factory: pytest.TempPathFactory,
    unused_tcp_port_factory: Callable[[], int],
) -> Iterator[Production]:
    """All of it, once: each test is somebody else."""
    data = tmp_path_factory.mktemp("production")
    asyncio.run(register_documents(Settings(database_url=shared_url, data=data)))
    env = {"REELGRAPH_DATABASE_URL": shared_url, "REELGRAPH_DATA": str(data)}
    with running_production(env, unused_tcp_port_factory) as production:
        yield production


@pytest.fixture
def provider(production: Production) -> Iterator[OidcProvider]:
    """The provider, as it was for each test."""
    yield production.provider
    production.provider.turn(seconds=3600, audience=RESOURCE, padding=0, away=False)


@pytest.fixture
async def visitor(production: Production) -> AsyncIterator[Visitor]:
    async with visiting(production.web_url) as visitor:
        yield visitor


@pytest.fixture
async def windows(chromium: Browser, production: Production) -> AsyncIterator[Windows]:
    """Windows on this app; in the end nothing may have gone wrong in any."""
    windows = Windows(chromium, production.web_url)
    yield windows
    for window in windows.opened:
        await window.context.close()
        assert window.problems == []


async def test_signing_in_leads_to_the_provider_and_back_and_signing_out_ends_its_session_too(
    windows: Windows, provider: OidcProvider, viewer: UUID
) -> None:
    revoked = provider.seen()["revoked"]
    window = await windows.open("/upload?from=a link", signed_in=False)
    page = window.page
    await expect(page.get_by_text("You are asked to sign in by your organisation")).to_be_visible()
    await sign_in_at_provider(page, viewer)
    await page.wait_for_url("**/upload?from=a+link")
    await expect(page.get_by_text("Ada Lovelace")).to_be_visible()
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_text("0 videos")).to_be_visible()

    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/sign-in")
    assert provider.seen()["revoked"] == revoked + 1
    assert not [cookie for cookie in await window.context.cookies() if cookie.get("name", "").startswith("reelgraph")]
    # Otherwise the provider would not ask again.
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()


async def test_a_refusal_and_a_provider_that_is_away_are_told_on_the_sign_in_page(
    windows: Windows, provider: OidcProvider, viewer: UUID
) -> None:
    window = await windows.open("/upload", signed_in=False)
    page = window.page
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Refuse").click()
    await expect(page.get_by_role("alert")).to_contain_text("the sign-in was refused")
    provider.turn(away=True)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("alert")).to_contain_text("can not be reached")
    provider.turn(away=False)
    await sign_in_at_provider(page, viewer)
    await page.wait_for_url("**/upload")  # which was asked for three attempts ago


async def test_no_token_is_in_a_page_or_readable_in_a_cookie(visitor: Visitor, viewer: UUID) -> None:
    page = await visitor.sign_in(viewer)
    assert page.status_code == 200
    assert "Ada Lovelace" in page.text
    assert not JWT.search(page.text)
    assert page.headers["cache-control"] == "private, no-store"
    assert list(visitor.cookies()) == ["reelgraph"]
    assert visitor.cookies()["reelgraph"].startswith("Fe26.2*")
    assert not JWT.search(visitor.cookies()["reelgraph"])


async def test_a_public_client_signs_in_by_pkce_alone(production: Production, viewer: UUID) -> None:
    with production.running_public_app() as url:
        async with visiting(url) as visitor:
            await visitor.sign_in(viewer)
            assert (await visitor.ask()).json()["data"]["viewer"]["id"] == str(viewer)


async def test_requests_at_once_refresh_a_token_once(visitor: Visitor, provider: OidcProvider, viewer: UUID) -> None:
    provider.turn(seconds=SHORT)
    await visitor.sign_in(viewer)
    first = visitor.cookies()
    await asyncio.sleep(SHORT)
    before = provider.seen()
    answers = await asyncio.gather(*(visitor.ask() for _ in range(6)), visitor.get("/"))
    assert {answer.status_code for answer in answers} == {200}
    assert provider.seen() == before | {"refreshes": before["refreshes"] + 1}
    # A request that was on its way all the while comes with what it left with.
    await asyncio.sleep(SHORT)
    assert (await visitor.ask()).is_success
    visitor.client.cookies.clear()
    visitor.client.cookies.update(first)
    assert (await visitor.ask()).is_success
    assert provider.seen() == before | {"refreshes": before["refreshes"] + 2}


async def test_a_refresh_token_that_was_taken_back_ends_the_session(
    visitor: Visitor, provider: OidcProvider, viewer: UUID
) -> None:
    provider.turn(seconds=2)
    await visitor.sign_in(viewer)
    provider.revoke()
    await asyncio.sleep(2)
    refused = provider.seen()["refused"]
    assert (await visitor.ask()).json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    page = await visitor.get("/upload")
    assert page.url.path == "/sign-in"
    assert page.url.params["to"] == "/upload"
    assert provider.seen()["refused"] == refused + 1  # it is not asked again and again


@pytest.mark.parametrize("by", ["its events", "a click"])
async def test_a_page_that_is_open_when_the_session_ends_leads_to_the_sign_in(
    windows: Windows, provider: OidcProvider, viewer: UUID, by: str
) -> None:
    async def hold(route: Route) -> None:
        if route.request.headers["accept"] != "text/event-stream":
            await route.continue_()

    provider.turn(seconds=SHORT)
    window = await windows.open("/upload", signed_in=False)
    page = window.page
    if by == "a click":
        await page.route("**/api/graphql", hold)
    await sign_in_at_provider(page, viewer)
    await page.wait_for_url("**/upload")
    await expect(page.get_by_text("0 videos")).to_be_visible()
    provider.revoke()
    if by == "a click":
        await asyncio.sleep(SHORT)
        await page.get_by_role("link", name="Library", exact=True).click()
    await page.wait_for_url("**/sign-in?to=%2F" if by == "a click" else "**/sign-in?to=%2Fupload")
    window.problems.clear()  # the console tells of each 401


async def test_while_the_provider_is_away_sessions_work_on_and_nobody_is_signed_out(
    visitor: Visitor, provider: OidcProvider, viewer: UUID
) -> None:
    provider.turn(seconds=SHORT)
    await visitor.sign_in(viewer)
    provider.turn(away=True)
    await asyncio.sleep(SHORT / 2)
    assert (await visitor.ask()).is_success  # it is time for another token, and this one is good
    await asyncio.sleep(SHORT / 2)
    answer, page = await visitor.ask(), await visitor.get("/")
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
    assert page.status_code == 500
    assert "The sign-in service can not be reached at the moment." in page.text
    provider.turn(away=False)
    await asyncio.sleep(5)  # for so long it is not asked again
    assert (await visitor.ask()).is_success
    provider.turn(away=True)
    assert (await visitor.post("/sign-out")).headers["location"] == "/sign-in"
    assert visitor.cookies() == {}


async def test_a_callback_that_answers_no_sign_in_of_this_browser_changes_nothing(
    visitor: Visitor, production: Production, viewer: UUID
) -> None:
    async with visiting(production.web_url) as other:
        theirs = await other.agree(viewer, await other.asked_to_sign_in())
        mine = await visitor.agree(viewer, await visitor.asked_to_sign_in("/upload"))
        for strange in (theirs, mine.copy_set_param("state", "x"), mine.copy_remove_param("state")):
            page = await visitor.get(str(strange))
            assert page.url.params["failed"] == "refused"
            assert visitor.cookies("reelgraph-sign-in")
            assert (await visitor.ask()).status_code == 401
    assert (await visitor.get(str(mine))).url.path == "/upload"
    for strange in (theirs, mine):  # the one of somebody else, and once more the own
        assert (await visitor.get(str(strange))).url.params["failed"] == "refused"
        assert (await visitor.ask()).is_success
    async with visiting(production.web_url) as thief:
        assert (await thief.get(str(mine))).url.params["failed"] == "refused"
        assert thief.cookies() == {}


@pytest.mark.parametrize("wrong", ["its code", "its token's audience"])
async def test_what_the_provider_or_the_api_does_not_take_signs_nobody_in(
    visitor: Visitor, provider: OidcProvider, viewer: UUID, wrong: str
) -> None:
    mine = await visitor.agree(viewer, await visitor.asked_to_sign_in())
    if wrong == "its code":
        mine = mine.copy_set_param("code", "x")
    else:
        provider.turn(audience="https://elsewhere.example")
    page = await visitor.get(str(mine))
    assert "That did not work" in page.text
    assert visitor.cookies() == {}


async def test_long_tokens_take_several_cookies_and_leave_none(
    visitor: Visitor, provider: OidcProvider, viewer: UUID
) -> None:
    provider.turn(padding=4000)
    await visitor.sign_in(viewer)
    assert list(visitor.cookies()) == ["reelgraph.0", "reelgraph.1", "reelgraph.2"]
    assert (await visitor.ask()).is_success
    # There was no room for the ID token: the provider finds out by itself who it is.
    signed_out = await visitor.sign_out()
    assert (signed_out.status_code, signed_out.url.path) == (200, "/session/end")
    assert "id_token_hint" not in signed_out.url.params
    assert visitor.cookies() == {}

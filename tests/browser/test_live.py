"""Subscriptions in GraphiQL, on the real application."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from sqlalchemy import update

from database.engine import Database
from database.video_job import ProcessingStatus, VideoJob
from server.demo.viewer import DEMO_USER
from server.graphiql.build import build_if_stale
from server.settings import Settings
from services.storage import Storage
from tests.browser.test_graphiql import (
    RESULT,
    click_button,
    requests,
    rewrite,
    severe_messages,
    wait_for_text,
    wait_until_stored,
)
from tests.support.library import Library
from tests.support.live import Live, eventually, running_live

pytestmark = pytest.mark.browser

FOLLOW = "subscription { videoJobEvents { job { status } } }"


@pytest.fixture
async def live(database: Database, storage: Storage, tmp_path: Path) -> AsyncIterator[Live]:
    build_if_stale()
    settings = Settings(environment="development", data=tmp_path / "data")
    async with running_live(settings, database, storage) as live:
        yield live


@pytest.fixture
async def job(database: Database) -> VideoJob:
    library = Library(database, DEMO_USER)
    return await library.job(await library.video(), ProcessingStatus.PENDING)


async def change(database: Database, job: VideoJob, status: ProcessingStatus) -> None:
    async with database.transaction() as session:
        await session.execute(update(VideoJob).values(status=status).where(VideoJob.id == job.id))


def open_page(browser: Chrome, page: str) -> None:
    browser.get(page)
    wait_for_text(browser, RESULT, '"videoCount": 1')


def run(browser: Chrome, query: str) -> None:
    rewrite(browser, "operation.graphql", query)
    wait_until_stored(browser, query)
    click_button(browser, "Execute query")


def authorizations(browser: Chrome, page: str) -> list[str]:
    """The Authorization headers of the event streams that were asked for."""
    sent = [{name.lower(): value for name, value in request["headers"].items()} for request in requests(browser, page)]
    return [headers["authorization"] for headers in sent if headers.get("accept") == "text/event-stream"]


async def test_events_are_shown_as_they_come_until_they_are_stopped(
    browser: Chrome, live: Live, database: Database, job: VideoJob
) -> None:
    page = f"{live.url}/graphql"
    await asyncio.to_thread(open_page, browser, page)
    await asyncio.to_thread(run, browser, FOLLOW)
    await live.followed(DEMO_USER, 1)
    for status in (ProcessingStatus.PROCESSING, ProcessingStatus.PENDING):
        await change(database, job, status)
        await asyncio.to_thread(wait_for_text, browser, RESULT, f'"status": "{status.value}"')
    assert [header.partition(" ")[0] for header in authorizations(browser, page)] == ["Bearer"]

    await asyncio.to_thread(click_button, browser, "Stop query")
    await live.followed(DEMO_USER, 0)
    await change(database, job, ProcessingStatus.PROCESSING)
    await asyncio.to_thread(wait_for_text, browser, RESULT, '"status": "PENDING"')
    await asyncio.to_thread(click_button, browser, "Execute query")
    await live.followed(DEMO_USER, 1)
    assert severe_messages(browser) == []


async def test_a_stream_that_breaks_or_can_not_begin_says_so(browser: Chrome, live: Live, job: VideoJob) -> None:
    page = f"{live.url}/graphql"
    await asyncio.to_thread(open_page, browser, page)
    await asyncio.to_thread(run, browser, 'subscription { videoJobEvents(after: "x") { cursor } }')
    await asyncio.to_thread(wait_for_text, browser, RESULT, "BAD_USER_INPUT")
    await asyncio.to_thread(run, browser, FOLLOW)
    await live.followed(DEMO_USER, 1)
    await live.stop()
    await asyncio.to_thread(wait_for_text, browser, RESULT, "The server no longer answers.")
    await eventually(lambda: not live.server.server_state.connections)  # a request that was on its way is answered
    await asyncio.to_thread(click_button, browser, "Execute query")
    await asyncio.to_thread(wait_for_text, browser, RESULT, f"No answer from {page}")

"""The page of a video: it plays, its transcript is searched, it is edited, deleted, and processed again."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import pytest
from playwright.async_api import Page, Route, expect
from uuid_utils.compat import uuid7

from database.engine import Database
from database.video import Video
from database.video_job import ProcessingStatus
from services.storage import Storage
from tests.support.library import Library
from tests.support.small_clips import LINES, SmallClip
from tests.support.uploads import upload
from tests.web.conftest import Installation, Windows


@pytest.fixture
async def processed(library: Library) -> Video:
    """A video that has everything but files."""
    video = await library.video()
    await library.metadata(await library.job(video), title="Harbour", description="At dawn", tags=["sea"])
    return video


def path(video: Video) -> str:
    """Where a video is shown."""
    return f"/videos/video_{video.id.hex}"


async def edit(page: Page, **fields: str) -> None:
    """Write into the fields, by their labels, and save."""
    await page.get_by_role("button", name="Edit").click()
    for label, text in fields.items():
        await page.get_by_label(label.replace("_", " "), exact=True).fill(text)
    await page.get_by_role("button", name="Save").click()


async def test_it_plays_and_its_transcript_leads_to_passages(
    windows: Windows,
    installation: Installation,
    database: Database,
    storage: Storage,
    clips: Mapping[str, SmallClip],
    *,
    viewer: UUID,
) -> None:
    uploaded = await upload(database, storage, viewer, clips["subtitled"])
    window = await windows.open(f"/videos/video_{uploaded.video_id.hex}")
    page = window.page
    with installation.worker():
        await expect(page.get_by_role("heading", level=1, name="Subtitled")).to_be_visible()
        # Where the browser knows the format or not, subtitles are read.
        for line in LINES:
            await expect(page.get_by_role("list", name="Passages").get_by_text(line)).to_be_visible()
    await page.get_by_label("Find in the transcript").fill("dies")
    await expect(page.get_by_text("1 of 1")).to_be_visible()
    await expect(page.get_by_role("list", name="Passages").locator("[aria-current]")).to_have_text(f"0:01{LINES[1]}")
    await page.get_by_role("button", name="Play from 0:01").click()
    while await page.get_by_label("Player").evaluate("player => player.currentTime") < 1:
        await asyncio.sleep(0.05)
    await page.goto("/?q=dies")
    await page.get_by_role("region", name="Said in").get_by_role("link").click()
    await expect(page.get_by_label("Find in the transcript")).to_have_value("dies")
    window.problems.clear()  # of media that this Chromium can't play


async def test_what_is_written_is_seen_at_once_and_kept(windows: Windows, processed: Video) -> None:
    page = (await windows.open(path(processed))).page
    await page.route("**/api/graphql", _later)
    await edit(page, Title="Harbour at dawn", Description="", Tags="sea, dawn, Sea", Show_notes="By Ana")
    await expect(page.get_by_role("heading", level=1, name="Harbour at dawn")).to_be_visible()
    await expect(page.get_by_role("list", name="Tags").get_by_role("listitem")).to_have_text(["sea", "dawn"])
    await page.reload()
    await expect(page.get_by_role("heading", level=1, name="Harbour at dawn")).to_be_visible()
    await expect(page.get_by_text("No description.")).to_be_visible()
    await expect(page.get_by_text("By Ana")).to_be_visible()


async def test_two_windows_edit_and_the_user_resolves_the_conflict(windows: Windows, processed: Video) -> None:
    one, other = [(await windows.open(path(processed))).page for _ in range(2)]
    await one.get_by_role("button", name="Edit").click()
    await edit(other, Title="Port", Description="In the evening")
    await expect(other.get_by_role("heading", level=1, name="Port")).to_be_visible()
    await other.reload()  # so that it is kept
    await one.get_by_label("Title", exact=True).fill("Haven")
    await one.get_by_label("Tags", exact=True).fill("sea, boats")
    await one.get_by_role("button", name="Save").click()

    conflict = one.get_by_role("dialog", name="Changed in two places")
    for field, mine, theirs, is_mine in (
        ("Title", "Haven", "Port", True),
        ("Description", "At dawn", "In the evening", False),
        ("Tags", "sea, boats", "sea", True),
    ):
        choice = conflict.get_by_role("group", name=field)
        await expect(choice.get_by_role("radio", name=f"Yours {mine}")).to_be_checked(checked=is_mine)
        await expect(choice.get_by_role("radio", name=f"As it is now {theirs}")).to_be_checked(checked=not is_mine)
    await conflict.get_by_role("radio", name="As it is now Port").check()
    await conflict.get_by_role("button", name="Save what is chosen").click()
    await expect(one.get_by_role("list", name="Tags").get_by_role("listitem")).to_have_text(["sea", "boats"])
    await one.reload()
    await expect(one.get_by_role("heading", level=1, name="Port")).to_be_visible()
    await expect(one.get_by_text("In the evening")).to_be_visible()
    await expect(one.get_by_role("list", name="Tags").get_by_role("listitem")).to_have_text(["sea", "boats"])


async def test_what_can_not_be_saved_comes_back_with_the_reason(
    windows: Windows, installation: Installation, processed: Video
) -> None:
    window = await windows.open(path(processed))
    page = window.page
    await edit(page, Title="x" * 10_000)
    await expect(page.get_by_role("alert")).to_contain_text("can not be saved")
    await expect(page.get_by_label("Title", exact=True)).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Title", exact=True)).to_have_value("x" * 10_000)
    installation.api.stop()
    await page.get_by_label("Title", exact=True).fill("Haven")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("not saved")
    await expect(page.get_by_label("Title", exact=True)).to_have_value("Haven")
    window.problems.clear()
    installation.api.start()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", level=1, name="Haven")).to_be_visible()
    await expect(page.get_by_role("form", name="Edit details")).to_have_count(0)
    window.problems.clear()  # the requests that found no server


async def test_it_is_deleted_once_that_is_confirmed(windows: Windows, processed: Video) -> None:
    window = await windows.open(path(processed))
    page, dialog = window.page, window.page.get_by_role("alertdialog")
    await page.get_by_role("button", name="Delete").click()
    await expect(dialog).to_contain_text("Harbour")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name="Delete").click()
    await dialog.get_by_role("button", name="Delete for ever").click()
    await expect(page.get_by_role("heading", name="Your library is empty")).to_be_visible()
    await page.goto(path(processed))
    await expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    window.problems.clear()  # the status 404 of that page


async def test_another_owners_link_is_not_found(windows: Windows, database: Database) -> None:
    theirs = await Library(database, uuid7()).video(original_filename="private.mp4")
    window = await windows.open(path(theirs))
    for address in (path(theirs), "/videos/video_1", "/videos/nonsense", "/nowhere"):
        answer = await window.page.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        await expect(window.page.get_by_role("heading", name="Not found")).to_be_visible()
        assert "private" not in await window.page.content()
    window.problems.clear()  # the status 404


async def test_a_job_is_canceled_and_begun_again(
    windows: Windows, installation: Installation, library: Library, clips: Mapping[str, SmallClip], storage: Storage
) -> None:
    content = clips["silent"].content
    video = await library.video(size_bytes=len(content))
    await storage.put(video.storage_path, content)
    await library.job(video, ProcessingStatus.FAILED, error_message="The file was away.")
    page = (await windows.open(path(video))).page
    jobs = page.get_by_role("region", name="Processing")
    await expect(jobs.get_by_text("The file was away.")).to_be_visible()
    await jobs.get_by_role("button", name="Try again").click()
    await expect(jobs.get_by_role("heading", name="Attempt 2")).to_be_visible()
    await jobs.get_by_role("button", name="Cancel").click()
    await jobs.get_by_role("button", name="Try again").click()
    await expect(jobs.get_by_role("heading", name="Attempt 3")).to_be_visible()
    with installation.worker():
        await expect(jobs.get_by_text("Ready")).to_be_visible()


async def _later(route: Route) -> None:
    await asyncio.sleep(0.5)
    await route.continue_()

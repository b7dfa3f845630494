"""What happens to jobs is seen as it happens, whatever happens to the connection."""

from collections.abc import Iterator, Mapping

import pytest
from playwright.async_api import Locator, Page, expect

from database.video_job import ProcessingStatus
from tests.support.ai_answers import KEY
from tests.support.ai_server import AIServer, ai_server
from tests.support.library import Library
from tests.support.small_clips import SmallClip
from tests.web.conftest import Installation, Windows


@pytest.fixture
def ai() -> Iterator[AIServer]:
    """An AI that can go away and come back: while it is away, jobs wait in the middle."""
    with ai_server() as server:
        yield server


@pytest.fixture
def asking(ai: AIServer) -> dict[str, str]:
    """The variables of a worker that asks the AI."""
    return {
        "REELGRAPH_AI_BASE_URL": ai.base_url,
        "REELGRAPH_AI_API_KEY": KEY,
        "REELGRAPH_AI_TRANSCRIPTION_MODEL": "listener-1",
        "REELGRAPH_AI_DESCRIPTION_MODEL": "writer-1",
        "REELGRAPH_WORKER_RETRY_SECONDS": "8",
    }


async def upload(page: Page, clip: SmallClip) -> None:
    await page.get_by_label("Drop videos here").set_input_files(clip.path)
    await expect(page.get_by_text("Uploaded", exact=True)).to_be_visible()


def stage(page: Page, name: str) -> Locator:
    """What is shown of a stage of the only job."""
    return page.get_by_role("list", name="Stages").get_by_role("listitem").filter(has_text=name)


async def test_a_job_is_followed_through_a_restart_of_the_server(
    windows: Windows, installation: Installation, ai: AIServer, asking: dict[str, str], clips: Mapping[str, SmallClip]
) -> None:
    window = await windows.open("/upload")
    page = window.page
    ai.down()
    with installation.worker(**asking):
        await upload(page, clips["spoken"])
        await expect(stage(page, "Make a picture").get_by_text("Done")).to_be_visible()
        installation.api.stop()
        await expect(page.get_by_text("Connection lost.")).to_be_visible()
        ai.up()
        installation.api.start()
        await expect(page.get_by_text("Ready")).to_be_visible()
        await expect(stage(page, "Write the transcript").get_by_text("Done")).to_be_visible()
    window.problems.clear()  # the requests that found no server


async def test_what_happened_while_nobody_could_say_is_told_afterwards(
    windows: Windows, installation: Installation, clips: Mapping[str, SmallClip]
) -> None:
    """A laptop that slept: the job ended meanwhile."""
    window = await windows.open("/upload")
    page = window.page
    await upload(page, clips["silent"])
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("list", name="Videos").get_by_text("Waiting")).to_be_visible()
    await window.context.set_offline(True)
    with installation.worker():
        other = (await windows.open()).page
        await expect(other.get_by_role("list", name="Videos").get_by_text("Ready")).to_be_visible()
    await window.context.set_offline(False)
    await expect(page.get_by_role("list", name="Videos").get_by_text("Ready")).to_be_visible()
    window.problems.clear()  # the requests that found no network


async def test_a_deletion_elsewhere_does_not_end_it(windows: Windows, library: Library) -> None:
    doomed = await library.video(original_filename="doomed.mp4")
    await library.job(doomed, ProcessingStatus.PROCESSING)
    page = (await windows.open()).page
    other = (await windows.open(f"/videos/video_{doomed.id.hex}")).page
    await other.get_by_role("button", name="Delete").click()
    await other.get_by_role("button", name="Delete for ever").click()
    await expect(other.get_by_role("heading", name="Your library is empty")).to_be_visible()
    await library.job(await library.video(original_filename="new.mp4"), ProcessingStatus.PENDING)
    await expect(page.get_by_role("list", name="Videos").get_by_role("heading")).to_have_text("new.mp4")
    await expect(other.get_by_role("list", name="Videos").get_by_role("heading")).to_have_text("new.mp4")
    assert await page.locator("body").get_attribute("data-live") == "live"

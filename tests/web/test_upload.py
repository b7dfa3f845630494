"""Uploading in the browser: files arrive, and what is done with them is seen as it happens."""

from collections.abc import Mapping
from pathlib import Path

from playwright.async_api import Locator, Page, Route, expect

from tests.support.cutting_proxy import cutting_proxy
from tests.support.small_clips import SmallClip
from tests.web.conftest import Installation, Windows

UPLOADS = "**/uploads/**"
LARGE_BYTES = 8_000_000


def chooser(page: Page) -> Locator:
    """What takes files."""
    return page.get_by_label("Drop videos here")


def row(page: Page, filename: str) -> Locator:
    """What is shown of an upload."""
    return page.get_by_role("list", name="Uploads").get_by_role("listitem").filter(has_text=filename).first


async def test_a_file_is_uploaded_and_seen_complete_without_reloading(
    windows: Windows, installation: Installation, clips: Mapping[str, SmallClip]
) -> None:
    window = await windows.open("/upload")
    page, upload = window.page, row(window.page, "subtitled.mkv")
    await chooser(page).set_input_files(clips["subtitled"].path)
    await expect(upload.get_by_text("Uploaded", exact=True)).to_be_visible()
    await expect(upload.get_by_text("Waiting", exact=True)).to_be_visible()  # there is no worker yet
    with installation.worker():
        await expect(upload.get_by_text("Ready")).to_be_visible()
        await expect(upload.get_by_role("list", name="Stages").get_by_text("Done")).to_have_count(5)
    await upload.get_by_role("link", name="Open subtitled.mkv").click()
    await expect(page.get_by_role("heading", level=1, name="Subtitled")).to_be_visible()
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("list", name="Videos").get_by_text("Subtitled")).to_be_visible()
    assert sum(asked == f"GET {installation.web_url}/upload" for asked in window.asked) == 1


async def test_many_files_are_dropped_and_each_says_what_becomes_of_it(
    windows: Windows, installation: Installation, clips: Mapping[str, SmallClip], tmp_path: Path
) -> None:
    page = (await windows.open("/upload")).page
    empty = tmp_path / "empty.mp4"
    empty.touch()
    await chooser(page).set_input_files([clips["silent"].path, clips["noise"].path, clips["spoken"].path, empty])
    await expect(page.get_by_role("list", name="Uploads").get_by_text("Uploaded", exact=True)).to_have_count(3)
    await expect(row(page, "empty.mp4").get_by_role("alert")).to_contain_text("size")
    with installation.worker():
        await expect(row(page, "silent.mp4").get_by_text("Ready")).to_be_visible()
        await expect(row(page, "spoken.mkv").get_by_text("Ready")).to_be_visible()
        noise = row(page, "noise.mp4")
        await expect(noise.get_by_text("Failed", exact=True)).to_be_visible()
        await expect(noise.get_by_text("Failed: ")).to_be_visible()


async def test_a_file_is_dropped(windows: Windows) -> None:
    page = (await windows.open("/upload")).page
    dropped = await page.evaluate_handle(
        """() => {
          const dropped = new DataTransfer();
          dropped.items.add(new File(['no video'], 'dropped.mp4', { type: 'video/mp4' }));
          return dropped;
        }"""
    )
    await page.locator("label", has_text="Drop videos here").dispatch_event("drop", {"dataTransfer": dropped})
    await expect(row(page, "dropped.mp4").get_by_text("Uploaded", exact=True)).to_be_visible()


async def test_a_lost_connection_is_waited_for(
    windows: Windows, installation: Installation, clips: Mapping[str, SmallClip]
) -> None:
    window = await windows.open("/upload")
    page, lost = window.page, 0

    async def lose(route: Route) -> None:
        nonlocal lost
        lost += 1
        await route.abort("connectionreset")

    await page.route(UPLOADS, lose, times=2)
    await chooser(page).set_input_files(clips["silent"].path)
    await expect(row(page, "silent.mp4").get_by_text("Connection lost.")).to_be_visible()
    await expect(row(page, "silent.mp4").get_by_text("Uploaded", exact=True)).to_be_visible()
    assert lost == 2
    assert any("ERR_CONNECTION_RESET" in problem for problem in window.problems)
    window.problems.clear()
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("list", name="Videos").get_by_role("listitem")).to_have_count(1)


async def test_an_upload_goes_on_where_its_connection_was_lost(
    windows: Windows, installation: Installation, tmp_path: Path
) -> None:
    window = await windows.open("/upload")
    page, upload = window.page, row(window.page, "large.mp4")
    large = tmp_path / "large.mp4"
    large.write_bytes(bytes(LARGE_BYTES))
    port = installation.api.env["REELGRAPH_PORT"]
    async with cutting_proxy(int(port), LARGE_BYTES // 2, LARGE_BYTES // 4) as proxy:

        async def by_proxy(route: Route) -> None:
            await route.continue_(url=route.request.url.replace(f":{port}/", f":{proxy.port}/"))

        await page.route(UPLOADS, by_proxy)
        await chooser(page).set_input_files(large)
        await expect(upload.get_by_text("Connection lost.")).to_be_visible()
        await expect(upload.get_by_text("Uploaded", exact=True)).to_be_visible()
    assert proxy.uploads == ["PUT", "PATCH", "PATCH"]
    window.problems.clear()


async def test_an_upload_is_canceled_and_tried_again(windows: Windows, clips: Mapping[str, SmallClip]) -> None:
    page = (await windows.open("/upload")).page

    def hold(_: Route) -> None:
        """Answer it never."""

    await page.route(UPLOADS, hold, times=1)
    await chooser(page).set_input_files(clips["silent"].path)
    upload = row(page, "silent.mp4")
    await expect(upload.get_by_text("Uploading")).to_be_visible()
    # It goes on while one looks at something else.
    await page.get_by_role("link", name="Library", exact=True).click()
    await page.get_by_role("link", name="Uploading 1").click()
    await upload.get_by_role("button", name="Cancel silent.mp4").click()
    await expect(upload.get_by_text("Canceled")).to_be_visible()
    await upload.get_by_role("button", name="Try again silent.mp4").click()
    await expect(upload.get_by_text("Uploaded", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Library", exact=True).click()
    await expect(page.get_by_role("list", name="Videos").get_by_role("listitem")).to_have_count(1)

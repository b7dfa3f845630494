"""Uploading in the browser: files arrive, and what is done with them is seen as it happens."""

from collections.abc import Mapping

from playwright.async_api import expect

from tests.support.small_clips import SmallClip
from tests.web.conftest import Installation, Windows


async def test_a_file_is_uploaded_and_seen_complete_without_reloading(
    windows: Windows, installation: Installation, clips: Mapping[str, SmallClip]
) -> None:
    window = await windows.open("/upload")
    page = window.page
    await page.get_by_label("Drop videos here").set_input_files(clips["subtitled"].path)
    row = page.get_by_role("listitem").filter(has_text="subtitled.mkv")
    await expect(row.get_by_text("Uploaded")).to_be_visible()
    await expect(row.get_by_text("Waiting", exact=True)).to_be_visible()  # there is no worker yet
    with installation.worker():
        await expect(row.get_by_text("Ready")).to_be_visible()
        await expect(row.get_by_role("list", name="Stages").get_by_text("Done")).to_have_count(5)
    await row.get_by_role("link", name="Open subtitled.mkv").click()
    await expect(page.get_by_role("heading", level=1, name="Subtitled")).to_be_visible()

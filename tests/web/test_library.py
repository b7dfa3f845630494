"""The library: its first page comes from the server, and the rest as one looks for it."""

from playwright.async_api import Page, expect

from database.video_job import ProcessingStatus
from tests.support.library import Library
from tests.web.conftest import Installation, Windows, until_live

CARDS = "ul[aria-label=Videos] > li"


def operations(asked: list[str]) -> int:
    """How often a page has asked the API for something, but for what it follows."""
    return sum("/api/graphql" in address for address in asked)


async def titles(page: Page) -> list[str]:
    """Of the videos that are shown, in their order; what is out of sight has no text of its own."""
    headings = await page.locator(f"{CARDS} h2").all()
    return [await heading.get_attribute("title") or "" for heading in headings]


async def test_an_empty_library_leads_to_uploading(windows: Windows) -> None:
    page = (await windows.open()).page
    await expect(page.get_by_role("heading", name="Your library is empty")).to_be_visible()
    await page.get_by_role("main").get_by_role("link", name="Upload videos").click()
    await expect(page.get_by_role("heading", name="Upload videos")).to_be_visible()


async def test_the_first_page_is_readable_without_scripts(windows: Windows, library: Library) -> None:
    await library.processed_videos(2)
    failed = await library.video(original_filename="broken.mp4")
    await library.job(failed, ProcessingStatus.FAILED, error_message="This is no video.")
    page = (await windows.open(java_script_enabled=False)).page
    assert (await titles(page))[0] == "broken.mp4"
    await expect(page.locator(CARDS).first).to_contain_text("Failed")
    await expect(page.locator(CARDS)).to_have_count(3)
    # Searching is a form, and cards are links.
    await page.get_by_label("Status").select_option("Failed")
    await page.get_by_role("button", name="Search").click()
    await expect(page.locator(CARDS)).to_have_count(1)
    await page.locator(CARDS).get_by_role("link").click()
    await expect(page.get_by_text("This is no video.").first).to_be_visible()


async def test_what_the_server_rendered_is_not_asked_for_again(windows: Windows, library: Library) -> None:
    await library.processed_videos(3)
    window = await windows.open()
    window.asked.clear()
    await window.page.reload()
    await expect(window.page.locator(CARDS)).to_have_count(3)
    await until_live(window.page)  # so it has come to life
    assert operations(window.asked) == 1, "the stream of events alone"
    await window.page.locator(CARDS).first.get_by_role("link").click()
    await expect(window.page.get_by_role("heading", level=1)).not_to_have_text("Library")
    assert operations(window.asked) == 2, "and the video's page"


async def test_it_is_narrowed_and_sorted_by_the_address(windows: Windows, library: Library) -> None:
    for name, size, status in (
        ("harbour.mp4", 10, ProcessingStatus.COMPLETED),
        ("2024.mp4", 30, ProcessingStatus.FAILED),
        ("harbour 2.mp4", 20, ProcessingStatus.FAILED),
    ):
        await library.job(await library.video(original_filename=name, size_bytes=size), status)
    page = (await windows.open()).page
    assert await titles(page) == ["harbour 2.mp4", "2024.mp4", "harbour.mp4"]
    await page.get_by_label("Order").select_option("Largest first")
    await page.wait_for_url("**/?order=SIZE_BYTES_DESC")
    await expect(page.locator(f"{CARDS} h2").first).to_have_text("2024.mp4")
    await page.get_by_role("searchbox").fill("harbour")
    await expect(page.locator(CARDS)).to_have_count(2)
    await page.get_by_label("Status").select_option("Failed")
    await expect(page.locator(CARDS)).to_have_count(1)
    address = page.url
    await page.get_by_role("searchbox").fill("2024")
    await expect(page.locator(f"{CARDS} h2")).to_have_text("2024.mp4")
    await page.reload()
    await expect(page.get_by_role("searchbox")).to_have_value("2024")
    await expect(page.locator(f"{CARDS} h2")).to_have_text("2024.mp4")
    await page.goto(address)
    await expect(page.locator(f"{CARDS} h2")).to_have_text("harbour 2.mp4")
    await page.goto("/?q=nowhere&status=COMPLETED&order=nonsense")
    await page.get_by_role("link", name="Show all videos").click()
    await expect(page.locator(CARDS)).to_have_count(3)


async def test_the_list_goes_on_as_one_scrolls(windows: Windows, library: Library) -> None:
    await library.processed_videos(60)
    page = (await windows.open()).page
    await expect(page.locator(CARDS)).to_have_count(24)
    for expected in (48, 60):
        await page.mouse.wheel(0, 20_000)
        await expect(page.locator(CARDS)).to_have_count(expected)
    shown = await titles(page)
    assert len(set(shown)) == 60
    await expect(page.get_by_role("button", name="Show more")).to_have_count(0)


async def test_a_page_that_could_not_be_loaded_says_so_and_has_a_way_on(
    windows: Windows, installation: Installation, library: Library
) -> None:
    await library.processed_videos(1)
    window = await windows.open()
    page = window.page
    installation.api.stop()
    await page.locator(CARDS).get_by_role("link").click()
    await expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    await expect(page.get_by_role("status").filter(has_text="Connection lost")).to_be_visible()
    installation.api.start()
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="Details")).to_be_visible()
    window.problems.clear()  # the requests that found no server

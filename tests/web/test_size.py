"""What the first page costs: bytes of scripts, and nothing that moves."""

from urllib.parse import urlsplit

from bench.web.page import OBSERVE, gzipped, shift
from tests.support.library import Library
from tests.web.conftest import Windows, until_live

LARGEST = 200_000


async def test_the_first_page_is_small_and_stands_still(windows: Windows, library: Library) -> None:
    await library.processed_videos(60)
    window = await windows.open()
    page = window.page
    await window.context.add_init_script(path=OBSERVE)
    window.asked.clear()
    await page.reload()
    await until_live(page)
    addresses = [asked.removeprefix("GET ") for asked in window.asked]
    scripts = {address for address in addresses if urlsplit(address).path.endswith(".js")}
    assert scripts
    assert gzipped(scripts) < LARGEST
    while await page.locator("ul[aria-label=Videos] > li").count() < 60:
        await page.mouse.wheel(0, 800)
        await page.wait_for_timeout(50)
    assert shift(await page.evaluate("seen")) == 0

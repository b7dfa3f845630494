"""What the library's first page weighs, and that nothing on it moves by itself."""

from uuid import UUID

from bench.web.library import add_pictures
from bench.web.page import OBSERVE, gzipped, scroll_to_end
from database.engine import Database
from services.bulk_seed import BulkPlan, load_bulk_library
from services.storage import Storage
from tests.support.library import Library
from tests.web.conftest import Windows, until_live

SCRIPT_BYTES = 200_000
VIDEOS = 150  # more than six pages
SIZES = ({"width": 1280, "height": 850}, {"width": 412, "height": 839})


async def test_the_first_page_has_less_than_200_kb_of_scripts(windows: Windows, library: Library) -> None:
    await library.processed_videos(30)
    before = await windows.open()
    # Another, which has nothing in its cache.
    window = await windows.open(signed_in=False, storage_state=await before.context.storage_state())
    await until_live(window.page)
    addresses = {address for _, address in map(str.split, window.asked)}
    assert 0 < gzipped(address for address in addresses if address.endswith(".js")) < SCRIPT_BYTES


async def test_nothing_moves_while_it_loads_and_is_scrolled_through(
    windows: Windows, database: Database, storage: Storage, viewer: UUID
) -> None:
    await load_bulk_library(database, BulkPlan(viewer, users=1, videos_per_user=VIDEOS, jobs_per_video=2))
    await add_pictures(database, storage, viewer, 1)
    for size in SIZES:
        page = (await windows.open(viewport=size)).page
        await page.evaluate(OBSERVE.read_text())  # which hears of what has been, too
        await scroll_to_end(page, VIDEOS)
        assert (await page.evaluate("seen.shifts")) == []

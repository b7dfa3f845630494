"""How deep a page lies must not matter: the page 1,000 pages deep against the first, on 100,000 videos of one owner.

`python -m bench.lists`, or `make bench-lists`. The ratio of the medians of 50 is what counts; the machine is noisy.
"""

import asyncio
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from database.migrate import migrate
from server.app import create_app
from server.demo.viewer import DEMO_USER
from server.resources import open_resources
from server.settings import Settings
from server.stores import open_database
from server.tokens import issue_token
from services.bulk_seed import BulkPlan, load_bulk_library

VIDEOS = 100_000
PAGE = 100
DEEP = 1_000
RUNS = 50
ORDERS = ("CREATED_AT_DESC", "ORIGINAL_FILENAME_ASC", "SIZE_BYTES_DESC")
QUERY = """
query ($after: String, $orderBy: VideoOrder!) {
  videos(first: 100, after: $after, orderBy: $orderBy) {
    nodes { id originalFilename status title createdAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def main() -> None:
    """Load the library once, then print a line for each order."""
    settings = Settings(data=Path(".reelgraph/bench-lists"))
    await _load(settings)
    async with open_resources(settings) as resources:
        transport = httpx.ASGITransport(app=create_app(settings, resources))
        headers = {"Authorization": f"Bearer {issue_token(settings.secret, DEMO_USER, timedelta(hours=1))}"}
        async with httpx.AsyncClient(transport=transport, base_url=settings.base_url, headers=headers) as http:
            print(f"{VIDEOS:,} videos of one owner, pages of {PAGE}, median of {RUNS}")
            for order in ORDERS:
                print(await _compare(http, order))


async def _load(settings: Settings) -> None:
    plan = BulkPlan(DEMO_USER, 1, VIDEOS, 1, 1)
    async with open_database(settings) as database:
        await migrate(database.engine)
        loaded = settings.data / "loaded"
        if not loaded.exists():
            print(f"Loading {VIDEOS:,} videos …", file=sys.stderr)
            await load_bulk_library(database, plan, lambda *_: None)
            loaded.touch()


async def _compare(http: httpx.AsyncClient, order: str) -> str:
    deep = None
    for _ in range(DEEP - 1):
        deep = (await _page(http, order, deep))["pageInfo"]["endCursor"]
    times: dict[str | None, list[float]] = {None: [], deep: []}
    for _ in range(RUNS):
        # Interleaved, so that what else the machine does falls on both.
        for cursor, taken in times.items():
            start = time.perf_counter()
            await _page(http, order, cursor)
            taken.append(time.perf_counter() - start)
    first, last = (statistics.median(taken) * 1000 for taken in times.values())
    return f"{order:24} first {first:6.2f} ms   {DEEP:,} pages deep {last:6.2f} ms   ratio {last / first:.2f}"


async def _page(http: httpx.AsyncClient, order: str, after: str | None) -> dict[str, Any]:
    response = await http.post("/graphql", json={"query": QUERY, "variables": {"after": after, "orderBy": order}})
    page: dict[str, Any] = response.json()["data"]["videos"]
    assert len(page["nodes"]) == PAGE
    return page


if __name__ == "__main__":
    asyncio.run(main())

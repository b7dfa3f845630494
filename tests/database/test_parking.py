"""The readers' line for connections: who gets which, who comes first, and that none is lost on the way."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from database.engine import Database
from database.errors import DatabaseAwayError, DatabaseBusyError
from database.parking import Parking
from database.statements.video import VIEWER_TOTALS

Taking = asyncio.Task[PoolProxiedConnection]


@pytest.fixture
async def single(database_url: str) -> AsyncIterator[Database]:
    """The database behind a pool of one connection: who has it makes all others wait."""
    database = Database(database_url, pool_size=1)
    yield database
    await database.close()


@pytest.fixture
def parking(single: Database) -> Parking:
    return single.parking


async def in_line(parking: Parking) -> Taking:
    """A reader that stands in line by now."""
    task = asyncio.create_task(parking.take())
    await asyncio.sleep(0)
    assert not task.done()
    return task


async def cancelled(*tasks: Taking) -> None:
    """Cancel readers, and wait until they have gone."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)


async def soon(task: Taking) -> PoolProxiedConnection:
    """What a reader gets that has no reason to wait any more."""
    async with asyncio.timeout(5):
        return await task


async def give_back(parking: Parking, connection: PoolProxiedConnection) -> None:
    """Give a connection back to the pool, as readers do that can't park it."""
    parking.left()
    await greenlet_spawn(connection.close)


def checked_out(database: Database) -> int:
    """How many connections are not in the pool: in use, parked, or lost."""
    count: int = database.engine.pool.checkedout()  # type: ignore[attr-defined]  # the pool is a QueuePool
    return count


async def test_a_connection_is_handed_on_in_the_order_of_the_line(parking: Parking) -> None:
    connection = await parking.take()
    line = [await in_line(parking) for _ in range(3)]
    for place, task in enumerate(line):
        assert parking.park(connection)
        assert await soon(task) is connection
        assert not any(behind.done() for behind in line[place + 1 :])
    assert parking.park(connection)


async def test_nobody_overtakes_who_was_handed_a_connection(parking: Parking) -> None:
    connection = await parking.take()
    first = await in_line(parking)
    assert parking.park(connection)
    late = await in_line(parking)
    assert await soon(first) is connection
    assert parking.park(connection)
    assert await soon(late) is connection
    assert parking.park(connection)


async def test_a_reader_that_has_left_the_line_is_handed_nothing(parking: Parking) -> None:
    connection = await parking.take()
    gone, next_ = await in_line(parking), await in_line(parking)
    await cancelled(gone)
    assert parking.park(connection)
    assert await soon(next_) is connection
    assert parking.park(connection)


async def test_what_comes_in_the_moment_of_leaving_the_line_is_for_the_next(parking: Parking) -> None:
    connection = await parking.take()
    leaving, next_ = await in_line(parking), await in_line(parking)
    assert parking.park(connection)
    await cancelled(leaving)
    assert await soon(next_) is connection
    assert parking.park(connection)


async def test_what_comes_in_the_moment_of_leaving_the_line_is_parked_where_nobody_is_next(parking: Parking) -> None:
    connection = await parking.take()
    leaving = await in_line(parking)
    assert parking.park(connection)
    await cancelled(leaving)
    assert await soon(asyncio.create_task(parking.take())) is connection
    assert parking.park(connection)


async def test_the_word_that_the_pool_has_one_is_passed_on_as_well(single: Database, parking: Parking) -> None:
    connection = await parking.take()
    leaving, next_ = await in_line(parking), await in_line(parking)
    await give_back(parking, connection)
    await asyncio.sleep(0)
    await cancelled(leaving)
    assert parking.park(await soon(next_))
    assert checked_out(single) == 1


async def test_a_reader_waits_no_longer_than_it_may(single: Database) -> None:
    parking = Parking(single.engine, pool_size=1, longest_wait=0.05)
    connection = await parking.take()
    task = await in_line(parking)
    await asyncio.wait([task], timeout=5)
    assert isinstance(task.exception(), DatabaseBusyError)
    assert parking.park(connection)
    assert await soon(asyncio.create_task(parking.take())) is connection
    assert parking.park(connection)
    await parking.close()


async def test_a_parked_connection_goes_back_for_who_wants_one_of_the_pool(single: Database, parking: Parking) -> None:
    assert parking.park(await parking.take())
    async with asyncio.timeout(5), single.transaction() as session:
        await session.execute(text("SELECT 1"))
    assert checked_out(single) == 0


async def test_who_wants_a_connection_of_the_pool_comes_before_the_line(single: Database) -> None:
    done: list[str] = []

    async def read(name: str) -> None:
        async with single.reader(uuid4()) as reader:
            await reader.fetch(VIEWER_TOTALS, keys=[])
            done.append(name)

    async def write() -> None:
        async with single.transaction() as session:
            await session.execute(text("SELECT 1"))
            done.append("writer")

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks, single.reader(uuid4()) as reader:
        await reader.fetch(VIEWER_TOTALS, keys=[])
        for work in (read("first"), read("second"), write()):
            tasks.create_task(work)
            await asyncio.sleep(0)
    assert done == ["writer", "first", "second"]


async def test_what_nobody_in_line_took_goes_to_who_wants_one_of_the_pool(single: Database, parking: Parking) -> None:
    connection = await parking.take()
    leaving = await in_line(parking)
    assert parking.park(connection)
    leaving.cancel()
    async with asyncio.timeout(5), parking.wanted():
        wanted = await single.engine.raw_connection()
    await greenlet_spawn(wanted.close)
    assert leaving.cancelled()
    assert checked_out(single) == 0


async def test_closing_gives_back_what_is_parked_and_parks_no_more(single: Database, parking: Parking) -> None:
    assert parking.park(await parking.take())
    await parking.close()
    assert checked_out(single) == 0
    async with single.reader(uuid4()) as reader:
        await reader.fetch(VIEWER_TOTALS, keys=[])
    assert checked_out(single) == 0


async def test_the_line_is_served_after_closing_too(single: Database, parking: Parking) -> None:
    async with single.reader(uuid4()) as reader:
        await reader.fetch(VIEWER_TOTALS, keys=[])
        waiting = await in_line(parking)
        await parking.close()
    connection = await soon(waiting)
    assert not parking.park(connection)
    await give_back(parking, connection)
    assert checked_out(single) == 0


async def test_what_comes_in_the_moment_of_leaving_the_line_is_not_parked_after_closing(
    single: Database, parking: Parking
) -> None:
    connection = await parking.take()
    leaving = await in_line(parking)
    assert parking.park(connection)
    leaving.cancel()
    await parking.close()
    await cancelled(leaving)
    assert checked_out(single) == 0


async def test_who_waits_gets_no_connection_that_the_server_has_closed(single: Database) -> None:
    first, second = single.reader(uuid4()), single.reader(uuid4())
    await first.fetch(VIEWER_TOTALS, keys=[])
    driver = await first._driver()
    waiting = asyncio.create_task(second.fetch(VIEWER_TOTALS, keys=[]))
    await asyncio.sleep(0)
    process = await driver.fetchval("SELECT pg_backend_pid()")
    administrator = await asyncpg.connect(single.dsn)
    await administrator.execute("SELECT pg_terminate_backend($1)", process)
    await administrator.close()
    async with asyncio.timeout(5):
        while not driver.is_closed():
            await asyncio.sleep(0.01)
        await first.close()
        await waiting
    await second.close()


async def test_what_was_parked_before_another_server_took_over_is_not_used(database: Database) -> None:
    """Behind the same address there may be another one, which takes the writes that the old one refuses."""
    readers = [database.reader(uuid4()) for _ in range(2)]
    for reader in readers:
        await reader.fetch(VIEWER_TOTALS, keys=[])
    old = [await (await reader._driver()).fetchval("SELECT pg_backend_pid()") for reader in readers]
    with pytest.raises(DatabaseAwayError):
        await write_where_none_may(database)
    for reader in readers:
        await reader.close()
    for _ in range(3):
        async with database.reader(uuid4()) as reader:
            await reader.fetch(VIEWER_TOTALS, keys=[])
            assert await (await reader._driver()).fetchval("SELECT pg_backend_pid()") not in old


async def write_where_none_may(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("SET TRANSACTION READ ONLY"))
        await session.execute(text("INSERT INTO storage_deletions (id, prefix) VALUES (gen_random_uuid(), 'x')"))

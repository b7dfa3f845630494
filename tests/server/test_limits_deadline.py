"""Work that ends in time, or is ended."""

import asyncio

import pytest

from server.http_request import ClientGoneError
from server.limits.deadline import PATIENCE_SECONDS, Deadlines
from server.limits.refusals import OperationTimeoutError

LONG = 30


class Client:
    """A client that leaves after so many seconds; or a server that can't tell."""

    def __init__(self, seconds: float, *, known: bool = True) -> None:
        self.looked_for = 0
        self._seconds = seconds
        self._known = known

    async def left(self) -> bool:
        self.looked_for += 1
        await asyncio.sleep(self._seconds)
        return self._known


async def work(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "done"


async def test_nobody_looks_for_the_client_of_what_is_quick() -> None:
    deadlines, client = Deadlines(), Client(0)
    for _ in range(100):
        assert await deadlines.in_time(work(0), LONG, client.left) == "done"
    assert client.looked_for == 0


async def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(OperationTimeoutError, match=r"longer than 0\.01 seconds"):
        await Deadlines().in_time(work(LONG), 0.01)
    assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]  # a test is a task


async def test_what_a_client_has_asked_for_that_left_is_ended() -> None:
    client = Client(0.01)
    with pytest.raises(ClientGoneError):
        await Deadlines().in_time(work(LONG), LONG, client.left)
    assert client.looked_for == 1


async def test_where_the_server_can_not_tell_work_goes_on() -> None:
    client = Client(0, known=False)
    assert await Deadlines().in_time(work(4 * PATIENCE_SECONDS), LONG, client.left) == "done"
    assert client.looked_for == 1


async def test_who_cancels_the_task_is_not_told_of_time() -> None:
    task = asyncio.create_task(Deadlines().in_time(work(LONG), LONG, Client(LONG).left))
    await asyncio.sleep(3 * PATIENCE_SECONDS)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_both_at_once_is_a_cancellation() -> None:
    deadlines = Deadlines()
    task = asyncio.create_task(deadlines.in_time(work(LONG), LONG))
    await asyncio.sleep(0)
    (run,) = deadlines._running
    run._end(OperationTimeoutError(LONG))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_the_work_is_its_own() -> None:
    async def failing() -> None:
        await asyncio.sleep(3 * PATIENCE_SECONDS)
        raise TimeoutError("of a statement")

    with pytest.raises(TimeoutError, match="of a statement"):
        await Deadlines().in_time(failing(), LONG)


async def test_nothing_is_left_running() -> None:
    deadlines = Deadlines()
    before = asyncio.all_tasks()
    for seconds in (0, 3 * PATIENCE_SECONDS):
        await deadlines.in_time(work(seconds), LONG, Client(LONG).left)
    async with asyncio.timeout(5):
        while deadlines._ticks or asyncio.all_tasks() != before:
            await asyncio.sleep(0.01)
    assert not deadlines._running

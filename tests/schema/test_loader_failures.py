"""What the dataloader promises when things fail: errors and cancellations stay with whom they concern."""

import asyncio
import traceback
from collections.abc import Awaitable, Sequence

import pytest
import strawberry
from sqlalchemy import text

from executor.loader import Loader, LoadError
from tests.support.api import Api
from tests.support.library import Library
from tests.support.source import Source, turns

TWICE = "query ($id: ID!) { a: videoJob(id: $id) { status } b: videoJob(id: $id) { status } }"


@pytest.fixture
async def source() -> Source:
    return Source()


async def failure(awaitable: Awaitable[object]) -> Exception:
    """What an awaitable raises."""
    with pytest.raises(Exception) as raised:  # noqa: PT011  the caller looks at it
        await awaitable
    return raised.value


async def test_errors_are_not_kept(source: Source) -> None:
    source.error = OSError("lost")
    assert isinstance(await failure(source.loader.load(1)), OSError)
    source.error = None
    assert await source.loader.load(1) == 1
    assert source.questions == [[1], [1]]


async def test_each_waiter_gets_an_error_of_its_own(source: Source) -> None:
    source.error = original = OSError(5, "lost")
    errors = [await failure(task) for task in await source.asked(1, 1, 2)]
    assert len(set(map(id, [original, *errors]))) == 4
    assert [(type(error), str(error), error.__cause__) for error in errors] == [(OSError, str(original), original)] * 3


async def test_tracebacks_lead_to_the_waiter_and_to_the_question(source: Source) -> None:
    source.error = OSError("lost")
    first, second = [await failure(task) for task in await source.asked(1, 1)]
    assert [frame.name for frame in traceback.extract_tb(first.__traceback__)] == ["failure", "load"]
    assert [frame.name for frame in traceback.extract_tb(second.__traceback__)] == ["failure", "load"]
    assert first.__cause__ is not None
    assert traceback.extract_tb(first.__cause__.__traceback__)[-1].name == "ask"


async def test_an_error_that_can_not_be_copied_is_the_cause(source: Source) -> None:
    class ParticularError(Exception):
        def __init__(self, *, reason: str) -> None:
            super().__init__(reason)
            self.reason = reason

        def __reduce__(self) -> tuple[object, ...]:
            raise TypeError

    source.error = original = ParticularError(reason="odd")
    error = await failure(source.loader.load(1))
    assert (type(error), str(error), error.__cause__) == (LoadError, "odd", original)


async def test_too_few_values_are_an_error() -> None:
    async def ask(keys: list[int]) -> Sequence[int]:
        return keys[1:]

    assert isinstance(await failure(Loader(ask).load_many([1, 2])), ValueError)
    assert isinstance(await failure(Loader(ask).batch([1, 2])), ValueError)


async def test_a_cancelled_waiter_harms_nobody(source: Source) -> None:
    source.close()
    leaving, staying, other = await source.asked(1, 1, 2)
    leaving.cancel()
    await turns()
    source.open()
    assert [await staying, await other] == [1, 4]
    assert leaving.cancelled()
    assert (source.questions, source.cancelled) == ([[1, 2]], 0)


async def test_a_question_that_nobody_waits_for_is_cancelled(source: Source) -> None:
    source.close()
    tasks = await source.asked(1, 1, 2)
    for task in tasks[1:]:
        task.cancel()
    await turns()
    assert source.cancelled == 0
    tasks[0].cancel()
    await turns()
    assert source.cancelled == 1


async def test_a_cancelled_question_is_asked_anew(source: Source) -> None:
    source.close()
    future = source.loader.load(1)
    await turns()
    future.cancel()
    await asyncio.sleep(0)  # the question is being cancelled
    again = source.loader.load(1)
    await turns()
    late = source.loader.load(1)
    await turns()
    source.open()
    assert [await again, await late] == [1, 1]
    assert (source.questions, source.cancelled) == ([[1], [1]], 1)


async def test_who_comes_late_keeps_the_question_alive(source: Source) -> None:
    source.close()
    (first,) = await source.asked(1)
    (late,) = await source.asked(1)
    first.cancel()
    await turns()
    source.open()
    assert await late == 1
    assert (source.questions, source.cancelled) == ([[1]], 0)


async def test_a_question_that_nobody_waits_for_any_more_is_not_asked(source: Source) -> None:
    source.loader.load(1).cancel()
    await turns()
    assert source.questions == []
    assert await source.loader.load(2) == 4
    assert source.questions == [[2]]


async def test_a_question_cancelled_from_elsewhere_leaves_nobody_waiting(source: Source) -> None:
    source.error = asyncio.CancelledError()
    (waiting,) = await source.asked(1)
    await asyncio.wait([waiting], timeout=1)
    assert waiting.cancelled()
    source.error = None
    assert await source.loader.load(1) == 1


async def test_a_batch_raises_what_the_question_raised_and_can_be_asked_again(source: Source) -> None:
    source.error = OSError("lost")
    assert await failure(source.loader.batch([1])) is source.error
    source.error = None
    assert await source.loader.batch([1]) == [1]


@strawberry.type
class Query:
    @strawberry.field
    async def square(self, info: strawberry.Info[Source, None], of: int) -> int | None:
        return await info.context.load(of)


async def test_an_error_reaches_each_field_with_its_path(source: Source) -> None:
    schema = strawberry.Schema(Query)
    source.error = OSError("lost")
    failed = await schema.execute("{ a: square(of: 2) b: square(of: 2) }", context_value=source)
    assert failed.data == {"a": None, "b": None}
    assert [error.path for error in failed.errors or ()] == [["a"], ["b"]]
    a, b = (error.original_error for error in failed.errors or ())
    assert a is not b

    source.error = None
    assert (await schema.execute("{ a: square(of: 2) }", context_value=source)).data == {"a": 4}
    assert source.questions == [[2], [2]]


async def test_a_failing_statement_is_masked_and_logged_for_each_field(
    api: Api, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    job = await library.job(await library.video())
    await execute(library, "ALTER TABLE video_jobs RENAME TO elsewhere")
    answer = await api.execute(TWICE, id=f"job_{job.id.hex}")
    await execute(library, "ALTER TABLE elsewhere RENAME TO video_jobs")

    assert answer["data"] == {"a": None, "b": None}
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["a"], "INTERNAL_SERVER_ERROR"),
        (["b"], "INTERNAL_SERVER_ERROR"),
    ]
    assert caplog.text.count('relation "video_jobs" does not exist') >= 2
    assert caplog.text.count("in fetch\n") >= 2, "the log shows where the original was raised"


async def test_a_client_that_leaves_stops_its_statement(api: Api, library: Library) -> None:
    job = await library.job(await library.video())
    async with library.database.transaction() as session:
        await session.execute(text("LOCK TABLE video_jobs"))
        request = asyncio.create_task(api.execute(TWICE, id=f"job_{job.id.hex}"))
        await until(library, waiting=1)
        request.cancel()
        await until(library, waiting=0)
    assert (await api.data(TWICE, id=f"job_{job.id.hex}"))["b"] == {"status": "COMPLETED"}


async def execute(library: Library, statement: str) -> None:
    async with library.database.transaction() as session:
        await session.execute(text(statement))


async def until(library: Library, *, waiting: int) -> None:
    """Return when so many statements wait for a lock."""
    count = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(10), library.database.transaction() as session:
        while await session.scalar(count) != waiting:
            await asyncio.sleep(0.01)

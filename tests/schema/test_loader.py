"""What the dataloader promises: one question a turn, each key asked for once."""

import asyncio

import pytest

from schema.loaders.loader import Loader
from tests.support.source import Source


@pytest.fixture
async def source() -> Source:
    return Source()


async def test_what_is_asked_in_one_turn_is_one_question(source: Source) -> None:
    early = source.loader.load(1)
    assert await asyncio.gather(*map(source.load, [2, 3])) == [4, 9]
    assert await early == 1
    assert source.questions == [[1, 2, 3]]


async def test_nested_loads_are_one_question_a_level(source: Source) -> None:
    children = Source()

    async def child(key: int) -> int:
        return await children.load(await source.loader.load(key))

    async def grandchild(key: int) -> int:
        return await children.load(await asyncio.create_task(child(key)))

    assert await asyncio.gather(*map(grandchild, [2, 3, 5])) == [2**8, 3**8, 5**8]
    assert source.questions == [[2, 3, 5]]
    assert children.questions == [[4, 9, 25], [16, 81, 625]]


async def test_a_key_is_asked_once(source: Source) -> None:
    source.close()
    first = await source.asked(1, 2, 1)
    late = await source.asked(1, 2)
    source.open()
    assert await asyncio.gather(*first, *late) == [1, 4, 1, 1, 4]
    assert source.loader.load(2).result() == 4
    assert source.questions == [[1, 2]]


async def test_another_key_does_not_wait_for_a_running_question(source: Source) -> None:
    source.close()
    first = await source.asked(1)
    second = await source.asked(2)
    source.open()
    assert await asyncio.gather(*first, *second) == [1, 4]
    assert source.questions == [[1], [2]]


async def test_nothing_found_is_kept_too() -> None:
    questions: list[list[int]] = []

    async def ask(keys: list[int]) -> list[str | None]:
        questions.append(keys)
        return [None for _ in keys]

    loader = Loader(ask)
    assert await loader.load(1) is None
    assert loader.load(1).result() is None
    assert questions == [[1]]


async def test_many_come_in_their_order(source: Source) -> None:
    assert await source.loader.load_many([3, 1, 3]) == [9, 1, 9]
    assert await source.loader.load_many([]) == []
    assert source.questions == [[3, 1]]


async def test_a_large_batch_is_several_questions() -> None:
    source = Source()
    loader = Loader(source.ask, largest_batch=2)
    assert await loader.load_many(range(5)) == [0, 1, 4, 9, 16]
    assert source.questions == [[0, 1], [2, 3], [4]]


async def test_a_primed_value_is_not_asked_for_and_never_overwrites(source: Source) -> None:
    assert await source.loader.load(1) == 1
    waiting = source.loader.load(2)
    for key in (1, 2, 3):
        source.loader.prime(key, -key)
    source.loader.prime(3, -33)
    assert [await source.loader.load(1), await waiting, await source.loader.load(3)] == [1, -2, -3]
    assert source.questions == [[1]]


async def test_a_value_primed_while_the_question_runs_stays(source: Source) -> None:
    source.close()
    (waiting,) = await source.asked(2)
    source.loader.prime(2, -2)
    source.open()
    assert [await waiting, await source.loader.load(2)] == [-2, -2]


async def test_a_batch_asks_for_what_is_not_known(source: Source) -> None:
    source.loader.prime(2, -2)
    assert await source.loader.batch([3, 1, 2, 3]) == [9, 1, -2, 9]
    assert await source.loader.batch([1, 2]) == [1, -2]
    assert await source.loader.load(3) == 9
    assert await source.loader.batch([]) == []
    assert source.questions == [[3, 1]]

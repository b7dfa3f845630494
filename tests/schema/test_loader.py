"""What the dataloader promises: one question a turn, each key asked for once."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from executor.loader import Loader
from tests.support.source import Source, turns


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


async def test_a_batch_waits_for_what_others_ask_for(source: Source) -> None:
    source.close()
    waiting = await source.asked(1)
    batch = asyncio.create_task(source.loader.batch([1, 2]))
    await turns()
    source.open()
    assert [await batch, await waiting[0]] == [[1, 4], 1]
    assert source.questions == [[1], [2]]


async def test_a_large_batch_of_a_level_is_several_questions() -> None:
    source = Source()
    loader = Loader(source.ask, largest_batch=2)
    assert await loader.batch([4, 0, 2, 1, 3]) == [16, 0, 4, 1, 9]
    assert source.questions == [[4, 0], [2, 1], [3]]


async def test_a_value_primed_while_a_batch_asks_stays(source: Source) -> None:
    source.close()
    batch = asyncio.create_task(source.loader.batch([1, 2]))
    await turns()
    source.loader.prime(2, -2)
    assert source.loader.load(2).result() == -2
    source.open()
    assert await batch == [1, -2]
    assert source.loader.load(2).result() == -2


async def test_values_primed_for_later_are_made_when_somebody_asks(source: Source) -> None:
    made: list[str] = []

    def values(name: str, **pairs: int) -> Callable[[], Iterator[tuple[int, int]]]:
        def make() -> Iterator[tuple[int, int]]:
            made.append(name)
            return ((int(key[1:]), value) for key, value in pairs.items())

        return make

    source.loader.prime_later(values("early", k1=-1, k2=-2))
    source.loader.prime_later(values("late", k2=-22, k3=-3))
    assert made == []
    assert await source.loader.batch([2]) == [-2]
    assert [await source.loader.load(1), await source.loader.load(3), await source.loader.load(4)] == [-1, -3, 16]
    assert (made, source.questions) == (["early", "late"], [[4]])


async def test_values_primed_for_later_never_overwrite(source: Source) -> None:
    assert await source.loader.load(1) == 1
    source.loader.prime_later(lambda: [(1, -1), (2, -2)])
    source.loader.prime(2, -22)
    source.loader.prime(3, -33)
    source.loader.prime_later(lambda: [(3, -3)])
    assert await source.loader.load_many([1, 2, 3]) == [1, -22, -33]
    assert source.questions == [[1]]


async def test_known_is_what_need_not_be_asked_for(source: Source) -> None:
    await source.loader.load(1)
    source.loader.prime(2, -2)
    source.loader.prime_later(lambda: [(3, -3)])
    assert source.loader.known({1, 2, 3, 4}) == 3
    assert source.loader.known([]) == 0
    assert source.questions == [[1]]


async def test_again_keeps_what_is_known_but_answers_in_turn(source: Source) -> None:
    assert await source.loader.batch([1, 2]) == [1, 4]
    source.loader.prime_later(lambda: [(3, -3)])
    source.loader.again()
    futures = [source.loader.load(key) for key in (1, 3, 5)]
    assert not any(future.done() for future in futures)
    assert await asyncio.gather(*futures) == [1, -3, 25]
    assert await source.loader.batch([2, 6]) == [4, 36]
    assert source.questions == [[1, 2], [5], [6]]

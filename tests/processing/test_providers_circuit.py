"""When a service that fails is asked again: delays, what it asks for itself, and the circuit that leaves it alone."""

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.providers import Description, DescriptionSource, Patience, Providers, ProviderUnavailableError
from processing.providers.patience import LONGEST_RETRY_AFTER_SECONDS, retry_after_seconds
from tests.support.ai_answers import failing, slow, usual
from tests.support.ai_server import AIServer, ai_server, asking

SOURCE = DescriptionSource("a.mp4", {}, "The ferry leaves Oskarshamn at nine and reaches Visby at noon.", None)


@pytest.fixture
def server() -> Iterator[AIServer]:
    with ai_server() as server:
        yield server


async def unavailable(providers: Providers) -> ProviderUnavailableError:
    with pytest.raises(ProviderUnavailableError) as caught:
        await providers.describer.describe(SOURCE)
    return caught.value


async def test_the_service_says_when_to_come_back(server: AIServer) -> None:
    async with asking(server) as providers:
        server.answer_next(failing(429, Retry_After="1"))
        begun = time.monotonic()
        await providers.describer.describe(SOURCE)
        assert 1 <= time.monotonic() - begun < 4
        # Later than a job should wait with its place in the worker: that is left to the queue.
        server.answer_next(failing(503, Retry_After="90"))
        begun = time.monotonic()
        error = await unavailable(providers)
    assert error.retry_after_seconds == 90
    assert time.monotonic() - begun < 1
    assert len(server.requests) == 3


async def test_attempts_end_with_the_time_there_is(server: AIServer) -> None:
    async with asking(server, timeout_seconds=0.5) as providers:
        server.answer_next(failing(429, "Slow down.", Retry_After="5"))
        begun = time.monotonic()
        error = await unavailable(providers)
    assert (str(error), error.retry_after_seconds) == ("The AI service answered 429: Slow down.", 5)
    assert time.monotonic() - begun < 0.5


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("inf", LONGEST_RETRY_AFTER_SECONDS),
        ("99999999999", LONGEST_RETRY_AFTER_SECONDS),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 9015 07:28:00 GMT", LONGEST_RETRY_AFTER_SECONDS),
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header) == seconds


def test_retry_after_as_a_date_is_from_now() -> None:
    at = datetime.now(UTC) + timedelta(seconds=40)
    for header in (format_datetime(at, usegmt=True), format_datetime(at.replace(tzinfo=None))):
        assert retry_after_seconds(header) == pytest.approx(40, abs=2)


@given(st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [\w+-]*"))
def test_any_retry_after_is_understood_or_not(header: str) -> None:
    seconds = retry_after_seconds(header)
    assert seconds is None or 0 <= seconds <= LONGEST_RETRY_AFTER_SECONDS


def test_delays_grow_and_are_spread_over_their_whole_length() -> None:
    patience = Patience(attempts=9, first_delay_seconds=1, longest_delay_seconds=6)
    for attempt, ceiling in enumerate([1, 2, 4, 6, 6, 6, 6, 6], 1):
        delays = [patience.delay_after(attempt, None) or 0 for _ in range(300)]
        assert min(delays) < ceiling * 0.2
        assert ceiling * 0.8 < max(delays) <= ceiling
    assert patience.delay_after(9, None) is None
    assert 20 <= (patience.delay_after(1, 20) or 0) <= 21
    assert patience.delay_after(1, 31) is None


async def test_a_circuit_opens_and_one_trial_closes_it(server: AIServer) -> None:
    patience = Patience(attempts=1, failures_to_open=3, cool_down_seconds=0.4)
    async with asking(server, patience) as providers:
        server.answer_next(*[failing(500)] * 3)
        for _ in range(3):
            assert "answered 500" in str(await unavailable(providers))
        error = await unavailable(providers)
        assert re.fullmatch(
            r"The AI service has failed 3 times in a row and is left alone until \d\d:\d\d:\d\d UTC\.", str(error)
        )
        assert 0 < (error.retry_after_seconds or 0) <= 0.4
        assert len(server.requests) == 3

        await asyncio.sleep(0.4)
        server.answer_next(failing(500))
        assert "answered 500" in str(await unavailable(providers)), "the trial"
        assert "left alone" in str(await unavailable(providers)), "it failed"
        assert len(server.requests) == 4

        await asyncio.sleep(0.4)
        server.answer_next(slow(0.2))
        answers = await asyncio.gather(
            *[providers.describer.describe(SOURCE) for _ in range(5)], return_exceptions=True
        )
        assert [type(answer) for answer in answers] == [Description] + [ProviderUnavailableError] * 4
        assert len(server.requests) == 5, "one trial, however many ask"
        assert isinstance(await providers.describer.describe(SOURCE), Description)


async def test_a_trial_that_is_cancelled_leaves_room_for_another(server: AIServer) -> None:
    patience = Patience(attempts=1, failures_to_open=1, cool_down_seconds=0.1)
    async with asking(server, patience) as providers:
        server.answer_next(failing(500), slow(30))
        await unavailable(providers)
        await asyncio.sleep(0.1)
        trial = asyncio.create_task(providers.describer.describe(SOURCE))
        while len(server.requests) < 2:
            await asyncio.sleep(0.01)
        trial.cancel()
        await asyncio.wait([trial])
        assert isinstance(await providers.describer.describe(SOURCE), Description)


async def test_only_failures_in_a_row_open_the_circuit(server: AIServer) -> None:
    patience = Patience(attempts=1, failures_to_open=2, cool_down_seconds=60)
    async with asking(server, patience) as providers:
        for between in (usual, failing(400)):  # a service that refuses works
            server.answer_next(failing(500), between, failing(500), usual)
            await unavailable(providers)
            await asyncio.gather(providers.describer.describe(SOURCE), return_exceptions=True)
            await unavailable(providers)
            assert isinstance(await providers.describer.describe(SOURCE), Description)


async def test_a_circuit_stays_open_as_long_as_the_service_asks(server: AIServer) -> None:
    patience = Patience(failures_to_open=1, cool_down_seconds=0.01)
    async with asking(server, patience) as providers:
        server.answer_next(failing(429, Retry_After="120"))
        await unavailable(providers)
        assert (await unavailable(providers)).retry_after_seconds == pytest.approx(120, abs=5)


async def test_a_service_that_goes_away_and_comes_back(server: AIServer) -> None:
    patience = Patience(attempts=2, first_delay_seconds=0.01, failures_to_open=2, cool_down_seconds=0.2)
    async with asking(server, patience) as providers:
        await providers.describer.describe(SOURCE)
        server.answer_next(slow(30))
        cut = asyncio.create_task(unavailable(providers))
        while len(server.requests) < 2:
            await asyncio.sleep(0.01)
        server.down()
        assert "failed to answer" in str(await cut)
        assert "failed to answer" in str(await unavailable(providers))
        assert "left alone" in str(await unavailable(providers))
        server.up()
        await asyncio.sleep(0.2)
        assert isinstance(await providers.describer.describe(SOURCE), Description)


async def test_jobs_get_through_a_service_that_fails_a_third_of_the_time() -> None:
    patience = Patience(attempts=8, first_delay_seconds=0.005, longest_delay_seconds=0.02)
    with ai_server(fail_rate=1 / 3, seed=5) as server:
        async with asking(server, patience) as providers:
            answers = await asyncio.gather(*[providers.describer.describe(SOURCE) for _ in range(40)])
        assert set(map(type, answers)) == {Description}
        assert len(set(answers)) == 1
        assert len(server.requests) > 40

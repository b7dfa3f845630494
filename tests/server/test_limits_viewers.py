"""What a viewer may spend in a minute and hold open at a time, and what they are told of it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import httpx
import pytest

from database.engine import Database
from server.limits import budget as module
from server.limits.budget import Budget
from server.limits.refusals import BudgetExhaustedError, TooManyOpenError, too_many_subscriptions
from server.limits.slots import Slots
from server.settings import Settings
from services.storage import Storage
from tests.support.api import Api, serving
from tests.support.live import Live, events
from tests.support.websocket import connected

FOLLOW = "subscription { videoJobEvents { cursor } }"
TEN = "{ videos(first: 9) { totalCount } }"
MOST = 3


@pytest.fixture
def settings(settings: Settings) -> Settings:
    update = {"max_subscriptions_per_viewer": MOST, "max_connections_per_viewer": 2, "cost_per_minute": 100}
    return settings.model_copy(update=update)


async def test_the_cost_is_told_to_who_asks(live: Live, api: Api) -> None:
    answer = (await api.post({"query": TEN}, **{"X-Reelgraph-Cost": "1"})).json()
    budget = {"remaining": 90, "resetSeconds": 6}
    assert answer["extensions"] == {"cost": {"cost": 10, "maximum": 100, "budget": budget}}
    assert "extensions" not in (await api.post({"query": TEN})).json()


async def test_cost_and_explanation_stand_beside_each_other(
    settings: Settings, database: Database, storage: Storage, viewer: UUID
) -> None:
    developing = settings.model_copy(update={"environment": "development", "cost_per_minute": None})
    async with serving(developing, database, storage) as api:
        headers = {"X-Reelgraph-Cost": "1", "X-Reelgraph-Explain": "1"}
        answer = (await api.signed_in(viewer).post({"query": TEN}, **headers)).json()
    assert set(answer["extensions"]) == {"cost", "explain"}
    assert answer["extensions"]["cost"] == {"cost": 10, "maximum": 50_000, "budget": None}


async def test_who_has_spent_everything_waits(api: Api) -> None:
    for _ in range(10):
        assert "errors" not in await api.execute(TEN)
    async with api.statements() as statements:
        response = await api.post({"query": TEN})
    assert response.status_code == 429
    assert response.headers["retry-after"] == "6"
    ((error,),) = response.json().values()
    assert error["extensions"] == {
        "code": "BUDGET_EXHAUSTED",
        "cost": 10,
        "remaining": 0,
        "maximum": 100,
        "retryAfterSeconds": 6,
    }
    assert "REELGRAPH_COST_PER_MINUTE" in error["message"]
    assert not statements
    assert "errors" not in await api.signed_in(uuid4()).execute(TEN)


async def test_what_can_never_be_afforded_is_refused_for_its_cost(api: Api) -> None:
    error = await api.error("{ videos(first: 100) { totalCount } }")
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "cost", "value": 101, "maximum": 100}
    assert "REELGRAPH_COST_PER_MINUTE" in error["message"]


async def test_a_websocket_hears_that_the_budget_is_spent_and_stays_open(live: Live, api: Api) -> None:
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        for _ in range(10):
            await socket.subscribe("1", TEN)
            assert (await socket.receive())["type"] == "next"
            assert (await socket.receive())["type"] == "complete"
        await socket.subscribe("1", TEN)
        message = await socket.receive()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "BUDGET_EXHAUSTED")
        await socket.subscribe("1", "{ __typename }")
        assert (await socket.receive())["type"] == "error"


def test_a_budget_fills_up_little_by_little() -> None:
    now = [0.0]
    budget, viewer = Budget(60, clock=lambda: now[0]), uuid4()
    budget.spend(viewer, 60)
    with pytest.raises(BudgetExhaustedError, match="in 30 seconds"):
        budget.spend(viewer, 30)
    now[0] = 29.9
    with pytest.raises(BudgetExhaustedError, match="in 1 seconds"):
        budget.spend(viewer, 30)
    now[0] = 30
    budget.spend(viewer, 30)
    now[0] = 10_000
    assert budget.state(viewer) == {"remaining": 60, "resetSeconds": 0}


def test_a_budget_remembers_so_many_viewers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_VIEWERS", 3)
    budget = Budget(60, clock=lambda: 0.0)
    viewers = [uuid4() for _ in range(5)]
    for viewer in viewers:
        budget.spend(viewer, 60)
    assert len(budget._buckets) == 3


async def subscriptions(api: Api, live: Live, stack: AsyncExitStack, count: int) -> list[AsyncIterator[object]]:
    return [await stack.enter_async_context(events(live.url, api.headers, FOLLOW)) for _ in range(count)]


async def post(live: Live, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.post(f"{live.url}/graphql", json={"query": FOLLOW}, headers=headers)


async def test_subscriptions_of_a_viewer_have_a_limit_by_all_transports_together(
    live: Live, api: Api, viewer: UUID
) -> None:
    headers = {**api.headers, "Accept": "text/event-stream"}
    async with AsyncExitStack() as stack, connected(live.url) as socket:
        await subscriptions(api, live, stack, MOST - 1)
        await socket.init(api.headers)
        await socket.subscribe("1", FOLLOW)
        await live.followed(viewer, MOST)
        await socket.subscribe("2", FOLLOW)
        message = await socket.receive()
        assert (message["id"], message["type"]) == ("2", "error")
        expected = {"code": "LIMIT_EXCEEDED", "limit": "subscriptionsPerViewer", "value": MOST + 1, "maximum": MOST}
        assert message["payload"][0]["extensions"] == expected
        refused = await post(live, headers)
        assert refused.status_code == 429
        assert refused.json()["errors"][0]["extensions"] == expected
        other = api.signed_in(uuid4())
        async with events(live.url, other.headers, FOLLOW):
            pass
        await socket.send("complete", id="1")
        await live.followed(viewer, MOST - 1)
        await subscriptions(api, live, stack, 1)
    await live.deserted()


async def test_slots_are_free_again_however_subscriptions_end(live: Live, api: Api, viewer: UUID) -> None:
    for _ in range(2 * MOST):
        async with connected(live.url) as socket:
            await socket.init(api.headers)
            await socket.subscribe("1", FOLLOW)
            await socket.subscribe("2", 'subscription { videoJobEvents(after: "x") { cursor } }')
            assert (await socket.receive())["id"] == "2"
    await live.followed(viewer, 0)
    async with AsyncExitStack() as stack:
        await subscriptions(api, live, stack, MOST)
        await live.followed(viewer, MOST)
    await live.deserted()


async def test_websockets_of_a_viewer_have_a_limit(live: Live, api: Api) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await (await stack.enter_async_context(connected(live.url))).init(api.headers)
        async with connected(live.url) as socket:
            await socket.send("connection_init", payload=api.headers)
            code, reason = await socket.closed()
            assert code == 4403
            assert reason is not None
            assert reason.startswith("Forbidden: You have 2 WebSockets already")
        async with connected(live.url) as socket:
            await socket.init(api.signed_in(uuid4()).headers)
    await live.deserted()
    async with connected(live.url) as socket:
        await socket.init(api.headers)


def test_slots_hold_nothing_for_who_holds_nothing() -> None:
    slots, viewer = Slots(1, too_many_subscriptions), uuid4()
    with slots.held(viewer), pytest.raises(TooManyOpenError), slots.held(viewer):
        pass
    with pytest.raises(ZeroDivisionError), slots.held(viewer):
        raise ZeroDivisionError
    slots.require(viewer)
    assert not slots._held

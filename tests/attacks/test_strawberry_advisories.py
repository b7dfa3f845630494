"""Strawberry's advisories of 2026: this server has its own transports and limits, and none of them applies to it."""

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.attacks.conftest import Attacker
from tests.support.api import Api
from tests.support.live import Live
from tests.support.websocket import connected

FOLLOW = "subscription { videoJobEvents { cursor } }"


async def test_cve_2026_35523_no_subprotocol_skips_the_handshake(live: Live) -> None:
    """The legacy `graphql-ws` took a subscription before anybody had said who they were."""
    async with connected(live.url, subprotocols=(Subprotocol("graphql-ws"),)) as socket:
        assert (await socket.closed())[0] == 4406
    async with connected(live.url) as socket:
        await socket.subscribe("1", FOLLOW)
        assert (await socket.closed())[0] == 4401
    assert not live.job_events._feeds


async def test_cve_2026_35526_subscriptions_of_a_connection_are_bounded(live: Live, api: Api) -> None:
    """A flood of `subscribe` messages made a task for each."""
    async with connected(live.url) as socket:
        await socket.init(api.headers)
        for number in range(101):
            await socket.subscribe(str(number), FOLLOW)
        assert await socket.closed() == (4400, "Invalid message: 100 operations run on this connection already")
    await live.deserted()


async def test_cve_2026_47706_circular_fragments_are_refused(attacker: Attacker) -> None:
    """Measuring the depth of fragments that contain each other never came to an end."""
    for others in (["A"], ["B", "A"], [f"F{number}" for number in range(200)] + ["A"]):
        names = ["A", *others]
        fragments = [
            f"fragment {name} on Video {{ id jobs {{ nodes {{ video {{ ...{following} }} }} }} }}"
            for name, following in zip(names, others, strict=False)
        ]
        answer = await attacker.send("{ videos { nodes { ...A } } } " + " ".join(dict.fromkeys(fragments)))
        assert "data" not in answer
        assert answer["errors"][0]["extensions"]["code"] in {"GRAPHQL_VALIDATION_FAILED", "LIMIT_EXCEEDED"}


async def test_cve_2026_47707_aliases_are_counted_as_often_as_their_fragment_is_spread(attacker: Attacker) -> None:
    """Ten aliases in a fragment that is spread a thousand times were ten."""
    many = " ".join(f"a{number}: id" for number in range(10))
    spread = " ".join(f"v{number}: viewer {{ ...A }}" for number in range(10))
    error = await attacker.refused(f"{{ {spread} }} fragment A on Viewer {{ {many} }}")
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert error["extensions"]["limit"] == "aliases"
    assert error["extensions"]["value"] == 110


async def test_cve_2026_107727_a_page_of_another_site_opens_no_websocket(live: Live) -> None:
    """Handshakes were taken from any origin, with the cookies of whoever looked at the page."""
    with pytest.raises(InvalidStatus, match="403"):
        async with connected(live.url, origin=Origin("https://evil.example.com")):
            pass
    async with httpx.AsyncClient() as http:  # nor does a cookie say who somebody is
        answer = await http.post(f"{live.url}/graphql", json={"query": "{ viewer { id } }"}, headers={"Cookie": "a=b"})
    assert answer.status_code == 401

"""What tokens say, and what settings want them to say."""

import asyncio
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from database.engine import Database
from server.auth import ANONYMOUS, Authenticator, key_server
from server.auth.key_server import Pace
from server.auth.refusals import TokenRefusedError
from server.settings import Settings
from services.storage import Storage
from tests.support.issuer import AUDIENCE, ISSUER, running_issuer, signer
from tests.support.live import running_live
from tests.support.websocket import connected

SECRET = "of-the-project-Zr81kfPq0vN3xLwT7yBd"
USER = uuid4()

# As a project's auth server made it, names and values changed.
SUPABASE = {
    "iss": "https://abcdefghijklmnopqrst.supabase.co/auth/v1",
    "sub": str(USER),
    "aud": "authenticated",
    "email": "ada@example.com",
    "phone": "",
    "app_metadata": {"provider": "email", "providers": ["email"]},
    "user_metadata": {"email_verified": True},
    "role": "authenticated",
    "aal": "aal1",
    "amr": [{"method": "password", "timestamp": 1_700_000_000}],
    "session_id": str(uuid4()),
    "is_anonymous": False,
    "permissions": ["videos:read", "videos:write"],
    "scope": "openid videos",
}


def authenticator(tmp_path: Path, **settings: Any) -> Authenticator:
    given = {"data": tmp_path, "jwt_secret": SECRET, "jwt_audience": AUDIENCE, **settings}
    return Authenticator(Settings.model_validate(given))


async def user_of(known: Authenticator, claims: dict[str, Any]) -> UUID:
    now = int(time.time())
    token = jwt.encode({"iat": now, "exp": now + 60} | claims, SECRET, headers={"kid": "Zr81kfPq0vN3"})
    return (await known.identify(f"Bearer {token}")).user


async def test_supabases_tokens_by_the_projects_secret(tmp_path: Path) -> None:
    known = authenticator(tmp_path, jwt_issuer=SUPABASE["iss"], jwt_required_claims="role=authenticated")
    assert await user_of(known, SUPABASE) == USER
    for role in ("anon", "service_role"):
        key = {"iss": "supabase", "ref": "abcdefghijklmnopqrst", "role": role, "exp": int(time.time()) + 10**8}
        with pytest.raises(TokenRefusedError, match=r"names no user.*anon and service_role"):
            await user_of(known, key)


async def test_an_audience_is_for_whom_it_names(tmp_path: Path) -> None:
    claims = {"sub": str(USER)}
    for audience in ("a", ["x", "b"]):
        assert await user_of(authenticator(tmp_path, jwt_audience="a, b"), claims | {"aud": audience}) == USER
    for wrong in ("", "A", "a, b", [], ["x"], None, 5):
        with pytest.raises(TokenRefusedError):
            await user_of(authenticator(tmp_path, jwt_audience="a, b"), claims | {"aud": wrong})
    with pytest.raises(TokenRefusedError, match="REELGRAPH_JWT_AUDIENCE does not say"):
        await user_of(authenticator(tmp_path, jwt_audience=None), claims | {"aud": "a"})


@pytest.mark.parametrize(
    ("required", "says"),
    [
        ("role=authenticated,email,is_anonymous=false", None),
        ("permissions=videos:write,scope=videos", None),
        ("role=admin", "`role` is not admin"),
        ("role=authenticated,mfa", "lacks the claim `mfa`"),
        ("is_anonymous=true", "`is_anonymous` is not true"),
        ("permissions=videos", "`permissions` is not videos"),
        ("scope=video", "`scope` is not video"),
        ("email=ada@example", "`email` is not"),
    ],
)
async def test_claims_that_are_required(tmp_path: Path, required: str, says: str | None) -> None:
    known = authenticator(tmp_path, jwt_required_claims=required)
    if says is None:
        assert await user_of(known, SUPABASE) == USER
    else:
        with pytest.raises(TokenRefusedError, match=says):
            await user_of(known, SUPABASE)


async def test_a_user_may_be_named_by_another_claim(tmp_path: Path) -> None:
    claim = "https://reelgraph.example/user"
    known = authenticator(tmp_path, jwt_user_claim=claim)
    assert await user_of(known, SUPABASE | {"sub": "auth0|6470", claim: str(USER)}) == USER
    with pytest.raises(TokenRefusedError, match=r"names no user: it lacks `https://reelgraph\.example/user`"):
        await user_of(known, SUPABASE)


async def test_clocks_may_differ_by_so_much(tmp_path: Path) -> None:
    now = time.time()
    known, claims = authenticator(tmp_path, jwt_leeway_seconds=30), {"aud": AUDIENCE, "sub": str(USER)}
    for within in ({"exp": now - 20}, {"iat": now + 20}, {"nbf": now + 20}):
        assert await user_of(known, claims | within) == USER
    for beyond in ({"exp": now - 40}, {"iat": now + 40}, {"nbf": now + 40}):
        with pytest.raises(TokenRefusedError):
            await user_of(known, claims | beyond)


async def test_what_never_ends_ends_some_day(tmp_path: Path) -> None:
    token = jwt.encode({"aud": AUDIENCE, "sub": str(USER), "exp": 10**400}, SECRET)
    identity = await authenticator(tmp_path).identify(f"Bearer {token}")
    assert identity.expires == ANONYMOUS.expires
    async with asyncio.timeout(identity.expires - time.time()):
        await asyncio.sleep(0)


async def test_a_token_that_is_known_is_a_step_without_a_pause(tmp_path: Path) -> None:
    async with running_issuer(signer("ES256", "key")) as issuer:
        known = authenticator(tmp_path, jwks_url=issuer.url, jwt_issuer=ISSUER)
        header = f"Bearer {signer('ES256', 'key').token(sub=str(USER))}"
        first = await known.identify(header)
        with pytest.raises(StopIteration) as ended:
            known.identify(header).send(None)
        assert ended.value.value is first


async def test_one_token_is_kept_once_however_it_is_written(tmp_path: Path) -> None:
    known, token = authenticator(tmp_path), jwt.encode({"aud": AUDIENCE, "sub": str(USER), "exp": 2e9}, SECRET)
    for spaces in range(1, 50):
        assert (await known.identify(f"Bearer{' ' * spaces}{token}")).user == USER
    assert len(known._known) == 1


async def test_a_connection_learns_that_its_key_was_taken_back(
    tmp_path: Path, database: Database, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, other = signer("ES256", "key"), signer("ES256", "other")
    async with running_issuer(key, other) as issuer:
        given = {"data": tmp_path, "jwks_url": issuer.url, "jwt_issuer": ISSUER, "jwt_audience": AUDIENCE}
        settings = Settings.model_validate(given)
        monkeypatch.setattr(key_server, "PACE", Pace(unknown=0))
        async with running_live(settings, database, storage) as live, connected(live.url) as socket:
            await socket.init({"Authorization": f"Bearer {key.token()}"})
            await socket.subscribe("1", "{ __typename }")
            assert (await socket.receive())["payload"] == {"data": {"__typename": "Query"}}
            assert await socket.receive() == {"id": "1", "type": "complete"}
            issuer.keys = [other.jwk]
            # Somebody's new key is asked for, and with it comes the news.
            new = {"Authorization": f"Bearer {signer('ES256', 'new').token()}"}
            async with connected(live.url) as another:
                await another.send("connection_init", payload=new)
                assert (await another.closed())[0] == 4403
            await socket.subscribe("2", "{ __typename }")
            code, reason = await socket.closed()
            assert code == 4403
            assert "does not have (any more)" in (reason or "")

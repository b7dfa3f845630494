"""Tokens that are not to be believed, by every door there is."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode
from pydantic import SecretStr

from database.engine import Database
from server.settings import Settings
from server.tokens import issue_token
from services.storage import FolderStorage, Storage
from tests.support.issuer import AUDIENCE, ISSUER, Issuer, claims_of, forged, hs256, running_issuer, signer
from tests.support.live import Live, running_live
from tests.support.websocket import connected

KEY, RSA, FOREIGN = signer("ES256", "key"), signer("RS256", "rsa"), signer("ES256", "foreign")
HEADER = {"alg": "ES256", "kid": "key", "typ": "JWT"}
NOW = int(claims_of()["iat"])
SECRET = "of-the-server-itself-Zr81kfPq0vN3xLwT"
COUNT = "{ viewer { videoCount } }"

PEM = KEY.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = KEY.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def confused(key: bytes) -> str:
    """Signed by a public key as if it were a secret."""
    return forged({"alg": "HS256", "kid": "key", "typ": "JWT"}, hs256(key))


def own(header: dict[str, Any]) -> str:
    """Signed by the issuer, with a header that it would not write."""
    return forged(HEADER | header, KEY.sign)


# Each with a part of what is said of it.
FORGED: dict[str, tuple[str, str]] = {
    "none": (jwt.encode(claims_of(), "", "none", headers={"kid": "key"}), "`alg` is none of"),
    "none, spelt otherwise": (forged(HEADER | {"alg": "nOnE"}, lambda _: b""), "`alg` is none of"),
    "no alg": (forged({"kid": "key"}, KEY.sign), "no `alg`"),
    "alg is a list": (forged(HEADER | {"alg": ["ES256"]}, KEY.sign), "no `alg`"),
    "no signature": (KEY.token().rpartition(".")[0] + ".", "signature is not by"),
    "confused, PEM": (confused(PEM), "`alg` is none of"),
    "confused, PEM without its last line end": (confused(PEM.strip()), "`alg` is none of"),
    "confused, DER": (confused(DER), "`alg` is none of"),
    "confused, JWK": (confused(json.dumps(KEY.jwk).encode()), "`alg` is none of"),
    "confused, empty": (confused(b""), "`alg` is none of"),
    "by the server's secret": (forged({"alg": "HS256"}, hs256(SECRET.encode())), "`alg` is none of"),
    "by another's key": (forged(HEADER, FOREIGN.sign), "signature is not by"),
    "brings its key": (forged(HEADER | {"jwk": FOREIGN.jwk}, FOREIGN.sign), "signature is not by"),
    "signature of zeros": (forged(HEADER, lambda _: bytes(64)), "signature is not by"),
    "signature of another length": (forged(HEADER, lambda content: KEY.sign(content) + b"\0"), "signature is not by"),
    "by the kid of another kind of key": (forged(HEADER | {"kid": "rsa"}, KEY.sign), "does not have"),
    "another alg than the key's": (forged(HEADER | {"alg": "RS256"}, RSA.sign), "does not have"),
    "kid is a path": (forged(HEADER | {"kid": "../../../../dev/null"}, FOREIGN.sign), "does not have"),
    "kid is SQL": (forged(HEADER | {"kid": "' OR 1=1 --"}, FOREIGN.sign), "does not have"),
    "kid is a number": (own({"kid": 5}), "`kid` is no string"),
    "kid is long": (own({"kid": "k" * 257}), "`kid` is no string"),
    "crit": (own({"crit": ["exp"], "exp": 1}), "`crit`"),
    "crit, b64": (own({"crit": ["b64"], "b64": False}), "`crit`"),
    "crit, empty": (own({"crit": []}), "`crit`"),
    "b64": (own({"b64": False}), "not well-formed"),
    "a header with a member twice": (
        forged('{"alg":"none","alg":"ES256","kid":"key"}', KEY.sign),
        "header is no valid JSON",
    ),
    "a long header": (own({"x5c": "x" * 3000}), "the first of them short"),
    "a deep header": (forged("[" * 1000, KEY.sign), "header is no valid JSON"),
    "a header that is a list": (forged('["ES256"]', KEY.sign), "header is no valid JSON"),
    "long": (KEY.token(more="x" * 8000), "longer than"),
    "for a logout": (own({"typ": "logout+jwt"}), "`typ`"),
    "typ is a number": (own({"typ": 5}), "`typ`"),
    "altered": (KEY.token().replace(".", "." + base64url_encode(b'{"sub":').decode(), 1), "not well-formed"),
    "four parts": (KEY.token() + ".x", "no JWT"),
    "no JWT": ("x", "no JWT"),
    "letters that are no ASCII": ("é.é.é", "no JWT"),
    "of another issuer": (KEY.token(iss="https://issuer.example/"), "`iss` must be"),
    "of no issuer": (KEY.token(iss=None), "`iss` must be"),
    "of several issuers": (forged(HEADER, KEY.sign, iss=[ISSUER]), "`iss` must be"),
    "for another audience": (KEY.token(aud="anon"), "`aud` must be"),
    "for no audience": (KEY.token(aud=None), "`aud` must be"),
    "expired": (KEY.token(exp=NOW - 1), "expired"),
    "never expires": (KEY.token(exp=None), "`exp`"),
    "expires at no time": (KEY.token(exp="soon"), "not well-formed"),
    "expires at infinity": (KEY.token(exp=float("inf")), "not well-formed"),
    "not yet valid": (KEY.token(nbf=NOW + 3600), "not valid yet"),
    "made in the future": (KEY.token(iat=NOW + 3600), "not valid yet"),
    "of nobody, as Supabase's API keys are": (
        KEY.token(sub=None, iss="supabase", aud=None, role="anon"),
        "names no user",
    ),
    "of no UUID": (KEY.token(sub="auth0|123"), "no UUID"),
    "of the nil UUID": (KEY.token(sub=str(UUID(int=0))), "no UUID"),
    "of a number": (forged(HEADER, KEY.sign, sub=5), "not well-formed"),
    "of another role": (KEY.token(role="anon"), "`role` is not authenticated"),
    "of no role": (KEY.token(role=None), "lacks the claim `role`"),
}


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with running_issuer(KEY, RSA) as issuer:
        yield issuer


@pytest.fixture
def settings(tmp_path: Path, issuer: Issuer) -> Settings:
    known: dict[str, Any] = {"jwks_url": issuer.url, "jwt_issuer": ISSUER, "jwt_audience": f"other, {AUDIENCE}"}
    claims = "role=authenticated"
    return Settings(
        data=tmp_path, jwt_secret=SecretStr(SECRET), jwt_leeway_seconds=0, jwt_required_claims=claims, **known
    )


@pytest.fixture
async def http(live: Live) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=live.url) as http:
        yield http


def bearer(token: str, accept: str = "application/json") -> dict[bytes, bytes]:
    return {b"Authorization": f"Bearer {token}".encode("latin-1"), b"Accept": accept.encode()}


async def by_http(http: httpx.AsyncClient, token: str) -> list[httpx.Response]:
    """The answers to a token by POST, GET and server-sent events, even where everybody would be answered."""
    events = bearer(token, "text/event-stream")
    return [
        await http.post("/graphql", json={"query": "{ __typename }"}, headers=bearer(token)),
        await http.get("/graphql", params={"query": COUNT}, headers=bearer(token)),
        await http.post("/graphql", json={"query": "subscription { videoJobEvents { cursor } }"}, headers=events),
    ]


async def test_a_good_token_opens_every_door(live: Live, http: httpx.AsyncClient) -> None:
    for one in (KEY, RSA):
        token = one.token()
        response = await http.post("/graphql", json={"query": COUNT}, headers=bearer(token))
        assert response.json() == {"data": {"viewer": {"videoCount": 0}}}
        async with connected(live.url) as socket:
            await socket.init({"Authorization": f"bearer {token}"})


async def test_a_forged_token_opens_no_door(
    live: Live, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    for name, (token, says) in FORGED.items():
        for response in await by_http(http, token):
            assert response.status_code == 401, name
            (error,) = response.json()["errors"]
            assert error["extensions"] == {"code": "UNAUTHENTICATED"}, name
            assert says in error["message"], name
            challenge = response.headers["www-authenticate"]
            assert challenge.startswith('Bearer realm="reelgraph", error="invalid_token", error_description="The ')
            assert challenge.count('"') == 6, name
            assert challenge.isascii(), name
            told = f"{response.text} {response.headers}"
            assert not any(len(part) > 8 and part in told for part in token.split(".")), name
        async with connected(live.url) as socket:
            await socket.send("connection_init", payload={"Authorization": f"Bearer {token}"})
            code, reason = await socket.closed()
            assert (code, (reason or "")[:14]) == (4403, "Forbidden: The"), name
        assert token not in caplog.text, name


async def test_a_key_that_a_token_points_to_is_not_fetched(http: httpx.AsyncClient) -> None:
    async with running_issuer(FOREIGN) as attacker:
        for member in ("jku", "x5u"):
            token = forged(HEADER | {member: attacker.url, "kid": "foreign"}, FOREIGN.sign)
            assert (await by_http(http, token))[0].status_code == 401
        assert attacker.requests == 0


async def test_a_token_that_can_not_be_checked_is_nobodys_fault(
    settings: Settings, database: Database, storage: Storage, issuer: Issuer
) -> None:
    """The keys were never fetched: the server runs, and says that it does not know."""
    await issuer.down()
    async with running_live(settings, database, storage) as live, httpx.AsyncClient(base_url=live.url) as http:
        for response in await by_http(http, KEY.token()):
            assert (response.status_code, response.headers["retry-after"]) == (503, "10")
            assert response.json()["errors"][0]["extensions"] == {"code": "KEYS_UNAVAILABLE", "retryAfterSeconds": 10}
        assert (await http.get("/readyz")).status_code == 200
        async with connected(live.url) as socket:
            await socket.send("connection_init", payload={"Authorization": f"Bearer {KEY.token()}"})
            assert (await socket.closed())[0] == 1013


async def test_two_headers_that_may_disagree_are_none(http: httpx.AsyncClient) -> None:
    twice = [("Authorization", f"Bearer {KEY.token()}"), ("Authorization", "Bearer x")]
    response = await http.post("/graphql", json={"query": COUNT}, headers=twice)
    assert response.status_code == 400
    assert "several times" in response.text


async def test_a_bad_token_is_refused_before_the_body_comes(live: Live) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(live.url.rpartition(":")[2]))
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {FORGED['none'][0]}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n".encode())
    async with asyncio.timeout(5):
        assert b" 401 " in await reader.readline()
    writer.close()


async def test_what_is_signed_for_one_end_is_nothing_for_another(
    tmp_path: Path, storage: Storage, database: Database
) -> None:
    """Links, cursors and access tokens by the same secret."""
    settings = Settings(data=tmp_path, jwt_secret=SecretStr(SECRET))
    assert isinstance(storage, FolderStorage)
    user = uuid4()
    access = issue_token(SECRET, user, timedelta(minutes=1))
    upload = storage.upload_target("videos/x", content_type="video/mp4", size_bytes=1).url.rpartition("/")[2]
    download = storage.download_url("videos/x", content_type="video/mp4").rpartition("/")[2]
    claims = {"path": "videos/x", "type": "video/mp4", "size": 1, "name": None, "sub": str(user), "exp": NOW + 900}
    everything = jwt.encode(claims, SECRET, "HS256")
    unsigned = jwt.encode(claims, "", "none")
    altered = f"{download[:-2]}{'AA' if download[-2:] != 'AA' else 'BB'}"
    long = jwt.encode(claims | {"name": "x" * 8000}, SECRET, "HS256")
    async with running_live(settings, database, storage) as live, httpx.AsyncClient(base_url=live.url) as http:

        async def doors(token: str) -> tuple[int, int, int]:
            asked = await http.post("/graphql", json={"query": COUNT}, headers=bearer(token))
            put = await http.put(f"/uploads/{token}", content=b"x", headers={"Content-Type": "video/mp4"})
            got = await http.get(f"/files/{token}")
            return asked.status_code, put.status_code, got.status_code

        assert await doors(access) == (200, 403, 403)
        assert await doors(everything) == (200, 403, 403)
        assert await doors(download) == (401, 403, 404)
        assert await doors(upload) == (401, 201, 403)
        for token in (unsigned, altered, long):
            assert await doors(token) == (401, 403, 403)

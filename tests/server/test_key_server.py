"""An issuer's keys: fetched, kept, rotated, and had no more."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from server.auth import Authenticator, Identity, key_server
from server.auth.key_server import MOST_BYTES, Pace
from server.auth.refusals import KeysUnavailableError, TokenRefusedError
from server.settings import Settings
from tests.support.issuer import AUDIENCE, ISSUER, Issuer, Signer, forged, running_issuer, self_signed, signer
from tests.support.live import eventually

OLD, NEW = signer("ES256", "old"), signer("EdDSA", "new")
RSA = signer("RS256", "rsa")
WEAK = signer("RS256", "weak", 1024)
# So quick that a test can wait for it; what a test is not about does not happen.
Ask = Callable[..., Authenticator]
SLOW = Pace(usual=60, unknown=60, timeout=2, first_retry=60)


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with running_issuer(OLD, RSA) as issuer:
        yield issuer


@pytest.fixture
def ask(issuer: Issuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ask:
    """Makes an authenticator that asks the issuer's key server at some pace."""

    def asking(**pace: float) -> Authenticator:
        monkeypatch.setattr(key_server, "PACE", replace(SLOW, **pace))
        settings: dict[str, Any] = {"jwks_url": issuer.url, "jwt_issuer": ISSUER, "jwt_audience": AUDIENCE}
        return Authenticator(Settings(data=tmp_path, **settings))

    return asking


async def known(authenticator: Authenticator, token: str) -> Identity:
    async with asyncio.timeout(10):
        return await authenticator.identify(f"Bearer {token}")


async def can_be_checked(authenticator: Authenticator, token: str) -> bool:
    try:
        return bool(await known(authenticator, token))
    except KeysUnavailableError:
        return False


async def refused(authenticator: Authenticator, token: str) -> str:
    with pytest.raises(TokenRefusedError) as caught:
        await known(authenticator, token)
    return str(caught.value)


@pytest.mark.parametrize("one", [OLD, NEW, RSA], ids=lambda one: one.algorithm)
async def test_tokens_by_keys_of_every_kind(issuer: Issuer, ask: Ask, one: Signer) -> None:
    issuer.keys = [one.jwk]
    authenticator, user = ask(), uuid4()
    assert (await known(authenticator, one.token(sub=str(user)))).user == user
    assert (await known(authenticator, one.token(headers={"typ": "at+jwt"}))).user != user


async def test_keys_are_asked_for_once_however_many_come_at_once(issuer: Issuer, ask: Ask) -> None:
    authenticator = ask()
    await asyncio.gather(*(known(authenticator, OLD.token()) for _ in range(200)))
    assert issuer.requests == 1


async def test_a_new_key_is_learned_of_by_its_first_token(issuer: Issuer, ask: Ask) -> None:
    authenticator = ask(unknown=0)
    await known(authenticator, OLD.token())
    issuer.keys.append(NEW.jwk)
    await asyncio.gather(*(known(authenticator, NEW.token()) for _ in range(50)))
    assert issuer.requests == 2


async def test_made_up_names_of_keys_do_not_become_requests(issuer: Issuer, ask: Ask) -> None:
    authenticator = ask(unknown=0.5)
    await known(authenticator, OLD.token())
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < 1.2:
        token = Signer("ES256", f"made up {sent}", OLD.private).token()
        assert "does not have" in await refused(authenticator, token)
        sent += 1
    assert sent > 50
    assert issuer.requests <= 2 + (time.monotonic() - began) / 0.5
    # Names that exist, by another algorithm or none, cost nothing at all.
    before = issuer.requests
    await asyncio.sleep(0.5)
    await refused(authenticator, Signer("EdDSA", "old", NEW.private).token())
    await refused(authenticator, NEW.token(headers={"kid": "rsa"}))
    assert issuer.requests == before


async def test_a_key_that_is_taken_back_stops_its_tokens(issuer: Issuer, ask: Ask) -> None:
    authenticator = ask(usual=0.2, shortest=0.2)
    token, other = OLD.token(), RSA.token()
    await known(authenticator, token)
    await known(authenticator, other)
    issuer.keys.remove(OLD.jwk)
    asked = issuer.requests
    await eventually(lambda: issuer.requests > asked + 1)  # the first may have been under way
    assert "does not have (any more)" in await refused(authenticator, token)
    await known(authenticator, other)


async def test_an_issuer_that_takes_back_all_keys_is_believed(issuer: Issuer, ask: Ask) -> None:
    authenticator = ask(usual=0.1, shortest=0.1, unknown=60)
    await known(authenticator, OLD.token())
    issuer.keys, asked = [], issuer.requests
    await eventually(lambda: issuer.requests > asked + 1)
    await refused(authenticator, OLD.token())


@pytest.mark.parametrize(
    ("header", "fetches"),
    [("Cache-Control: public, max-age=0\r\n", True), ("Cache-Control: max-age=99999999\r\n", True), ("", False)],
)
async def test_cache_control_holds_within_bounds(issuer: Issuer, ask: Ask, header: str, *, fetches: bool) -> None:
    issuer.headers = header
    authenticator = ask(usual=60, shortest=0.2, longest=0.2 if fetches else 60)
    await known(authenticator, OLD.token())
    began = time.monotonic()
    if fetches:
        await eventually(lambda: issuer.requests >= 3)
        assert time.monotonic() - began > 0.3
    else:
        await asyncio.sleep(0.5)  # in which nothing is to happen
        assert issuer.requests == 1


async def test_known_keys_outlive_their_server_for_a_while(
    issuer: Issuer, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    pace = {"usual": 0.1, "shortest": 0.1, "first_retry": 0.1, "longest_retry": 0.1, "unknown": 60}
    authenticator, token = ask(**pace, kept=2.0), OLD.token()
    await known(authenticator, token)
    await issuer.down()
    await eventually(lambda: caplog.text.count("could not be fetched") >= 2)
    await known(authenticator, token)
    await known(authenticator, OLD.token())
    # Whether this key is the issuer's by now can't be known.
    with pytest.raises(KeysUnavailableError):
        await known(authenticator, NEW.token())
    await eventually(lambda: "too old to be trusted" in caplog.text)
    with pytest.raises(KeysUnavailableError):
        await known(authenticator, token)
    await issuer.up()
    asked = issuer.requests
    await eventually(lambda: issuer.requests > asked + 1)
    await known(authenticator, token)


def answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"\x00\xff nonsense\r\n\r\n", "could not be fetched"),
        (answer(b"<html>"), "could not be fetched"),
        (answer(b"[" * 100_000), "could not be fetched"),
        (answer(b'{"keys": 5}'), "no JSON object with a list"),
        (answer(b'{"keys": [' + b",".join([b"{}"] * 101) + b"]}"), "more than 100"),
        (answer(b"{}", "503 Service Unavailable"), "HTTP 503"),
        (answer(b"", "302 Found", "Location: http://127.0.0.1:9/keys\r\n"), "HTTP 302"),
        (answer(b"x", headers="Content-Encoding: gzip\r\n"), "compressed"),
        (answer(b" " * (MOST_BYTES + 1)), "larger than"),
        (None, "TimeoutError"),
    ],
    ids=["noise", "html", "brackets", "no list", "many", "503", "redirect", "compressed", "large", "hangs"],
)
async def test_what_is_no_key_set_is_no_reason_to_refuse_a_token(
    issuer: Issuer, ask: Ask, caplog: pytest.LogCaptureFixture, sent: bytes | None, says: str
) -> None:
    issuer.answer = sent
    authenticator, token = ask(first_retry=0.1, timeout=0.3), OLD.token()
    with pytest.raises(KeysUnavailableError) as caught:
        await known(authenticator, token)
    assert (caught.value.status, caught.value.headers) == (503, ((b"retry-after", b"10"),))
    assert says in caplog.text
    assert token not in caplog.text
    issuer.answer, asked = b"", issuer.requests
    await eventually(lambda: issuer.requests > asked)  # of its own accord
    async with asyncio.timeout(10):
        while not await can_be_checked(authenticator, token):
            await asyncio.sleep(0.01)


async def test_a_client_that_leaves_does_not_end_the_request_that_others_wait_for(issuer: Issuer, ask: Ask) -> None:
    issuer.answer = None
    authenticator = ask(timeout=1, first_retry=0.1)
    leaving, staying = (asyncio.create_task(known(authenticator, OLD.token())) for _ in range(2))
    await eventually(lambda: issuer.requests == 1)
    leaving.cancel()
    with pytest.raises(KeysUnavailableError):
        await staying
    assert issuer.requests == 1


@pytest.mark.parametrize(
    ("jwk", "reason"),
    [
        (OLD.jwk | {"use": "enc"}, "not for checking"),
        (OLD.jwk | {"key_ops": ["encrypt"]}, "not for checking"),
        (OLD.jwk | {"alg": "RS256"}, "its alg is not ES256"),
        (OLD.jwk | {"alg": "none"}, "its alg is not ES256"),
        (OLD.jwk | {"crv": "P-521"}, "neither an RSA key"),
        (OLD.jwk | {"crv": ["P-256"]}, "neither an RSA key"),
        (OLD.jwk | {"kty": "oct", "k": "c2VjcmV0"}, "neither an RSA key"),
        (OLD.jwk | {"d": "AAAA"}, "private key"),
        (OLD.jwk | {"x": "AAAA"}, "no valid EC key"),
        (OLD.jwk | {"kid": 5}, "its kid"),
        (RSA.jwk | {"alg": "PS256"}, "its alg is not RS256"),
        (WEAK.jwk, "1024 bits"),
    ],
)
async def test_keys_that_are_not_used(
    issuer: Issuer, ask: Ask, caplog: pytest.LogCaptureFixture, jwk: dict[str, Any], reason: str
) -> None:
    caplog.set_level(logging.WARNING)
    issuer.keys = [jwk, 5, RSA.jwk]  # type: ignore[list-item]  # as some issuer may
    authenticator = ask()
    await known(authenticator, RSA.token())  # the others are none the worse for it
    assert reason in caplog.text
    await refused(authenticator, OLD.token())
    await refused(authenticator, forged(OLD.jwk | {"alg": "RS256", "kid": "weak"}, WEAK.sign))


async def test_a_key_server_that_can_not_prove_who_it_is_is_not_believed(
    ask: Ask, issuer: Issuer, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await issuer.down()
    await issuer.up(self_signed(tmp_path / "issuer.pem"))
    authenticator = ask()
    with pytest.raises(KeysUnavailableError):
        await known(authenticator, OLD.token())
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
    assert issuer.requests == 0
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "issuer.pem"))
    await known(ask(), OLD.token())


async def test_a_token_without_the_name_of_its_key(issuer: Issuer, ask: Ask) -> None:
    nameless = Signer("ES256", "x", OLD.private)
    issuer.keys = [OLD.jwk, RSA.jwk]
    authenticator = ask()
    token = nameless.token(headers={"kid": None})
    assert isinstance((await known(authenticator, token)).user, UUID)
    issuer.keys.append(signer("ES256", "another").jwk)
    await refused(ask(), token)  # it could be by either

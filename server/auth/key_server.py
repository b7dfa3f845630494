"""An issuer's keys, fetched from its key server (JWKS), kept, and fetched again before they can be out of date."""

import asyncio
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import orjson

from server.auth.keys import Key, Keys, keys_of
from server.auth.refusals import KeysUnavailableError

logger = logging.getLogger(__name__)

MAX_AGE = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Pace:
    """How often a key server is asked, all in seconds.

    Keys hold for as long as its `Cache-Control` says, within bounds: a key that is taken back is trusted for
    `longest` at most. While it can't be reached, what was last heard of it is good for `kept`.
    """

    usual: float = 300
    shortest: float = 60
    longest: float = 900
    kept: float = 6 * 3600
    # Between two requests for the sake of keys that nobody knows, whoever asks for them.
    unknown: float = 10
    timeout: float = 5
    first_retry: float = 1
    longest_retry: float = 60


PACE = Pace()
# A hundred keys are some 100 KB.
MOST_BYTES = 256 * 1024


class KeyServerError(Exception):
    """The key server gives no keys; the message says why."""


class KeyServer:
    """The keys at `url`. `changed` is called when they are others than before, or are not known any more."""

    def __init__(self, url: str, changed: Callable[[], None], pace: Pace | None = None) -> None:
        self._url = url
        self._changed = changed
        self._pace = pace or PACE
        # Made once: it takes a while, in which nobody is answered.
        self._tls = httpx.create_ssl_context() if url.startswith("https:") else False
        self._keys: Keys | None = None
        self._document: object = None
        self._heard = self._asked = -float("inf")
        self._failures = 0
        self._fetching: asyncio.Task[None] | None = None
        self._next: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Fetch the keys now, and from now on in time; one request at a time. The event loop's end ends it."""
        if self._fetching is None:
            self._asked = time.monotonic()
            self._fetching = asyncio.create_task(self._fetch())

    async def find(self, algorithm: str, kid: str | None) -> Key | None:
        """The key by its name, None if the issuer has none such; raises `KeysUnavailableError`.

        A name that is not known may be that of a new key: the server is then asked again, but not every time.
        """
        keys = self._keys
        key = keys.fitting(algorithm, kid) if keys else None
        if key is not None or (keys is not None and (kid is None or keys.knows(kid))):
            return key
        if self._fetching is None and time.monotonic() - self._asked >= self._pace.unknown:
            self.begin()
        if self._fetching is not None:
            await asyncio.shield(self._fetching)
        key = self._keys.fitting(algorithm, kid) if self._keys else None
        if key is None and self._failures:
            raise KeysUnavailableError(retry_seconds=10)
        return key

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(self._pace.timeout):
                document, seconds = await self._requested()
            self._learn(document)
        except (KeyServerError, ValueError, TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            seconds = self._failed(error)
        except Exception:
            logger.exception("the keys of %s could not be fetched", self._url)
            seconds = self._failed(None)
        finally:
            self._fetching = None
        if self._next is not None:
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_later(seconds, self.begin)

    async def _requested(self) -> tuple[object, float]:
        """The JWK set, and for how many seconds it holds."""
        # Sent as it is: what is compressed may become a thousand times as large.
        headers = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}
        async with (
            httpx.AsyncClient(verify=self._tls, follow_redirects=False, timeout=self._pace.timeout) as http,
            http.stream("GET", self._url, headers=headers) as response,
        ):
            if response.status_code != 200:
                raise KeyServerError(f"it answered with HTTP {response.status_code}")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise KeyServerError("it sent a compressed answer, which was not asked for")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise KeyServerError(f"its answer is larger than {MOST_BYTES:,} bytes")
        age = MAX_AGE.search(response.headers.get("cache-control", ""))
        seconds = float(age[1]) if age else self._pace.usual
        return orjson.loads(body), min(max(seconds, self._pace.shortest), self._pace.longest)

    def _learn(self, document: object) -> None:
        if self._keys is None or document != self._document:
            keys = keys_of(document)
            logger.info("the issuer's keys are those of %s as of now", self._url)
            self._keys, self._document = keys, document
            # What was signed by a key that is gone must be checked again, and fail.
            self._changed()
        self._heard, self._failures = time.monotonic(), 0

    def _failed(self, error: Exception | None) -> float:
        """Note a failure; answers in how many seconds to try again."""
        self._failures += 1
        why = str(error) or type(error).__name__
        logger.warning("the issuer's keys could not be fetched from %s: %s", self._url, why)
        if self._keys is not None and time.monotonic() - self._heard >= self._pace.kept:
            logger.error("the issuer's keys are too old to be trusted: no access token is accepted until it answers")
            self._keys = self._document = None
            self._changed()
        return min(self._pace.first_retry * 2.0 ** min(self._failures - 1, 10), self._pace.longest_retry)

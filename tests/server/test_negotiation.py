"""Which type of answer a client gets, and encoded how, by its own words."""

from time import perf_counter
from typing import Any

import httpx
import pytest

from server.negotiation import ACCEPTED, ENCODINGS, JSON, LONGEST_KEPT, MOST_KEPT, RESPONSE_JSON, Kept, charset
from server.settings import Settings
from tests.support.api import Api

QUERY = {"query": "{ viewer { videoCount } }"}
WRONG = {"query": "{ nothing }"}
UNITS = (",", ";", '"', '\\"', ";q=", "a/b;", "a/b ", 'a/b;x="', "a/b;c=d;", "*/*,", '"\\', " ")


PREFERRED = [
    ("", JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    ("application/json", JSON),
    ("APPLICATION/JSON", JSON),
    ("application/json, text/plain, */*", JSON),
    ("application/json;charset=utf-8", JSON),
    ('application/json; charset="UTF-8"; q=0.5', JSON),
    (RESPONSE_JSON, RESPONSE_JSON),
    (f"{RESPONSE_JSON}, {JSON}", RESPONSE_JSON),
    (f"{JSON}, {RESPONSE_JSON}", RESPONSE_JSON),
    (f"{JSON};q=0.9,{RESPONSE_JSON}", RESPONSE_JSON),
    (f"{JSON} , {RESPONSE_JSON} ; q=0.9", JSON),
    (f"{JSON}, {RESPONSE_JSON};q=0", JSON),
    (f"{JSON};q=0, */*", RESPONSE_JSON),
    (f"{JSON};q=0.1, application/*;q=0.5, */*;q=0.9", RESPONSE_JSON),
    (f"{RESPONSE_JSON};q=0, */*;q=0.001", JSON),
    (f'text/plain;x=", {RESPONSE_JSON}, ", {JSON}', JSON),
    (f"{JSON};profile=x", JSON),
    (f"application/graphql+json, {JSON}", JSON),
    ("text/html", None),
    ("text/*", None),
    ("*/*;q=0", None),
    ("*/*;q=0.000", None),
    (f"{JSON};q=0, {RESPONSE_JSON};q=0", None),
    (f"{JSON};q=0", None),
    ("application/json;charset=utf-16, image/png", None),
    (f"x{RESPONSE_JSON}", None),
    ("nonsense", JSON),
    (",,;q=1,", JSON),
    ("application/json;q=7", JSON),
]


async def test_the_json_that_is_preferred(api: Api) -> None:
    for header, json in PREFERRED:
        assert ACCEPTED[header.encode()].json == json, header
        answer = await api.post(QUERY, Accept=header)
        assert answer.headers["content-type"] == f"{json or JSON}; charset=utf-8"
        assert answer.status_code == (200 if json else 406)
        assert "accept" in answer.headers["vary"].lower()
        wrong = await api.post(WRONG, Accept=header)
        assert wrong.status_code == {JSON: 200, RESPONSE_JSON: 400, None: 406}[json]
        assert wrong.json()["errors"][0]["extensions"]["code"]


STREAMED = [
    ("text/event-stream", 200, "text/event-stream"),
    ("text/event-stream, application/json", 200, JSON),
    ("text/event-stream;q=0, application/json", 200, JSON),
    ("text/event-stream;q=0", 406, JSON),
    ("text/event-stream, application/json;q=0", 200, "text/event-stream"),
    ("xtext/event-stream", 406, JSON),
]


async def test_a_stream_goes_to_who_takes_nothing_else(api: Api) -> None:
    for header, status, kind in STREAMED:
        answer = await api.post(QUERY, Accept=header)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, kind), header


async def test_a_subscription_is_no_answer_for_who_refuses_streams(api: Api) -> None:
    query = {"query": "subscription { videoJobEvents { cursor } }"}
    answer = await api.post(query, Accept="application/json, text/event-stream;q=0")
    assert answer.status_code == 406
    assert "text/event-stream" in answer.json()["errors"][0]["message"]


PAGES = [
    ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", True),
    ("text/html", True),
    ("text/html;q=0", False),
    ("text/html;q=0.5, application/json", False),
    ("application/json, text/html", False),
    ("*/*", False),
]


async def test_browsers_get_the_page(api: Api) -> None:
    for header, page in PAGES:
        assert ACCEPTED[header.encode()].prefers_page is page, header
        answer = await api.http.get("/graphql", headers={**api.headers, "Accept": header})
        assert answer.headers["content-type"].startswith("text/html") is page


@pytest.mark.parametrize(
    ("header", "coding", "plain"),
    [
        ("", None, True),
        ("identity", None, True),
        ("gzip, deflate, br, zstd", "zstd", True),
        ("gzip, deflate, br", "br", True),
        ("gzip", "gzip", True),
        ("x-gzip", "gzip", True),
        ("GZIP;Q=0.5", "gzip", True),
        ("zstd;q=0.1, br;q=0.2, gzip;q=0.3", "gzip", True),
        ("zstd;q=0, gzip", "gzip", True),
        ("*", "zstd", True),
        ("*;q=0.5, zstd;q=0", "br", True),
        ("gzip;q=0.5, identity", None, True),
        ("gzip;q=0.5, identity;q=0.5", "gzip", True),
        ("gzip, identity;q=0", "gzip", False),
        ("gzip, *;q=0", "gzip", False),
        ("identity;q=0", None, False),
        ("*;q=0", None, False),
        ("identity, *;q=0", None, True),
        ("deflate", None, True),
        ("gzipped, brotli", None, True),
        ("gzip;q=2", None, True),
    ],
)
def test_the_coding_that_is_preferred(header: str, coding: str | None, *, plain: bool) -> None:
    assert (ENCODINGS[header.encode()].coding, ENCODINGS[header.encode()].plain) == (coding, plain)


async def test_who_takes_no_encoding_that_there_is_is_told_which_there_are(api: Api) -> None:
    answer = await api.post(QUERY, **{"Accept-Encoding": "identity;q=0, deflate"})
    assert answer.status_code == 406
    assert "zstd, br or gzip" in answer.json()["errors"][0]["message"]


async def test_several_headers_are_one_list(api: Api) -> None:
    headers = [("Accept", "application/json;q=0.5"), ("Accept", RESPONSE_JSON), *api.headers.items()]
    answer = await api.http.post("/graphql", json=QUERY, headers=httpx.Headers(headers))
    assert answer.headers["content-type"].startswith(RESPONSE_JSON)


@pytest.mark.parametrize(
    ("content_type", "found"),
    [
        ("application/json", "utf-8"),
        ("application/json;charset=UTF-16", "utf-16"),
        ('application/json; x=";charset=a" ; Charset="utf-8"', "utf-8"),
        ("application/json;charset", "utf-8"),
    ],
)
def test_the_charset_of_a_content_type(content_type: str, found: str) -> None:
    assert charset(content_type) == found


def test_few_headers_are_remembered_and_long_ones_not_at_all() -> None:
    read: list[str] = []

    def length(value: str) -> int:
        read.append(value)
        return len(value)

    kept, long = Kept(length), b"x" * (LONGEST_KEPT + 1)
    assert [kept[b"a"], kept[b"a"], kept[long], kept[long]] == [1, 1, len(long), len(long)]
    assert read == ["a", long.decode(), long.decode()]
    for number in range(MOST_KEPT * 3):
        assert kept[b"%d" % number] == len(str(number))
        assert len(kept) <= MOST_KEPT


@pytest.mark.parametrize("unit", UNITS)
def test_no_header_takes_long(unit: str) -> None:
    header = (unit * 60_000)[:60_000]
    started = perf_counter()
    assert ACCEPTED[header.encode()]
    assert ENCODINGS[header.encode()]
    charset(header[:300])
    assert perf_counter() - started < 0.5


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(data=tmp_path / "data", max_body_bytes=2000)


async def test_other_methods_are_told_which_there_are(api: Api) -> None:
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "QUERY"):
        for headers in (api.headers, {}):
            answer = await api.http.request(method, "/graphql", params=QUERY, headers=headers)
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
            if method != "HEAD":
                assert answer.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


async def test_a_mutation_by_get_is_told_to_come_by_post(api: Api) -> None:
    params = {"query": 'mutation { cancelVideoJob(jobId: "x") { __typename } }'}
    answer = await api.http.get("/graphql", params=params, headers=api.headers)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


CONTENT_TYPES = [
    ("application/json; charset=UTF-8", 200),
    ("application/json;charset=utf8", 200),
    ("APPLICATION/JSON", 200),
    ("application/json; charset=utf-16", 415),
    ("application/json; charset=iso-8859-1", 415),
    ("application/json" + " " * 300, 415),
    ("application/graphql", 415),
    ("", 415),
]


async def test_bodies_are_json_in_utf_8(api: Api) -> None:
    for content_type, status in CONTENT_TYPES:
        headers = {**api.headers, "Content-Type": content_type}
        answer = await api.http.post("/graphql", content=b'{"query": "{ viewer { id } }"}', headers=headers)
        assert answer.status_code == status, content_type


async def test_compressed_bodies_are_not_read(api: Api) -> None:
    for coding, status in (("gzip", 415), ("identity", 200), ("", 200), ("identity, zstd", 415)):
        answer = await api.post(QUERY, **{"Content-Encoding": coding})
        assert answer.status_code == status
        if status == 415:
            assert answer.headers["accept-encoding"] == "identity"
            assert "Content-Encoding" in answer.json()["errors"][0]["message"]


async def test_a_header_that_came_with_different_values_is_named(api: Api) -> None:
    for name in ("Authorization", "Content-Type"):
        twice = [*api.headers.items(), ("Content-Type", "application/json"), (name, "other")]
        headers = httpx.Headers(twice)
        answer = await api.http.post("/graphql", content=b'{"query": "{ viewer { id } }"}', headers=headers)
        assert answer.status_code == 400
        assert f"{name} came several times" in answer.json()["errors"][0]["message"]


QUERY_STRINGS = [
    ("query={viewer{id}}&query={viewer{id}}", "`query` came several times"),
    ("query={viewer{id}}&variables={}&variables={}", "`variables` came several times"),
    ("query=%ff", "UTF-8"),
    ("query=%ed%a0%80", "UTF-8"),
    ("query={viewer{id}}&variables=%5B", "`variables` is no valid JSON"),
    ("query={viewer{id}}&variables=NaN", "`variables` is no valid JSON"),
    ("query={viewer{id}}&variables=5", "`variables` must be a JSON object"),
    ("query={viewer{id}}&extensions=[]", "`extensions` must be a JSON object"),
    ("", "`query` must be"),
]


async def test_query_strings_that_are_no_request(api: Api) -> None:
    for query_string, says in QUERY_STRINGS:
        answer = await api.http.get(f"/graphql?{query_string}", headers=api.headers)
        assert answer.status_code == 400, query_string
        assert says in answer.json()["errors"][0]["message"]


async def test_the_largest_body_is_as_the_settings_say(api: Api) -> None:
    exactly = b'{"query": "{ viewer { id } }"}'.ljust(2000)
    headers = {**api.headers, "Content-Type": "application/json"}

    async def in_pieces(content: bytes) -> Any:
        for start in range(0, len(content), 500):
            yield content[start : start + 500]

    for content, status in ((exactly, 200), (exactly + b" ", 413)):
        for sent in (content, in_pieces(content)):
            answer = await api.http.post("/graphql", content=sent, headers=headers)
            assert answer.status_code == status
            assert status == 200 or "2,000 bytes" in answer.json()["errors"][0]["message"]

"""GraphiQL on the real application, with the demo library that went through upload and worker."""

import io
from typing import Any

import av
import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.wait import WebDriverWait

from server.graphiql.build import build_if_stale
from tests.browser.test_graphiql import RESULT, hosts, severe_messages, wait_for_text
from tests.support.processes import run_reelgraph

pytestmark = pytest.mark.browser

WORTH_SEEING = (
    '"videoCount": 12',
    '"IMG_4711.mp4"',
    '"UNREADABLE_MEDIA"',
    '"Into the Seahorse Valley"',
    '"We have just left the harbour of Oskarshamn.',
    '"language": "deu"',
    *(f'"status": "{status}"' for status in ("DONE", "SKIPPED", "FAILED", "PENDING")),
    '"This video has no subtitle track with text."',
)


@pytest.mark.usefixtures("worker")
def test_graphiql_opens_on_rows_worth_seeing(
    browser: Chrome, server_url: str, process_env: dict[str, str], token: str
) -> None:
    build_if_stale()
    seeded = run_reelgraph("seed", env={**process_env, "COLUMNS": "120"}, timeout=120)
    assert seeded.returncode == 0, seeded.stderr
    browser.get(f"{server_url}/graphql")
    wait_for_text(browser, RESULT, '"data"')
    for text in WORTH_SEEING:
        scroll_until(browser, text)
    assert hosts(browser, server_url) == {"127.0.0.1"}
    assert severe_messages(browser) == []
    assert token not in browser.execute_script("return JSON.stringify(localStorage)")
    assert thumbnail_sizes(server_url, token) == {640}
    assert_subtitles(server_url, token)
    assert_plays(browser, server_url, token)


def scroll_until(browser: Chrome, text: str) -> None:
    """Scroll the answer, of which the editor draws only what is in sight, to a text."""
    script = """
        const [text] = arguments;
        const editor = __MONACO.editor.getEditors().find(
            (editor) => editor.getModel()?.findMatches(text, false, false, true, null, false).length);
        if (editor) editor.revealLine(
            editor.getModel().findMatches(text, false, false, true, null, false)[0].range.startLineNumber);
    """
    browser.execute_script(script, text)
    wait_for_text(browser, RESULT, text)


def ask(server_url: str, token: str, query: str) -> dict[str, Any]:
    """The answer's data."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{server_url}/graphql", json={"query": query}, headers=headers).json()
    data: dict[str, Any] = answer["data"]
    return data


def thumbnail_sizes(server_url: str, token: str) -> set[int]:
    """The widths of all thumbnails, as their links give them."""
    nodes = ask(server_url, token, "{ videos(first: 50) { nodes { thumbnailFileUrl } } }")["videos"]["nodes"]
    links = [node["thumbnailFileUrl"] for node in nodes if node["thumbnailFileUrl"]]
    assert len(links) == 11
    return {width(httpx.get(link).content) for link in links}


def assert_subtitles(server_url: str, token: str) -> None:
    """A word that is said leads to a video, its links to what is said there."""
    query = """{ searchTranscripts(query: "harbour") { nodes {
        video { originalFilename } metadata { transcriptFileUrl subtitleFiles { language format url } } } } }"""
    (match,) = ask(server_url, token, query)["searchTranscripts"]["nodes"]
    assert match["video"]["originalFilename"] == "Überfahrt nach Gotland.mp4"
    files = {(file["language"], file["format"]): file["url"] for file in match["metadata"]["subtitleFiles"]}
    assert set(files) == {(language, kind) for language in ("eng", "deu") for kind in ("VTT", "SRT")}
    german = httpx.get(files["deu", "VTT"])
    assert german.headers["content-type"].startswith("text/vtt")
    assert german.text.startswith("WEBVTT")
    assert "Morgen früh fahren wir" in german.text
    assert "We have just left the harbour" in httpx.get(match["metadata"]["transcriptFileUrl"]).text


def assert_plays(browser: Chrome, server_url: str, token: str) -> None:
    """A download link that is opened in a tab plays."""
    nodes = ask(server_url, token, "{ videos(first: 50) { nodes { contentType downloadUrl } } }")["videos"]["nodes"]
    browser.get(next(node["downloadUrl"] for node in nodes if node["contentType"] == "video/webm"))
    ready = "return (document.querySelector('video')?.readyState ?? 0) >= HTMLMediaElement.HAVE_CURRENT_DATA"
    WebDriverWait(browser, 20).until(lambda browser: browser.execute_script(ready))
    assert severe_messages(browser) == []


def width(jpeg: bytes) -> int:
    with av.open(io.BytesIO(jpeg), "r", format="jpeg_pipe") as container:
        return next(container.decode(container.streams.video[0])).width

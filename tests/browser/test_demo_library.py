"""GraphiQL on the real application, with the demo library that went through upload and worker."""

import io

import av
import httpx
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.wait import WebDriverWait

from server.graphiql.build import build_if_stale
from tests.browser.test_graphiql import RESULT, hosts, severe_messages, wait_for_text
from tests.support.processes import run_reelgraph

pytestmark = pytest.mark.browser


@pytest.mark.usefixtures("worker")
def test_graphiql_opens_on_rows_worth_seeing(
    browser: Chrome, server_url: str, process_env: dict[str, str], token: str
) -> None:
    build_if_stale()
    seeded = run_reelgraph("seed", env={**process_env, "COLUMNS": "120"}, timeout=120)
    assert seeded.returncode == 0, seeded.stderr
    browser.get(f"{server_url}/graphql")
    for text in ('"videoCount": 12', '"IMG_4711.mp4"', '"UNREADABLE_MEDIA"', '"Into the Seahorse Valley"'):
        scroll_until(browser, text)
    assert hosts(browser, server_url) == {"127.0.0.1"}
    assert severe_messages(browser) == []
    assert token not in browser.execute_script("return JSON.stringify(localStorage)")
    assert thumbnail_sizes(server_url, token) == {640}
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
    wait_for_text(browser, RESULT, '"data"')
    browser.execute_script(script, text)
    wait_for_text(browser, RESULT, text)


def thumbnail_sizes(server_url: str, token: str) -> set[int]:
    """The widths of all thumbnails, as their links give them."""
    query = "{ videos(first: 50) { nodes { thumbnailFileUrl } } }"
    headers = {"Authorization": f"Bearer {token}"}
    nodes = httpx.post(f"{server_url}/graphql", json={"query": query}, headers=headers).json()["data"]["videos"][
        "nodes"
    ]
    links = [node["thumbnailFileUrl"] for node in nodes if node["thumbnailFileUrl"]]
    assert len(links) == 11
    return {width(httpx.get(link).content) for link in links}


def assert_plays(browser: Chrome, server_url: str, token: str) -> None:
    """A download link that is opened in a tab plays."""
    query = "{ videos(first: 50) { nodes { contentType downloadUrl } } }"
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{server_url}/graphql", json={"query": query}, headers=headers).json()
    nodes = answer["data"]["videos"]["nodes"]
    browser.get(next(node["downloadUrl"] for node in nodes if node["contentType"] == "video/webm"))
    ready = "return (document.querySelector('video')?.readyState ?? 0) >= HTMLMediaElement.HAVE_CURRENT_DATA"
    WebDriverWait(browser, 20).until(lambda browser: browser.execute_script(ready))
    assert severe_messages(browser) == []


def width(jpeg: bytes) -> int:
    with av.open(io.BytesIO(jpeg), "r", format="jpeg_pipe") as container:
        return next(container.decode(container.streams.video[0])).width

"""The panel "Explain" of GraphiQL, on the real application."""

import json

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from server.graphiql.build import build_if_stale
from tests.browser.test_graphiql import (
    RESULT,
    click,
    click_button,
    requests,
    rewrite,
    severe_messages,
    wait_for_text,
    wait_until_stored,
)

pytestmark = pytest.mark.browser

PANEL = "section[aria-label=Explain]"
STATEMENT = f"{PANEL} article"
ANALYZE = f"{STATEMENT} button"

MUTATION = """
mutation Announce {
  createVideoUpload(input: {originalFilename: "a.mp4", contentType: "video/mp4", sizeBytes: 1}) {
    ... on CreateVideoUploadSuccess { video { jobs { nodes { id } } } }
  }
}
"""


@pytest.fixture
def graphiql(browser: Chrome, server_url: str) -> str:
    """Address of GraphiQL, which is open, has run its first query and shows the panel."""
    build_if_stale()
    url = f"{server_url}/graphql"
    browser.get(url)
    wait_for_text(browser, RESULT, '"videoCount": 0')
    click_button(browser, "Show Explain")
    wait_for_text(browser, PANEL, "Run an operation")
    return url


def answer(browser: Chrome) -> str:
    script = "return __MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith('response.json')).getValue()"
    text: str = browser.execute_script(script)
    return text


def explain_headers(browser: Chrome, page: str) -> list[tuple[str, str | None]]:
    """Each operation that was sent since the last call, by its name, and the explanation that was asked for."""
    sent = [request for request in requests(browser, page) if "postData" in request]
    return [
        (
            json.loads(request["postData"])["operationName"],
            {name.lower(): value for name, value in request["headers"].items()}.get("x-reelgraph-explain"),
        )
        for request in sent
    ]


def test_a_query_is_explained_and_its_statements_analyzed(browser: Chrome, graphiql: str) -> None:
    assert explain_headers(browser, graphiql) == [("IntrospectionQuery", None), ("Library", None)]
    unexplained = answer(browser)
    click_button(browser, "Execute query")
    wait_for_text(browser, PANEL, "query Library")
    wait_for_text(browser, STATEMENT, "videos_page")
    assert answer(browser) == unexplained

    click(browser, "//article[1]//summary[.='SQL']")
    wait_for_text(browser, f"{STATEMENT} pre", "SELECT")
    click_button(browser, "Analyze")
    wait_for_text(browser, f"{STATEMENT} pre", "Execution Time")
    assert "Scan" in browser.find_element(By.CSS_SELECTOR, PANEL).text
    assert explain_headers(browser, graphiql) == [("Library", "1"), ("Library", "analyze=0")]
    assert severe_messages(browser) == []


def test_a_mutation_is_explained_and_never_repeated(browser: Chrome, graphiql: str) -> None:
    rewrite(browser, "operation.graphql", MUTATION)
    wait_until_stored(browser, "Announce")
    click_button(browser, "Execute query")
    wait_for_text(browser, PANEL, "mutation Announce")
    buttons = browser.find_elements(By.CSS_SELECTOR, ANALYZE)
    assert buttons
    assert not any(button.is_enabled() for button in buttons)
    assert "Only queries" in (buttons[0].get_attribute("title") or "")
    assert explain_headers(browser, graphiql)[-1] == ("Announce", "1")


def test_what_is_run_without_the_panel_is_not_explained(browser: Chrome, graphiql: str) -> None:
    click_button(browser, "Execute query")
    wait_for_text(browser, PANEL, "query Library")
    click_button(browser, "Hide Explain")
    rewrite(browser, "operation.graphql", "query Other { viewer { others: videoCount } }")
    wait_until_stored(browser, "query Other")
    click_button(browser, "Execute query")
    wait_for_text(browser, RESULT, '"others": 0')
    click_button(browser, "Show Explain")
    wait_for_text(browser, PANEL, "Run an operation")
    assert explain_headers(browser, graphiql)[-1] == ("Other", None)

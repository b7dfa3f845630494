import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import element_to_be_clickable
from selenium.webdriver.support.wait import WebDriverWait

pytestmark = pytest.mark.browser

EDITOR = ".graphiql-query-editor"
HEADERS = "section[aria-label=Headers] .graphiql-editor:not(.hidden)"
RESULT = "section[aria-label='Result Window']"
DOCS = "section[aria-label='Documentation Explorer']"


def wait_for_text(browser: Chrome, selector: str, text: str) -> None:
    def shown(browser: Chrome) -> bool:
        elements = browser.find_elements(By.CSS_SELECTOR, selector)
        # The editor draws spaces as no-break spaces and wraps long lines.
        return any(text in " ".join(element.text.split()) for element in elements)

    wait = WebDriverWait(browser, 20, ignored_exceptions=[StaleElementReferenceException])
    wait.until(shown, f"{text!r} in {selector}")


def click(browser: Chrome, xpath: str) -> None:
    WebDriverWait(browser, 20).until(element_to_be_clickable((By.XPATH, xpath))).click()


def click_button(browser: Chrome, label: str) -> None:
    click(browser, f"//button[starts-with(@aria-label, {label!r})]")


def rewrite(browser: Chrome, file: str, text: str) -> None:
    # Typed keys would race with the editor's suggestions and closing brackets.
    script = """
        const [file, text] = arguments;
        __MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith(file)).setValue(text);
    """
    browser.execute_script(script, file, text)


def stored(browser: Chrome) -> dict[str, str]:
    items: dict[str, str] = browser.execute_script("return {...localStorage}")
    return items


def wait_until_stored(browser: Chrome, text: str) -> None:
    """GraphiQL takes note of edits with a delay, and stores them when it has; until then it runs what was there."""
    WebDriverWait(browser, 20).until(lambda browser: text in str(stored(browser)))


def log(browser: Chrome, kind: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = browser.get_log(kind)  # type: ignore[no-untyped-call]  # Selenium has no types here
    return entries


def requests(browser: Chrome, page: str) -> list[dict[str, Any]]:
    """What `page` has asked for since the last call; Chromium's own pages ask for things too."""
    events = [json.loads(entry["message"])["message"] for entry in log(browser, "performance")]
    failed = [event["params"] for event in events if event["method"] == "Network.loadingFailed"]
    # The log has requests that the content security policy kept from being sent.
    unsent = {params["requestId"] for params in failed if params.get("blockedReason") == "csp"}
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return [
        params["request"]
        for params in sent
        if params["documentURL"].startswith(page) and params["requestId"] not in unsent
    ]


def hosts(browser: Chrome, page: str) -> set[str | None]:
    addresses = [urlsplit(request["url"]) for request in requests(browser, page)]
    # The page's icon is in the page itself; Chromium asks for it at times, and nobody hears it.
    return {address.hostname for address in addresses if address.scheme != "data"}


def severe_messages(browser: Chrome) -> list[str]:
    return [entry["message"] for entry in log(browser, "browser") if entry["level"] == "SEVERE"]


def test_first_sight_shows_rows_without_another_host(browser: Chrome, graphiql_url: str) -> None:
    browser.get(graphiql_url)
    wait_for_text(browser, RESULT, "Metropolis")
    assert "Reelgraph" in browser.title
    assert hosts(browser, graphiql_url) == {"127.0.0.1"}
    assert severe_messages(browser) == []


def test_docs_show_a_type_without_images_of_other_hosts(browser: Chrome, graphiql_url: str) -> None:
    browser.get(graphiql_url)
    click_button(browser, "Show Documentation Explorer")
    click(browser, "//a[.='Video']")
    wait_for_text(browser, DOCS, "title: String!")
    assert browser.find_elements(By.CSS_SELECTOR, f"{DOCS} img[src^='https://images.example']")
    WebDriverWait(browser, 20).until(lambda browser: any("violates" in text for text in severe_messages(browser)))
    assert hosts(browser, graphiql_url) == {"127.0.0.1"}


def test_tokens_are_sent_and_never_stored(browser: Chrome, graphiql_url: str) -> None:
    browser.get(graphiql_url)
    wait_for_text(browser, RESULT, "Bearer demo-token")
    rewrite(browser, "request-headers.json", '{"Authorization": "Bearer typed-token"}')
    rewrite(browser, "operation.graphql", "{ mine: authorization }")
    wait_until_stored(browser, "mine: authorization")
    click_button(browser, "Execute query")
    wait_for_text(browser, RESULT, '"mine": "Bearer typed-token"')
    WebDriverWait(browser, 20).until(lambda browser: "mine" in stored(browser).get("reelgraph:graphiql:queries", ""))
    assert "demo-token" not in str(stored(browser))
    assert "typed-token" not in str(stored(browser))


def test_edited_query_waits_for_its_author(browser: Chrome, graphiql_url: str) -> None:
    browser.get(graphiql_url)
    wait_for_text(browser, RESULT, "Metropolis")
    click_button(browser, "Show Documentation Explorer")
    rewrite(browser, "operation.graphql", "query Edited {")
    wait_until_stored(browser, "query Edited")
    requests(browser, graphiql_url)
    browser.refresh()
    wait_for_text(browser, DOCS, "All Schema Types")
    bodies = [json.loads(request["postData"]) for request in requests(browser, graphiql_url) if "postData" in request]
    assert {body["operationName"] for body in bodies} == {"IntrospectionQuery"}


def test_signed_out_page_says_how_to_sign_in(browser: Chrome, signed_out_url: str) -> None:
    browser.get(signed_out_url)
    wait_for_text(browser, EDITOR, "reelgraph token")
    wait_for_text(browser, HEADERS, "reelgraph token")
    click_button(browser, "Execute query")
    wait_for_text(browser, RESULT, "Metropolis")
    assert severe_messages(browser) == []


def test_stopped_server_is_named(browser: Chrome, graphiql_url: str, stop_server: Callable[[], None]) -> None:
    browser.get(graphiql_url)
    wait_for_text(browser, RESULT, "Metropolis")
    stop_server()
    click_button(browser, "Execute query")
    wait_for_text(browser, RESULT, f"No answer from {graphiql_url}")

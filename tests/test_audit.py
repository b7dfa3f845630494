"""What `make audit` makes of the answers that pip-audit and npm get from their services, and of none."""

import gzip
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.audit import UNKNOWN, WRONG, main, pinned
from tests.test_repository import ROOT, tracked_files

PYTHON = Path("requirements.lock")
NPM = Path("tests/http_audits/package-lock.json")
OF_PYTHON = {"id": "GHSA-aaaa-bbbb-cccc", "package": "jinja2"}
OF_NPM = {"id": "GHSA-dddd-eeee-ffff", "package": "graphql"}


class Service(ThreadingHTTPServer):
    """Answers as OSV and the npm registry do; it knows of one advisory on each side, or of none, or is of no use."""

    knows: tuple[dict[str, str], ...] = ()
    works = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str, asked: Any) -> Any:
        if path == "/v1/query":
            about = [one for one in self.knows if one is OF_PYTHON and one["package"] == asked["package"]["name"]]
            affected = [{"package": {"name": one["package"], "ecosystem": "PyPI"}} for one in about]
            return {"vulns": [{"id": one["id"], "affected": affected} for one in about]} if about else {}
        return {
            one["package"]: [
                {
                    "id": 1,
                    "url": f"https://github.com/advisories/{one['id']}",
                    "title": "Trouble",
                    "severity": "high",
                    "vulnerable_versions": "*",
                    "cwe": [],
                    "cvss": {"score": 0, "vectorString": None},
                }
            ]
            for one in self.knows
            if one is OF_NPM and one["package"] in asked
        }


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.respond(self.server.answer(self.path, json.loads(body)))

    def do_GET(self) -> None:
        """A package's versions, by which npm finds what depends on one with an advisory."""
        name = self.path.strip("/")
        self.respond({"name": name, "versions": {"1.0.0": {"name": name, "version": "1.0.0"}}})

    def respond(self, answer: Any) -> None:
        content = json.dumps(answer).encode()
        self.send_response(200 if self.server.works else 405)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def lists(tmp_path: Path) -> list[Path]:
    """One pin of Python's and one folder of npm's, as they are in the repository."""
    lock = (ROOT / PYTHON).read_text()
    pin = re.search(r"^jinja2==.*\n(    --hash.*\n)+", lock, re.MULTILINE)
    assert pin
    python = tmp_path / PYTHON.name
    python.write_text(pin[0])
    npm = tmp_path / NPM.name
    npm.write_text((ROOT / NPM).read_text())
    (tmp_path / "package.json").write_text((ROOT / NPM).with_name("package.json").read_text())
    return [python, npm]


def audited(service: Service, lists: list[Path], *accepted: dict[str, str]) -> int:
    entries = [
        "\n".join(
            ["[[accepted]]", *(f'{key} = "{value}"' for key, value in {"reason": "It is not used.", **entry}.items())]
        )
        for entry in accepted
    ]
    file = lists[0].with_name("audit.toml")
    file.write_text("\n".join(entries))
    return main(lists, file, osv=f"{service.url}/v1/query", registry=service.url)


def test_what_nobody_knows_anything_of_is_clean(
    service: Service, lists: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(service, lists) == 0
    assert capsys.readouterr().out.endswith("Clean, but for what is accepted.\n")


def test_an_advisory_fails_unless_it_is_accepted_with_a_reason(
    service: Service, lists: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    service.knows = (OF_PYTHON, OF_NPM)
    assert audited(service, lists, OF_PYTHON) == WRONG
    assert "graphql has GHSA-dddd-eeee-ffff: upgrade it" in capsys.readouterr().out
    assert audited(service, lists, OF_NPM) == WRONG
    assert "jinja2 has GHSA-aaaa-bbbb-cccc: upgrade it" in capsys.readouterr().out
    assert audited(service, lists, OF_PYTHON, OF_NPM) == 0
    assert audited(service, lists, OF_PYTHON, OF_NPM | {"reason": " "}) == WRONG


def test_what_is_accepted_and_gone_fails(
    service: Service, lists: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    service.knows = (OF_NPM,)
    assert audited(service, lists, OF_PYTHON, OF_NPM) == WRONG
    assert "GHSA-aaaa-bbbb-cccc of jinja2, which is no longer found" in capsys.readouterr().out


def test_a_service_that_does_not_answer_is_never_clean(
    service: Service, lists: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    service.works = False
    assert audited(service, lists, OF_PYTHON) == UNKNOWN
    said = capsys.readouterr().out
    assert said.count("NOT AUDITED: ") == 2
    assert "Clean" not in said


def test_every_list_of_pins_is_asked_about() -> None:
    names = {path for path in tracked_files() if path.name == "package-lock.json"}
    assert set(pinned()) == names | {ROOT / PYTHON}

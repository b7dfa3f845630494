"""`reelgraph clients` as who releases a client uses it."""

import json
from pathlib import Path

import pytest

from tests.support.manifests import document_id, write_manifest
from tests.support.processes import run_reelgraph

ROOT = Path(__file__).parents[2]
OURS = ROOT / "codegen/src/gql/persisted-documents.json"
VIEWER = "query Viewer { viewer { id } }"


def test_a_release_is_registered_listed_and_retired(tmp_path: Path, process_env: dict[str, str]) -> None:
    def clients(*arguments: str) -> str:
        result = run_reelgraph("clients", *arguments, env=process_env)
        assert result.returncode == 0, result.stderr
        return result.stdout + result.stderr

    manifest = str(write_manifest(tmp_path / "persisted-documents.json", VIEWER))
    assert "reelgraph clients register" in clients("list")
    assert clients("register", "@shop/web@1.4.0", manifest) == "Registered @shop/web@1.4.0 with 1 document.\n"
    assert "registered already, with the same 1 document" in clients("register", "@shop/web@1.4.0", manifest)
    header, row = clients("list").splitlines()
    assert header.split() == ["release", "documents", "registered", "last", "seen", "state"]
    assert row.split()[:2] + row.split()[3:] == ["@shop/web@1.4.0", "1", "never", "live"]
    assert clients("retire", "@shop/web@1.4.0").startswith("Retired @shop/web@1.4.0.")
    assert "is retired already" in clients("retire", "@shop/web@1.4.0")
    (listed,) = json.loads(clients("list", "--json"))
    assert (listed["name"], listed["version"], listed["documents"]) == ("@shop/web", "1.4.0", 1)
    assert listed["retiredAt"]


@pytest.mark.parametrize("name", ["My App", "[/x]", "für alle"])
def test_names_are_as_clients_have_them(tmp_path: Path, process_env: dict[str, str], name: str) -> None:
    manifest = str(write_manifest(tmp_path / "manifest.json", VIEWER))
    assert run_reelgraph("clients", "register", f"{name}@1", manifest, env=process_env).returncode == 0
    assert f"{name}@1 " in run_reelgraph("clients", "list", env=process_env).stdout


APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [
        {"id": document_id(VIEWER).removeprefix("sha256:"), "name": "Viewer", "type": "query", "body": VIEWER}
    ],
}


@pytest.mark.parametrize("given", [{document_id(VIEWER).removeprefix("sha256:"): VIEWER}, APOLLO])
def test_manifests_of_other_generators(tmp_path: Path, process_env: dict[str, str], given: object) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(given))
    result = run_reelgraph("clients", "register", "web@1", str(path), env=process_env)
    assert result.stdout == "Registered web@1 with 1 document.\n"


@pytest.mark.parametrize(
    ("release", "content", "says"),
    [
        ("web", "{}", "'web' names no release"),
        ("web@1 0", "{}", "names no release"),
        (" web@1", "{}", "names no release"),
        ("web@1", None, "can't be read: No such file or directory"),
        ("web@1", "{", "is no valid JSON"),
        ("web@1", "[]", "is no JSON object"),
        ("web@1", "{}", "has no documents"),
        ("web@1", json.dumps({"sha256:abc": VIEWER}), f"which is {document_id(VIEWER)}"),
        ("web@1", json.dumps({document_id(VIEWER): 5}), "has no text"),
        ("web@1", json.dumps({**APOLLO, "operations": [5]}), "needs an id and a body"),
        ("web@1", json.dumps({document_id("{"): "{"}), "Syntax Error"),
        ("web@1", json.dumps({document_id(f"{VIEWER}#\0"): f"{VIEWER}#\0"}), "has a NUL character"),
        (
            "web@1",
            json.dumps({document_id("query Q { viewer { age } }"): "query Q { viewer { age } }"}),
            "Q: Cannot query field 'age' on type 'Viewer'",
        ),
    ],
)
def test_what_cannot_be_registered_is_said_in_a_line_with_the_way_out(
    tmp_path: Path, process_env: dict[str, str], release: str, content: str | None, says: str
) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    result = run_reelgraph("clients", "register", release, str(path), env=process_env)
    assert result.returncode == 1
    assert says in result.stderr
    assert "hint:" in result.stderr
    assert "Traceback" not in result.stderr

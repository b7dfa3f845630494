"""The examples for libraries of frontends: generated, compiled, and asking a real server."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from database.errors import ReelgraphError
from server.cli.codegen import ROOT
from server.node import install, npm, run_node
from tests.support.once import made_once
from tests.support.processes import run_reelgraph

HERE = Path(__file__).parent
EXAMPLES = Path("codegen/examples/frontends")
GENERATED = ("node_modules", "__generated__", "gql", "graphql-env.d.ts", "persisted-documents.json")
MANIFESTS = ("apollo/gql/persisted-documents.json", "gql-tada/persisted-documents.json", "relay/persisted-queries.json")

FILENAME = '  """The file\'s name where it came from."""\n  originalFilename: String!\n\n'
RENAMED = "union UpdateVideoMetadataResult ="
VIDEOS = "): VideoConnection @semanticNonNull"


def copied(package: Path, root: Path) -> Path:
    """The examples in a copy of their own, below one of schema.graphql and without what is generated."""
    install(package / "examples/frontends")
    shutil.copyfile(ROOT / "schema.graphql", root / "schema.graphql")
    shutil.copytree(ROOT / EXAMPLES, root / EXAMPLES, ignore=shutil.ignore_patterns(*GENERATED))
    (root / EXAMPLES / "node_modules").symlink_to(package / "examples/frontends/node_modules")
    return root / EXAMPLES


@pytest.fixture(scope="module")
def generated(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, and what their libraries generate."""

    def generate(root: Path) -> None:
        frontends = copied(package, root)
        shutil.copy(HERE / "frontends.test.ts", frontends)
        npm("run", "generate", cwd=frontends)

    return made_once(tmp_path_factory, "examples", generate) / EXAMPLES


def test_every_library_compiles_with_the_newest_typescript(generated: Path) -> None:
    npm("run", "check", cwd=generated)


def test_what_relay_persists_is_kept(generated: Path) -> None:
    manifest = "relay/persisted-queries.json"
    assert json.loads((generated / manifest).read_text()) == json.loads((ROOT / EXAMPLES / manifest).read_text())


@pytest.mark.parametrize(
    ("script", "mistake"),
    [
        ("relay", "The type `Video` has no field `originalFilename`."),
        ("apollo", 'Cannot query field "originalFilename" on type "Video".'),
        ("check", 'Cannot query field "originalFilename" on type "Video".'),  # which begins with gql.tada's
    ],
)
def test_a_field_that_the_schema_has_lost_is_missed(package: Path, tmp_path: Path, script: str, mistake: str) -> None:
    frontends = copied(package, tmp_path)
    change(tmp_path / "schema.graphql", FILENAME, "")

    with pytest.raises(ReelgraphError) as failure:
        npm("run", script, cwd=frontends)

    assert mistake in failure.value.hint
    assert "VideoCard.tsx" in failure.value.hint


def test_what_the_schema_may_answer_anew_does_not_compile(package: Path, tmp_path: Path) -> None:
    frontends = copied(package, tmp_path)
    change(tmp_path / "schema.graphql", VIDEOS, VIDEOS.replace(" @semanticNonNull", ""))
    change(tmp_path / "schema.graphql", RENAMED, f"{RENAMED} JobStateError |")
    npm("run", "generate", cwd=frontends)

    with pytest.raises(ReelgraphError) as failure:
        run_node("node_modules/typescript-7/bin/tsc", "--pretty", "false", cwd=frontends)

    lines = [line for line in failure.value.hint.splitlines() if line[0] != " "]
    assert places(lines, "null") == {"apollo/Videos.tsx", "relay/Videos.tsx"}
    assert places(lines, "JobStateError") == {"apollo/VideoCard.tsx", "gql-tada/VideoCard.tsx"}
    assert places(lines, "") == places(lines, "null") | places(lines, "JobStateError")


def places(lines: list[str], word: str) -> set[str]:
    """The files of which a mistake is told with that word."""
    return {line.partition("(")[0] for line in lines if word in line}


def change(schema: Path, old: str, new: str) -> None:
    text = schema.read_text()
    assert text.count(old) == 1
    schema.write_text(text.replace(old, new))


@pytest.fixture(params=[("production", "enforce"), ("development", "off")], ids=["release", "development"])
def process_env(
    request: pytest.FixtureRequest, process_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The environment of a server; the frontends run in the one that goes with it."""
    node_env, policy = request.param
    monkeypatch.setenv("NODE_ENV", node_env)
    return process_env | {"REELGRAPH_TRUSTED_DOCUMENTS": policy}


@pytest.fixture
def signed_in(server_url: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tells programs that are run where the server is, and who asks it."""
    monkeypatch.setenv("REELGRAPH_URL", server_url)
    monkeypatch.setenv("REELGRAPH_TOKEN", token)


@pytest.mark.usefixtures("signed_in")
async def test_every_library_asks_by_ids_in_a_release_and_by_texts_before(
    generated: Path, package: Path, process_env: dict[str, str]
) -> None:
    if process_env["REELGRAPH_TRUSTED_DOCUMENTS"] == "enforce":
        manifests = [package / "src/gql/persisted-documents.json", *(generated / name for name in MANIFESTS)]
        for number, manifest in enumerate(manifests):
            registered = run_reelgraph("clients", "register", f"web@{number}", str(manifest), env=process_env)
            assert registered.returncode == 0, registered.stderr

    await asyncio.to_thread(run_node, "--test", "frontends.test.ts", cwd=generated)

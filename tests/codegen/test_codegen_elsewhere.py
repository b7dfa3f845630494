"""`reelgraph codegen` for a frontend that lives elsewhere: its own documents, its own folder."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from server.cli.codegen import ROOT
from server.node import run_node
from tests.support.processes import run_reelgraph

GENERATED = [
    "fragment-masking.ts",
    "generated-from.json",
    "gql.ts",
    "graphql.ts",
    "index.ts",
    "persisted-documents.json",
    "schema-types.ts",
]
PATIENCE_SECONDS = 120
OPTIONS = ["--documents", "src/**/*.{ts,tsx}", "--documents", "queries/*.graphql", "--out", "src/gql"]

CARD = """import { type FragmentType, getFragmentData, graphql } from './gql/index.ts';

const Card = graphql(`
  fragment Card on Video {
    title
    jobs(first: 1) {
      totalCount
    }
  }
`);

export function titleOf(video: FragmentType<typeof Card>): string {
  const { title, jobs } = getFragmentData(Card, video);
  return `${title ?? 'untitled'} (${jobs.totalCount.toFixed()})`;
}
"""
APP = """import { execute, mutate, subscribe } from '@reelgraph/client';

import { titleOf } from './card.ts';
import { DeleteDocument } from './gql/graphql.ts';
import { graphql } from './gql/index.ts';
import type { Video } from './gql/schema-types.ts';

const Page = graphql(/* GraphQL */ `query Page($first: Int) { videos(first: $first) { nodes { id ...Card } } }`);
const Follow = graphql(`subscription Follow($after: String) { videoJobEvents(after: $after) { cursor } }`);
const options = { url: '/graphql' };

export async function titles(): Promise<string[]> {
  const { videos } = await execute(Page, { first: 10 }, { ...options, method: 'GET' });
  return videos.nodes.map(titleOf);
}

export async function remove(video: Pick<Video, 'id'>): Promise<string> {
  const result = await mutate(DeleteDocument, { id: video.id }, options);
  return result.__typename === 'NotFoundError' ? result.message : result.__typename;
}

export async function follow(after: string): Promise<void> {
  for await (const { videoJobEvents } of subscribe(Follow, { after }, options)) console.log(videoJobEvents.cursor);
}
"""
DELETE = """mutation Delete($id: ID!) {
  deleteVideo(videoId: $id) {
    __typename
    ... on NotFoundError { message }
  }
}
"""
TSCONFIG = {
    "compilerOptions": {
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noUncheckedIndexedAccess": True,
        "target": "es2024",
        "lib": ["esnext", "dom"],
        "types": [],
        "module": "esnext",
        "moduleResolution": "bundler",
        "allowImportingTsExtensions": True,
        "noEmit": True,
    },
    "include": ["src"],
}


@pytest.fixture
def web(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frontend's folder, where the commands run."""
    (tmp_path / "src").mkdir()
    (tmp_path / "queries").mkdir()
    (tmp_path / "node_modules/@reelgraph").mkdir(parents=True)
    (tmp_path / "node_modules/@reelgraph/client").symlink_to(package)
    (tmp_path / "node_modules/@graphql-typed-document-node").symlink_to(
        package / "node_modules/@graphql-typed-document-node"
    )
    (tmp_path / "src/card.ts").write_text(CARD)
    (tmp_path / "src/app.tsx").write_text(APP)
    (tmp_path / "queries/delete.graphql").write_text(DELETE)
    (tmp_path / "tsconfig.json").write_text(json.dumps(TSCONFIG))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codegen(*options: str) -> subprocess.CompletedProcess[str]:
    return run_reelgraph("codegen", *options, env={})


def test_a_frontends_documents_become_typed(web: Path, package: Path) -> None:
    done = codegen(*OPTIONS)

    assert (done.stdout, done.stderr) == (f"Wrote {', '.join(GENERATED)} in src/gql.\n", "")
    assert sorted(path.name for path in (web / "src/gql").iterdir()) == GENERATED
    run_node(str(package / "node_modules/typescript/bin/tsc"), "--pretty", "false", cwd=web)
    names = [re.findall(r"(?:query|mutation|subscription) (\w+)", text)[0] for text in manifest(web).values()]
    assert sorted(names) == ["Delete", "Follow", "Page"]
    assert codegen(*OPTIONS).stdout == "src/gql is up to date.\n"
    assert codegen(*OPTIONS, "--check").returncode == 0


def manifest(web: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((web / "src/gql/persisted-documents.json").read_text())
    return found


def test_what_drifts_is_told_with_the_whole_command(web: Path) -> None:
    codegen(*OPTIONS)
    (web / "src/app.tsx").write_text(APP.replace("{ id ...Card }", "{ ...Card }"))

    done = codegen(*OPTIONS, "--check")

    assert done.returncode == 1
    assert "error: The operations have changed. Out of date: src/gql/generated-from.json, src/gql/gql.ts" in done.stderr
    command = "uv run reelgraph codegen --documents 'src/**/*.{ts,tsx}' --documents 'queries/*.graphql' --out src/gql"
    assert f"hint: Run `{command}`." in done.stderr


def test_another_schema_can_be_named(web: Path) -> None:
    (web / "other.graphql").write_text("type Query { other: Int! }")
    (web / "src/other.ts").write_text("graphql(`query Other { other }`)")

    done = codegen("--documents", "src/other.ts", "--out", "src/gql", "--schema", "other.graphql")

    assert done.returncode == 0
    assert list(manifest(web).values()) == ["query Other { other }"]


MISTAKES = {
    "a field that is not there": (
        "src/card.ts",
        CARD.replace("title\n", "titel\n", 1),
        'src/card.ts:5:5: Cannot query field "titel" on type "Video". Did you mean "title"?',
    ),
    "a field that is not there, in a tag's first line": (
        "src/app.tsx",
        APP.replace("nodes { id", "nodes { ids"),
        'src/app.tsx:8:95: Cannot query field "ids" on type "Video". Did you mean "id"?',
    ),
    "GraphQL that can't be read": (
        "src/card.ts",
        CARD.replace("jobs(first: 1)", "jobs(first: )"),
        'src/card.ts:6:17: Syntax Error: Unexpected ")".',
    ),
    "TypeScript that can't be read": ("src/card.ts", "const a =\n  ;", "src/card.ts:2:3: Unexpected token"),
    "an operation without a name": (
        "queries/delete.graphql",
        "query { viewer { id } }",
        "queries/delete.graphql:1:1: Name this operation: its types are called by it.",
    ),
    "a name that is taken": (
        "queries/delete.graphql",
        "query Page { viewer { id } }",
        'queries/delete.graphql:1:7: There can be only one operation named "Page".',
    ),
}


@pytest.mark.parametrize(("file", "content", "mistake"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_place(web: Path, file: str, content: str, mistake: str) -> None:
    (web / file).write_text(content)

    done = codegen(*OPTIONS)

    assert done.returncode == 1
    assert f"{mistake}\n" in f"{done.stderr}\n"
    assert not (web / "src/gql").exists()


def test_globs_that_find_no_document_are_named(web: Path) -> None:
    done = codegen("--documents", "nothing/*.ts", "--out", "src/gql")

    assert "error: There are no documents in nothing/*.ts." in done.stderr


def test_a_folder_with_other_files_is_left_alone(web: Path) -> None:
    done = codegen("--documents", "queries/*.graphql", "--out", "src")

    assert done.returncode == 1
    assert "error: src has files that this command did not write." in done.stderr
    assert sorted(path.name for path in (web / "src").iterdir()) == ["app.tsx", "card.ts"]


def test_a_file_that_was_put_beside_the_generated_ones_stays(web: Path) -> None:
    codegen(*OPTIONS)
    (web / "src/gql/notes.md").write_text("Mine")

    assert codegen(*OPTIONS, "--check").returncode == 0
    assert codegen(*OPTIONS).returncode == 0
    assert (web / "src/gql/notes.md").read_text() == "Mine"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--out", "src/gql"], "--documents and --out go together."),
        (["--documents", "src/*.ts"], "--documents and --out go together."),
        (["--schema", "other.graphql"], "--documents and --out go together."),
        ([*OPTIONS, "--schema", "other.graphql"], "other.graphql is missing."),
        ([*OPTIONS, "--watch", "--check"], "--watch writes, --check does not."),
        (["--documents", "gone/*.ts", "--out", "src/gql", "--watch"], "There is no folder"),
    ],
)
def test_options_that_make_no_sense_are_refused(web: Path, options: list[str], error: str) -> None:
    done = codegen(*options)

    assert done.returncode == 1
    assert f"error: {error}" in done.stderr
    assert "hint: " in done.stderr


@contextmanager
def watching(*command: str) -> Iterator[Callable[[], str]]:
    """A command that watches; a call waits for the next line that it prints. It ends well on Ctrl-C."""
    arguments = [sys.executable, *command]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        output = process.stdout

        def next_line() -> str:
            line = output.readline()
            assert line, f"it ended with {process.wait()}"
            return line.rstrip("\n")

        patience = Timer(PATIENCE_SECONDS, process.kill)
        patience.start()
        try:
            yield next_line
            process.send_signal(signal.SIGINT)
            rest = output.read()
            assert process.wait() == 0, rest
        finally:
            patience.cancel()
            process.kill()


def replace(path: Path, content: str) -> None:
    """Put another file in its place, as editors and git do."""
    fresh = path.with_suffix(".new")
    fresh.write_text(content)
    fresh.replace(path)


def test_watching_generates_again_after_each_change_and_survives_mistakes(web: Path) -> None:
    schema = web / "schema.graphql"
    schema.write_text((ROOT / "schema.graphql").read_text())
    with watching("-m", "server", "codegen", *OPTIONS, "--schema", "schema.graphql", "--watch") as line:
        assert line() == f"Wrote {', '.join(GENERATED)} in src/gql."

        (web / "src/card.ts").write_text(CARD.replace("title\n", "titel\n", 1))
        assert line().startswith('error: src/card.ts:5:5: Cannot query field "titel"')
        assert line().startswith("hint: Correct it.")
        replace(web / "src/card.ts", CARD.replace("title\n", "title\n    sizeBytes\n", 1))
        assert line() == "Wrote generated-from.json, gql.ts, graphql.ts, persisted-documents.json in src/gql."

        for kind in ("BigInt", "Int"):
            replace(schema, schema.read_text().replace(f"sizeBytes: {kind}!", "sizeBytes: Int!", 1) + f"# {kind}\n")
            assert line().startswith("Wrote generated-from.json")

        (web / "src/new").mkdir()
        (web / "src/new/more.ts").write_text("graphql(`query More { viewer { id } }`)")
        assert line().startswith("Wrote generated-from.json")
        assert "query More { viewer { id } }" in manifest(web).values()


OWN = "import sys, server.cli.codegen as c; c.ROOT = c.Path(sys.argv[1]); c.codegen(watch=True)"


def test_watching_the_packages_own_operations_checks_its_types_too(checkout: Path) -> None:
    viewer = checkout / "codegen/operations/viewer.graphql"
    with watching("-c", OWN, str(checkout)) as line:
        assert line() == "codegen/src/gql is up to date."

        viewer.write_text("query Viewer { viewer { id } }")
        assert line() == "Wrote generated-from.json, gql.ts, graphql.ts, persisted-documents.json in codegen/src/gql."
        (checkout / "codegen/operations/videos.graphql").write_text("query Videos { viewer { id } }")
        assert re.match(r"error: codegen/operations/video_summary\.graphql:13:7: There can be only one", line())
        assert line().startswith("hint: ")

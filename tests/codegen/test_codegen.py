import shutil
from pathlib import Path

import pytest

from database.errors import ReelgraphError
from server.cli.codegen import ROOT, build, check_types, differences
from tests.support.node_tests import run_node_tests

HERE = Path(__file__).parent


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_committed_output_is_up_to_date(package: Path) -> None:
    build(package.parent, check=True)


DRIFT = {
    "schema": ("schema.graphql", "sizeBytes: BigInt!", "sizeBytes: BigInt", "schema.graphql has changed."),
    "operations": (
        "codegen/operations/video_summary.graphql",
        "  title\n",
        "  title\n  sizeBytes\n",
        "The operations have changed.",
    ),
    "generator": (
        "codegen/src/gql/generated-from.json",
        '"@graphql-codegen/core": "6.2.1"',
        '"@graphql-codegen/core": "6.0.0"',
        "The generator has changed: @graphql-codegen/core was 6.0.0, is 6.2.1.",
    ),
}


@pytest.mark.parametrize("drift", DRIFT)
def test_check_says_what_has_drifted_and_writes_nothing(checkout: Path, drift: str) -> None:
    file, old, new, cause = DRIFT[drift]
    replace(checkout / file, old, new)
    before = contents(checkout / "codegen/src/gql")

    with pytest.raises(ReelgraphError) as stale:
        build(checkout, check=True)

    message = str(stale.value)
    assert message.startswith(f"{cause} Out of date: codegen/src/gql/generated-from.json")
    assert [other for other in DRIFT if DRIFT[other][3] in message] == [drift]
    assert stale.value.hint == "Run `uv run reelgraph codegen`."
    assert contents(checkout / "codegen/src/gql") == before


def test_check_says_all_that_has_drifted(checkout: Path) -> None:
    for file, old, new, _ in DRIFT.values():
        replace(checkout / file, old, new)

    with pytest.raises(ReelgraphError) as stale:
        build(checkout, check=True)

    assert str(stale.value).startswith(" ".join(cause for *_, cause in DRIFT.values()))


def test_what_it_was_generated_from_may_be_unknown(checkout: Path) -> None:
    path = checkout / "codegen/src/gql/generated-from.json"
    for origin in ("", "<<<<<<< HEAD", None):
        path.unlink()
        if origin is not None:
            path.write_text(origin)

        with pytest.raises(ReelgraphError, match=r"^Out of date: codegen/src/gql/generated-from\.json\.$"):
            build(checkout, check=True)

    build(checkout)
    build(checkout, check=True)


def test_changed_missing_and_leftover_files_are_found_and_mended(checkout: Path, package: Path) -> None:
    folder = checkout / "codegen/src/gql"
    replace(folder / "graphql.ts", "'COMPLETED'", "'DONE'")
    (folder / "gql.ts").unlink()
    (folder / "leftover.ts").touch()

    with pytest.raises(ReelgraphError) as stale:
        build(checkout, check=True)
    assert str(stale.value) == (
        "Out of date: codegen/src/gql/gql.ts, codegen/src/gql/graphql.ts, codegen/src/gql/leftover.ts."
    )

    build(checkout)
    assert differences(folder, package / "src/gql") == []


def test_what_is_null_only_beside_an_error_is_never_null_to_the_client(checkout: Path) -> None:
    gql = checkout / "codegen/src/gql"
    assert "videoCount: Int @semanticNonNull" in (checkout / "schema.graphql").read_text()
    assert "readonly videoCount: number," in (gql / "graphql.ts").read_text()
    assert "readonly videoCount: Maybe<Scalars['Int']['output']>;" in (gql / "schema-types.ts").read_text()

    replace(checkout / "schema.graphql", "videoCount: Int @semanticNonNull", "videoCount: Int")
    build(checkout)

    assert "readonly videoCount: number | null," in (gql / "graphql.ts").read_text()
    assert "readonly videoCount: Maybe<Scalars['Int']['output']>;" in (gql / "schema-types.ts").read_text()


def test_a_field_that_is_not_in_the_schema_is_named_with_its_place(checkout: Path) -> None:
    replace(checkout / "codegen/operations/viewer.graphql", "videoCount", "videoCounts")

    with pytest.raises(ReelgraphError) as mistake:
        build(checkout)

    place, message = str(mistake.value).split(" ", 1)
    assert place == "codegen/operations/viewer.graphql:5:5:"
    assert message == 'Cannot query field "videoCounts" on type "Viewer". Did you mean "videoCount"?'


def test_an_invalid_schema_is_an_error(checkout: Path) -> None:
    replace(checkout / "schema.graphql", "node: Video!", "node: Film!")

    with pytest.raises(ReelgraphError, match=r'^schema\.graphql is no valid schema: Unknown type "Film"'):
        build(checkout)


@pytest.mark.parametrize("file", ["schema.graphql", "codegen/operations/viewer.graphql"])
def test_a_syntax_error_is_named_with_its_place(checkout: Path, file: str) -> None:
    (checkout / file).write_text("query {\n")

    with pytest.raises(ReelgraphError, match=f"^{file}:2:1: Syntax Error: Expected Name, found <EOF>.$"):
        build(checkout)


def test_a_scalar_without_a_typescript_type_is_an_error(checkout: Path) -> None:
    with (checkout / "schema.graphql").open("a") as schema:
        schema.write("scalar JSON\n\nextend type Viewer {\n  settings: JSON\n}\n")
    replace(checkout / "codegen/operations/viewer.graphql", "videoCount", "settings")

    with pytest.raises(ReelgraphError, match="can't be generated") as failure:
        build(checkout)

    assert failure.value.hint == (
        'Unknown scalar type JSON. Please override it using the "scalars" configuration field!'
    )


def test_an_enum_value_that_a_switch_forgets_does_not_compile(checkout: Path) -> None:
    replace(checkout / "schema.graphql", "enum ProcessingStatus {", "enum ProcessingStatus {\n  ARCHIVED")

    with pytest.raises(ReelgraphError, match="doesn't compile") as failure:
        build(checkout)

    assert "examples/list-videos.ts" in failure.value.hint
    assert '"ARCHIVED"' in failure.value.hint


def test_what_is_missing_is_named_with_the_way_out(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (checkout / "schema.graphql").unlink()
    with pytest.raises(ReelgraphError, match=r"schema\.graphql is missing") as missing:
        build(checkout)
    assert "reelgraph schema export" in missing.value.hint

    with pytest.raises(ReelgraphError, match="no codegen folder"):
        build(tmp_path_factory.mktemp("elsewhere"))


def test_the_shapes_have_every_field_with_its_type(checkout: Path) -> None:
    shutil.copy(HERE / "shapes.ts", checkout / "codegen/examples")

    check_types(checkout / "codegen")


def test_a_shape_that_differs_does_not_compile(checkout: Path) -> None:
    shutil.copy(HERE / "shapes.ts", checkout / "codegen/examples")
    replace(checkout / "codegen/examples/shapes.ts", "version: number", "version: string")

    with pytest.raises(ReelgraphError, match="doesn't compile"):
        check_types(checkout / "codegen")


@pytest.mark.parametrize("tests", ["execute.test.ts", "subscribe.test.ts"])
def test_the_packages_functions_do_what_their_tests_say(checkout: Path, tests: str) -> None:
    run_node_tests(checkout / "codegen", tests)


def test_the_lockfile_names_no_host() -> None:
    assert '"resolved"' not in (ROOT / "codegen/package-lock.json").read_text()

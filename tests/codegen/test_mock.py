import json
import shutil
from pathlib import Path

import pytest

from database.errors import ReelgraphError
from server.cli.codegen import Client, check_types
from server.cli.mock import answered, mock
from server.node import run_node
from tests.support.processes import run_reelgraph

HERE = Path(__file__).parent
PRINT_ONE = 'import { mock } from "./src/mock.ts"; console.log(JSON.stringify(mock("{ viewer { __typename } }")))'


def test_mock_answers_typed_documents(checkout: Path) -> None:
    shutil.copy(HERE / "mock.test.ts", checkout / "codegen/examples")

    check_types(checkout / "codegen")
    run_node("--test", "examples/mock.test.ts", cwd=checkout / "codegen")


def test_the_package_finds_the_schema_that_came_with_it(checkout: Path) -> None:
    def ask() -> str:
        return run_node("--input-type=module", "-e", PRINT_ONE, cwd=checkout / "codegen").strip()

    answer = '{"viewer":{"__typename":"Viewer"}}'
    assert ask() == answer

    (checkout / "schema.graphql").rename(checkout / "codegen/schema.graphql")
    assert ask() == answer

    (checkout / "codegen/schema.graphql").unlink()
    with pytest.raises(ReelgraphError) as missing:
        ask()
    assert "Copy schema.graphql beside the package, or pass it as `schema`." in missing.value.hint


def test_the_command_prints_the_same_wherever_it_runs() -> None:
    def printed(*options: str, **env: str) -> str:
        done = run_reelgraph("mock", "Videos", "--variables", '{"first": 2}', *options, env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    here = printed(TZ="UTC", LANG="C.UTF-8")

    videos = json.loads(here)["data"]["videos"]
    assert [video["id"][:6] for video in videos["nodes"]] == ["video_"] * 2
    assert printed(TZ="Asia/Kathmandu", LC_ALL="sv_SE.UTF-8") == here
    assert printed("--seed", "other", TZ="UTC", LANG="C.UTF-8") != here


def test_documents_and_schema_may_live_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "film.graphql").write_text("type Query { film(id: ID!): Film }\ntype Film { id: ID! title: String! }")
    (tmp_path / "card.ts").write_text("export const card = graphql(`fragment Card on Film { id title }`);")
    (tmp_path / "film.ts").write_text("const film = graphql(`query Film($id: ID!) { film(id: $id) { ...Card } }`);")
    monkeypatch.chdir(tmp_path)

    mock("Film", '{"id": "7"}', documents=["*.ts"], schema=Path("film.graphql"))

    film = json.loads(capsys.readouterr().out)["data"]["film"]
    assert film["id"] == "7"
    assert film["title"]


@pytest.mark.parametrize(
    ("operation", "variables", "mistake", "way_out"),
    [
        ("Vidos", "{}", "There is no operation Vidos.", ", VideoWithJobs, Videos, Viewer."),
        ("Videos", '{"first": "x"}', 'Videos can\'t be answered: Variable "$first" has invalid value', "--variables"),
        ("Videos", '{"firs": 1}', "Videos can't be answered: It takes no variable $firs.", "--variables"),
        ("Videos", "[]", "--variables must be a JSON object.", "--variables '{"),
        ("Videos", "{first: 2}", "--variables is no valid JSON: ", "--variables '{"),
    ],
)
def test_what_is_asked_for_wrongly_is_one_line_and_a_hint(
    operation: str, variables: str, mistake: str, way_out: str
) -> None:
    with pytest.raises(ReelgraphError) as failure:
        mock(operation, variables)

    assert str(failure.value).startswith(mistake)
    assert way_out in failure.value.hint
    assert "\n" not in f"{failure.value}{failure.value.hint}"


@pytest.mark.parametrize(
    ("file", "text", "mistake"),
    [
        (
            "codegen/operations/viewer.graphql",
            "query Viewer {\n  me\n}",
            ':2:3: Cannot query field "me" on type "Query".',
        ),
        ("codegen/operations/viewer.graphql", "query {", ":1:8: Syntax Error: Expected Name, found <EOF>."),
        ("schema.graphql", "type Query {", ":1:13: Syntax Error: Expected Name, found <EOF>."),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(checkout: Path, file: str, text: str, mistake: str) -> None:
    (checkout / file).write_text(text)

    with pytest.raises(ReelgraphError) as failure:
        answered(Client.of_checkout(checkout), "Viewer", "{}", "0")

    assert str(failure.value) == file + mistake


def test_a_schema_that_is_missing_is_named(checkout: Path) -> None:
    (checkout / "schema.graphql").unlink()

    with pytest.raises(ReelgraphError, match=r"^schema\.graphql is missing\.$"):
        answered(Client.of_checkout(checkout), "Viewer", "{}", "0")

import shutil
from pathlib import Path

from server.cli.codegen import check_types
from server.node import run_node

HERE = Path(__file__).parent


def test_mock_answers_typed_documents(checkout: Path) -> None:
    shutil.copy(HERE / "mock.test.ts", checkout / "codegen/examples")

    check_types(checkout / "codegen")
    run_node("--test", "examples/mock.test.ts", cwd=checkout / "codegen")

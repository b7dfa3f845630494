"""GraphiQL and the web app are built when their sources have changed."""

import json
from pathlib import Path

import pytest

from database.errors import ReelgraphError
from server.front_builds import FrontBuild

BUILD = "cp src/page.html dist/ && echo made > src/page.gen.html"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """One whose build takes its page as it is."""
    package = tmp_path / "page"
    for folder in ("src", "dist"):
        (package / folder).mkdir(parents=True)
    described = {"name": "page", "version": "1.0.0", "scripts": {"build": BUILD}}
    locked = {"name": "page", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": described}}
    (package / "package.json").write_text(json.dumps(described))
    (package / "package-lock.json").write_text(json.dumps(locked))
    (package / "src/page.html").write_text("first")
    return package


def test_a_build_is_of_the_present_sources(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = FrontBuild("the page", package, ("package.json", "src", "../beside", "public"))
    finished: list[str] = []

    def built() -> str:
        page.build_if_stale(lambda: finished.append((package / "dist/page.html").read_text()))
        return capsys.readouterr().out.strip()

    assert built() == "Building the page, about 20 seconds …"
    assert built() == "The page is up to date."
    (package / "src/page.html").write_text("second")
    built()
    assert finished == ["first", "second"]
    (package / "../beside").mkdir()
    (package / "../beside/client.ts").touch()
    assert built().startswith("Building"), "sources may lie beside the package"

    (package / "src/page.html").rename(package / "src/other.html")
    with pytest.raises(ReelgraphError, match="npm run build"):
        built()
    (package / "src/other.html").rename(package / "src/page.html")
    assert "Building" in built(), "a build that failed has left nothing that counts"

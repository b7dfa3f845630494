"""What is built for browsers by npm, GraphiQL and the web app: anew when its sources have changed."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from database.embedded.locks import locked, opened
from server.node import install, npm

LOCK = ".building"


@dataclass(frozen=True)
class FrontBuild:
    """A package whose `npm run build` makes its `dist`."""

    name: str  # as sentences have it
    package: Path
    sources: tuple[str, ...]  # files and folders, relative to `package`; what is not there has no part in it
    links: tuple[Path, ...] = ()  # packages that it is built from as they lie there: npm installs nothing for these

    @property
    def stamp(self) -> Path:
        """Says of what sources `dist` was built."""
        return self.package / "dist/.sources"

    def build_if_stale(self, finish: Callable[[], None] = lambda: None) -> None:
        """Build `dist` unless it is that of the present sources, and have `finish` add to it; several take turns.

        Raises `ReelgraphError` if the build fails.
        """
        with opened(self.package / LOCK) as descriptor, locked(descriptor):
            sources = self._digest()
            if self.stamp.is_file() and self.stamp.read_text() == sources:
                typer.echo(f"{self.name[0].upper()}{self.name[1:]} is up to date.")
                return
            typer.echo(f"Building {self.name}, about 20 seconds …")
            self.install()
            # A build that fails may leave half of one.
            self.stamp.unlink(missing_ok=True)
            npm("run", "build", cwd=self.package)
            finish()
            self.stamp.write_text(sources)

    def install(self) -> None:
        """Install the packages that it is built with."""
        for package in (*self.links, self.package):
            install(package)

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for path in self._files():
            content = path.read_bytes()
            digest.update(f"{os.path.relpath(path, self.package)} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()

    def _files(self) -> Iterator[Path]:
        for source in (self.package / name for name in self.sources):
            if source.is_file():
                yield source
            # What the build itself makes of the others says nothing.
            yield from sorted(path for path in source.rglob("*") if path.is_file() and ".gen." not in path.name)

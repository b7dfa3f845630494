"""A server that takes uploads and nothing else, and what is in its folder."""

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread

import httpx
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.straight import StraightProtocol
from server.uploads import upload_routes
from services.storage import FolderStorage, Lifetimes, TokenLinks

PATH = "videos/0198c1/original"
MIB = 1024 * 1024
STALL_SECONDS = 0.5
FILM = b"film" * (MIB // 2)
# A server that receives bodies itself, as any does, and one that has threads read them from the socket.
PROTOCOLS = (HttpToolsProtocol, StraightProtocol)


@dataclass(frozen=True)
class UploadSite:
    """A server at a port, and the storage behind it."""

    storage: FolderStorage
    root: Path
    port: int

    def upload_url(self, size_bytes: int = len(FILM)) -> str:
        """A link for a file of a size."""
        return self.storage.upload_target(PATH, content_type="video/mp4", size_bytes=size_bytes).url

    async def connect(
        self, *headers: str, url: str, method: str = "PUT"
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which a request has been begun, and its body has not."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = [f"{method} {httpx.URL(url).raw_path.decode()} HTTP/1.1", "Host: x", "Content-Type: video/mp4"]
        writer.write("\r\n".join([*lines, *headers, "", ""]).encode())
        return reader, writer

    async def stored(self) -> bytes | None:
        """The file, if there is one."""
        if await self.storage.size(PATH) is None:
            return None
        return b"".join([block async for block in self.storage.read(PATH)])

    def left(self) -> list[Path]:
        """All files that are in the folder."""
        # Unlike `rglob`, this takes no notice of what goes away meanwhile.
        return [Path(folder, name) for folder, _, files in os.walk(self.root) for name in files]

    def clear(self) -> None:
        """Empty the folder."""
        for folder in self.root.iterdir():
            shutil.rmtree(folder)


def storage_in(root: Path, port: int, lifetime: timedelta = timedelta(hours=1)) -> FolderStorage:
    """A storage whose links lead to a port, and are good for a lifetime."""
    lifetimes = Lifetimes(upload=lifetime, download=lifetime)
    return FolderStorage(root, TokenLinks(base_url=f"http://127.0.0.1:{port}", secret="s" * 40, lifetimes=lifetimes))


@contextmanager
def serving_uploads(root: Path, protocol: type[HttpToolsProtocol]) -> Iterator[UploadSite]:
    """Runs while the block does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        storage = storage_in(root, port)
        app = Starlette(routes=upload_routes(storage, stall_seconds=STALL_SECONDS))
        server = uvicorn.Server(uvicorn.Config(app, http=protocol, lifespan="off", log_config=None))
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        yield UploadSite(storage, root, port)
        server.should_exit = True
        thread.join()

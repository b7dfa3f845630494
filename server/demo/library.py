"""The demo library: a dozen clips, sent through the real upload and worker."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.live import Live

from server.client import Client, Uploaded
from server.demo.clips import CLIPS, Clip
from server.demo.progress import Progress
from server.following import follow


async def seed_demo_library(client: Client, console: Console) -> None:
    """Make the clips, send them through upload and worker as the client's user, and watch them to their end."""
    progress = Progress([clip.filename for clip in CLIPS])
    console.print("Loading the demo library: a dozen clips, made on this machine.")
    with TemporaryDirectory() as folder, Live(progress, console=console, refresh_per_second=8):
        async with asyncio.TaskGroup() as watching:
            for clip in CLIPS:
                progress.tell(clip.filename, "recording")
                path = await asyncio.to_thread(clip.write, Path(folder))
                progress.tell(clip.filename, "uploading", f"{path.stat().st_size / 1024:,.0f} KiB")
                uploaded = await client.upload(path)
                watching.create_task(_watch(client, clip, uploaded, progress))
    console.print()  # the table leaves its line open


async def _watch(client: Client, clip: Clip, uploaded: Uploaded, progress: Progress) -> None:
    async for job in follow(client, uploaded):
        progress.show(clip.filename, job)

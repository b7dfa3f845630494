"""The demo library: a dozen clips, sent through the real upload and worker."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from server.client import Client, Uploaded, succeeded
from server.demo.clips import CLIPS, Clip

UPDATE = """
mutation ($input: UpdateVideoMetadataInput!) {
  updateVideoMetadata(input: $input) { __typename ... on Error { message } }
}"""

STYLES = {"COMPLETED": "green", "FAILED": "red", "PROCESSING": "yellow"}


@dataclass
class Progress:
    """How far each clip has come, as a table that is drawn anew at every change."""

    states: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __rich__(self) -> Table:
        table = Table("clip", "status", "", box=None, header_style="bold", pad_edge=False)
        for name, (state, remark) in self.states.items():
            table.add_row(name, f"[{STYLES.get(state, 'dim')}]{state}", f"[dim]{escape(remark)}")
        return table


async def seed_demo_library(client: Client, console: Console) -> None:
    """Make the clips, send them through upload and worker as the client's user, and watch them to their end."""
    progress = Progress({clip.filename: ("", "") for clip in CLIPS})
    console.print("Loading the demo library: a dozen clips, made on this machine.")
    with TemporaryDirectory() as folder, Live(progress, console=console, refresh_per_second=8):
        async with asyncio.TaskGroup() as watching:
            for clip in CLIPS:
                progress.states[clip.filename] = ("recording", "")
                path = await asyncio.to_thread(clip.write, Path(folder))
                progress.states[clip.filename] = ("uploading", f"{path.stat().st_size / 1024:,.0f} KiB")
                uploaded = await client.upload(path)
                watching.create_task(_watch(client, clip, uploaded, progress))
    console.print()  # the table leaves its line open


async def _watch(client: Client, clip: Clip, uploaded: Uploaded, progress: Progress) -> None:
    while True:
        job = await client.job(uploaded.job_id)
        progress.states[clip.filename] = (job["status"], _remark(job))
        if job["status"] in {"COMPLETED", "FAILED"}:
            break
        await asyncio.sleep(0.25)
    if job["status"] == "COMPLETED":
        await _describe(client, clip, job["metadata"]["id"])


def _remark(job: dict[str, Any]) -> str:
    metadata = job["metadata"] or {}
    facts = [metadata.get(f"extractedVideo{fact}") for fact in ("Resolution", "Format")]
    return job["errorMessage"] or "  ".join(fact for fact in facts if fact)


async def _describe(client: Client, clip: Clip, metadata_id: str) -> None:
    """Write what the clip's owner would: its title, and what it is about."""
    tags = clip.recording.tags
    changes = {name: tags[name] for name in ("title", "description") if name in tags}
    succeeded((await client.graphql(UPDATE, input={"metadataId": metadata_id, **changes}))["updateVideoMetadata"])

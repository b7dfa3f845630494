"""`reelgraph upload` and `seed`: videos into a library, through the API."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from server.cli.options import Token, Url, existing_file, load_settings, token_for
from server.client import Client, Uploaded
from server.demo.library import seed_demo_library

ENDED = {"COMPLETED", "FAILED"}
POLL_SECONDS = 0.3


def upload(
    files: Annotated[list[Path], typer.Argument(help="Video files.", metavar="FILE…", show_default=False)],
    url: Url = None,
    token: Token = None,
    wait: Annotated[bool, typer.Option(help="Wait until the videos are processed.")] = True,
) -> None:
    """Upload videos and wait until they are processed."""
    settings = load_settings()
    paths = [existing_file(path) for path in files]
    failed = asyncio.run(_upload(url or settings.base_url, token_for(settings, token), paths, wait=wait))
    raise typer.Exit(1 if failed else 0)


async def _upload(url: str, token: str, paths: list[Path], *, wait: bool) -> bool:
    async with Client(url.rstrip("/"), token) as client:
        uploads = await _send(client, paths)
        if not wait:
            for path, uploaded in uploads:
                typer.echo(f"{path.name}: {uploaded.video_id} {uploaded.job_id}")
            return False
        with Console(stderr=True).status("Processing…"):
            jobs = [await _ended(client, uploaded) for _, uploaded in uploads]
    for (path, uploaded), job in zip(uploads, jobs, strict=True):
        typer.echo("\n".join(_report(path, uploaded, job)))
    return any(job["status"] == "FAILED" for job in jobs)


async def _send(client: Client, paths: list[Path]) -> list[tuple[Path, Uploaded]]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    uploads = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for path in paths:
            task = progress.add_task(path.name, total=path.stat().st_size)
            uploads.append((path, await client.upload(path, sent=partial(progress.advance, task))))
    return uploads


async def _ended(client: Client, uploaded: Uploaded) -> dict[str, Any]:
    while (job := await client.job(uploaded.job_id))["status"] not in ENDED:  # noqa: ASYNC110  it ends elsewhere
        await asyncio.sleep(POLL_SECONDS)
    return job


def _report(path: Path, uploaded: Uploaded, job: dict[str, Any]) -> list[str]:
    """What became of a file, a line each: ids and links are for copying, so nothing is cut or wrapped."""
    metadata = job["metadata"] or {}
    duration = metadata.get("extractedVideoDurationSeconds")
    facts = [
        job["errorCode"],
        duration and f"{duration:.1f} s",
        metadata.get("extractedVideoResolution"),
        metadata.get("extractedVideoFormat"),
    ]
    lines = ["  ".join([path.name, job["status"], *(fact for fact in facts if fact)])]
    if job["errorMessage"]:
        lines.append(f"  {job['errorMessage']}")
    lines.append(f"  {uploaded.video_id}  {uploaded.job_id}")
    if metadata.get("thumbnailFileUrl"):
        lines.append(f"  thumbnail: {metadata['thumbnailFileUrl']}")
    return lines


def seed(url: Url = None, token: Token = None) -> None:
    """Load the demo library: a dozen short clips, made on this machine and sent through upload and worker."""
    settings = load_settings()
    asyncio.run(_seed(url or settings.base_url, token_for(settings, token)))


async def _seed(url: str, token: str) -> None:
    async with Client(url.rstrip("/"), token) as client:
        await seed_demo_library(client, Console(stderr=True))

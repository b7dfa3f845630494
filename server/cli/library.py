"""`reelgraph upload` and `seed`: videos into a library, through the API; a bulk library goes into the database."""

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.status import Status

from database.errors import ReelgraphError
from database.revisions import require_current
from server.cli.options import Token, Url, existing_file, load_settings, token_for
from server.client import Client, Uploaded
from server.demo.library import seed_demo_library
from server.demo.viewer import DEMO_USER
from server.following import follow
from server.settings import Settings
from server.stores import open_database
from services.bulk_seed import BulkPlan, Loaded, load_bulk_library

PATIENCE_SECONDS = 15


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
        with Console(stderr=True).status("Processing…") as status:
            jobs = [await _ended(client, uploaded, status) for _, uploaded in uploads]
    for (path, uploaded), job in zip(uploads, jobs, strict=True):
        typer.echo("\n".join(_report(path, uploaded, job)))
    return any(job["status"] == "FAILED" for job in jobs)


async def _send(client: Client, paths: list[Path]) -> list[tuple[Path, Uploaded]]:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    uploads = []
    with Progress(*columns, console=Console(stderr=True)) as progress:
        for path in paths:
            task = progress.add_task(path.name, total=path.stat().st_size)
            uploads.append((path, await client.upload(path, sent=partial(progress.advance, task))))
    return uploads


async def _ended(client: Client, uploaded: Uploaded, status: Status) -> dict[str, Any]:
    hint = "Waiting for a worker. Is one running? Start it with: reelgraph worker"
    waiting = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, status.update, hint)
    try:
        job: dict[str, Any] = {}
        async for job in follow(client, uploaded):
            if job["status"] != "PENDING":
                waiting.cancel()
                status.update(f"Processing… {job['progress']:.0%}")
        return job
    finally:
        waiting.cancel()


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


def seed(
    context: typer.Context,
    *,
    users: Annotated[int | None, typer.Option(help="Bulk library: how many users. Default: 10.")] = None,
    videos_per_user: Annotated[int | None, typer.Option(help="Bulk library: videos of each. Default: 100.")] = None,
    jobs_per_video: Annotated[int | None, typer.Option(help="Bulk library: jobs of each. Default: 3.")] = None,
    random_seed: Annotated[int | None, typer.Option(help="Bulk library: another number, another library.")] = None,
    url: Url = None,
    token: Token = None,
) -> None:
    """Load the demo library: a dozen short clips, made on this machine and sent through upload and worker.

    With a size, load a **bulk library** instead: made-up rows without files, straight into the database. The first of
    its users is the demo user. The same options again go on where a load was stopped.
    """
    settings = load_settings()
    sizes = {"users": users, "videos_per_user": videos_per_user, "jobs_per_video": jobs_per_video}
    given = {name: size for name, size in sizes.items() if size is not None}
    if given:
        _refuse(context, "url", "token", hint="A bulk library goes straight into the database, not through the API.")
        plan = BulkPlan(DEMO_USER, **given, random_seed=1 if random_seed is None else random_seed)
        _seed_bulk(settings, plan)
    else:
        _refuse(context, "random_seed", hint="Say how large a bulk library you want: reelgraph seed --users 10")
        asyncio.run(_seed(url or settings.base_url, token_for(settings, token)))


def _refuse(context: typer.Context, *names: str, hint: str) -> None:
    """Raise `ReelgraphError` for options that mean nothing beside the others; what the environment says may stay."""
    for name in names:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise ReelgraphError(f"--{name.replace('_', '-')} does not fit here.", hint)


async def _seed(url: str, token: str) -> None:
    async with Client(url.rstrip("/"), token) as client:
        await seed_demo_library(client, Console(stderr=True))


def _seed_bulk(settings: Settings, plan: BulkPlan) -> None:
    console = Console(stderr=True, highlight=False)
    try:
        loaded = asyncio.run(_load_bulk(settings, plan, console))
    except KeyboardInterrupt:
        console.print("Stopped. What is loaded is whole; the same command adds the rest.")
        raise
    before = f"; {loaded.videos_before:,} were there before" if loaded.videos_before else ""
    console.print(f"Loaded {loaded.videos:,} videos, {loaded.rows:,} rows{before}.")
    console.print(f"GraphiQL shows those of the demo user, {plan.first_user}.", soft_wrap=True)
    if plan.users > 1:
        console.print(f"A token for another user: reelgraph token --user {plan.owner(1)}", soft_wrap=True)


async def _load_bulk(settings: Settings, plan: BulkPlan, console: Console) -> Loaded:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[users]:,} of {task.fields[all_users]:,} users"),
        TextColumn("{task.fields[speed_rows]:,.0f} rows/s"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    async with open_database(settings, directly=True) as database:
        await require_current(database.engine)
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Loading", total=plan.videos_count, users=0, all_users=plan.users, speed_rows=0)
            return await load_bulk_library(database, plan, partial(_show, progress, task, plan, time.monotonic()))


def _show(progress: Progress, task: TaskID, plan: BulkPlan, began: float, loaded: Loaded) -> None:
    settled = loaded.videos_before + loaded.videos
    progress.update(
        task,
        completed=settled,
        users=settled // plan.videos_per_user,
        speed_rows=loaded.rows / (time.monotonic() - began),
        description="Loading" if settled < plan.videos_count else "Indexing",
    )

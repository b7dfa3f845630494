"""`reelgraph jobs`: what the operator sees of everybody's jobs, and may do to them. No server or worker need run."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from database.engine import Database
from database.errors import ReelgraphError
from database.video_job import ProcessingStatus
from server.cli.failures import show_failure
from server.cli.options import load_settings
from server.stores import open_current_database
from services.video_job import cancel_video_job, retry_video_job
from services.video_job_list import ListedJob, list_jobs, owner_of_job

FORM = re.compile(r"job_([0-9a-f]{32})")
COLORS = {"PENDING": "yellow", "PROCESSING": "cyan", "COMPLETED": "green", "FAILED": "red"}
COLUMNS = ("job", "owner", "video", "status", "stage", "attempt", "age", "error")
STACKED = [["job", "owner"], ["video", "error"], ["status", "stage"], ["attempt", "age"]]
FREE = {"video", "error"}
ROOMY, WIDE = 160, 250  # characters

JobIds = Annotated[list[str], typer.Argument(help="Ids of jobs, `job_…`.", metavar="JOB…", show_default=False)]

jobs = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown")


@jobs.callback()
def _jobs() -> None:
    """List, retry and cancel everybody's jobs."""


@jobs.command("list")
def list_(
    *,
    status: Annotated[
        list[ProcessingStatus] | None,
        typer.Option(help="Only PENDING, PROCESSING, COMPLETED or FAILED ones; may be given twice.", metavar="STATUS"),
    ] = None,
    owner: Annotated[UUID | None, typer.Option(help="Only jobs of the user with this UUID.")] = None,
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=10_000)] = 20,
    json: Annotated[bool, typer.Option("--json", help="For programs: an array of objects.")] = False,
) -> None:
    """Show the newest jobs: whose they are, how far they are, what went wrong."""

    async def read() -> list[ListedJob]:
        async with open_current_database(load_settings()) as database:
            return await list_jobs(database, statuses=status or (), owner=owner, limit=limit)

    found = asyncio.run(read())
    if json:
        typer.echo(orjson.dumps([_plain(job) for job in found], option=orjson.OPT_INDENT_2))
    elif found:
        console = Console()
        # Files and pipes get a line for each job, whatever the terminal is.
        console = console if console.is_terminal else Console(width=WIDE)
        console.print(_table(found, stacked=console.width < ROOMY))
    else:
        Console(stderr=True).print("There are no such jobs." if status or owner else "There are no jobs yet.")


@jobs.command()
def retry(job_ids: JobIds) -> None:
    """Process the videos of FAILED jobs again: each gets a new job, which goes on where the failed one ended."""

    async def retry_one(database: Database, owner: UUID, job_id: UUID) -> str:
        return f"job_{(await retry_video_job(database, owner, job_id)).hex} is queued"

    _each(job_ids, retry_one)


@jobs.command()
def cancel(job_ids: JobIds) -> None:
    """End jobs that wait or run; a worker that is at one stops."""

    async def cancel_one(database: Database, owner: UUID, job_id: UUID) -> str:
        await cancel_video_job(database, owner, job_id)
        return "canceled"

    _each(job_ids, cancel_one)


def _each(job_ids: list[str], do: Callable[[Database, UUID, UUID], Awaitable[str]]) -> None:
    """Do it to each job, and say of each what became of it; exit with 1 if one could not be done."""
    keys = [_key(job_id) for job_id in job_ids]

    async def do_all() -> list[bool]:
        async with open_current_database(load_settings()) as database:
            return [await _done(database, key, do) for key in keys]

    if not all(asyncio.run(do_all())):
        raise typer.Exit(1)


async def _done(database: Database, key: UUID, do: Callable[[Database, UUID, UUID], Awaitable[str]]) -> bool:
    owner = await owner_of_job(database, key)
    if owner is None:
        hint = "See the newest ones with: reelgraph jobs list"
        show_failure(ReelgraphError(f"job_{key.hex}: There is no job with this id.", hint))
        return False
    try:
        typer.echo(f"job_{key.hex}: {await do(database, owner, key)}")
    except ReelgraphError as error:
        hint = error.hint or f"See how its owner's jobs stand with: reelgraph jobs list --owner {owner}"
        show_failure(ReelgraphError(f"job_{key.hex}: {error}", hint))
        return False
    return True


def _key(job_id: str) -> UUID:
    if match := FORM.fullmatch(job_id):
        return UUID(match[1])
    hint = "One is job_ and 32 hexadecimal digits; copy it from: reelgraph jobs list"
    raise ReelgraphError(f"{job_id!r} is no job id.", hint)


def _table(found: list[ListedJob], *, stacked: bool) -> Table:
    """A row for each job; `stacked` has two lines of each, where there is no room for one."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    groups = STACKED if stacked else [[column] for column in COLUMNS]
    for group in groups:
        # Ids are whole, for copying; what people wrote may be broken.
        table.add_column("\n".join(group), no_wrap=FREE.isdisjoint(group), overflow="fold")
    for job in found:
        texts = dict(zip(COLUMNS, _texts(job), strict=True))
        table.add_row(*(Text("\n").join(texts[column] for column in group) for group in groups))
    return table


def _texts(job: ListedJob) -> Iterator[Text]:
    yield Text(f"job_{job.id.hex}")
    yield Text(str(job.owner))
    yield Text(job.original_filename)
    yield Text(job.status, COLORS[job.status])
    yield Text(job.stage or "")
    yield Text(str(job.attempt))
    yield Text(_age(job.created_at))
    yield Text(": ".join(part for part in (job.error_code, job.message) if part))


def _age(instant: datetime) -> str:
    """How long ago, in its largest unit."""
    seconds = int((datetime.now(UTC) - instant).total_seconds())
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def _plain(job: ListedJob) -> dict[str, object]:
    """A job as the API would show it."""
    return {
        "id": f"job_{job.id.hex}",
        "videoId": f"video_{job.video_id.hex}",
        "owner": str(job.owner),
        "originalFilename": job.original_filename,
        "status": job.status,
        "stage": job.stage,
        "attempt": job.attempt,
        "createdAt": job.created_at,
        "startedAt": job.started_at,
        "finishedAt": job.finished_at,
        "errorCode": job.error_code,
        "message": job.message,
    }

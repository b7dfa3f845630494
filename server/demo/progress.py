"""How far each clip of the demo library has come, as a table in the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.markup import escape
from rich.table import Column, Table

STATUS_STYLES = {"COMPLETED": "green", "FAILED": "red", "PROCESSING": "yellow"}
MARKS = {
    "DONE": "[green]✓[/]",
    "RUNNING": "[yellow]●[/]",
    "SKIPPED": "[dim]-[/]",
    "FAILED": "[red]✗[/]",
    "PENDING": "[dim]·[/]",
}
LEGEND = "  ".join(f"{mark} {status.lower()}" for status, mark in MARKS.items())


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a clip; `stages` are a job's, none before there is one."""

    status: str = ""
    remark: str = ""
    stages: Sequence[dict[str, Any]] = ()


class Progress:
    """A table that is drawn anew at every change."""

    def __init__(self, names: Sequence[str]) -> None:
        self._rows = {name: Row() for name in names}

    def tell(self, name: str, status: str, remark: str = "") -> None:
        """Show what happens to a clip before it is a job."""
        self._rows[name] = Row(status, remark)

    def show(self, name: str, job: dict[str, Any]) -> None:
        """Show a job, as the API gives it with its stages and metadata."""
        self._rows[name] = Row(job["status"], _remark(job), job["processingStages"])

    def __rich__(self) -> Table:
        stages = next((row.stages for row in self._rows.values() if row.stages), ())
        clip = Column("clip", no_wrap=True)
        table = Table(clip, "status", "stages", "", box=None, header_style="bold", pad_edge=False)
        if stages:
            names = ", ".join(stage["name"].lower() for stage in stages)
            table.caption = f"stages: {names}\n{LEGEND}"
            table.caption_justify, table.caption_style = "left", ""
        for name, row in self._rows.items():
            marks = " ".join(MARKS[stage["status"]] for stage in row.stages)
            style = STATUS_STYLES.get(row.status, "dim")
            table.add_row(escape(name), f"[{style}]{row.status}", marks, f"[dim]{escape(row.remark)}")
        return table


def _remark(job: dict[str, Any]) -> str:
    """Why it failed, what is being done, or what was found."""
    if job["errorMessage"]:
        return str(job["errorMessage"])
    for stage in job["processingStages"]:
        if stage["status"] == "RUNNING":
            return stage["message"] or f"{stage['name'].lower()} …"
    metadata = job["metadata"] or {}
    facts = [metadata.get(f"extractedVideo{fact}") for fact in ("Resolution", "Format")]
    done = {stage["name"]: stage["message"] for stage in job["processingStages"] if stage["status"] == "DONE"}
    languages = done.get("SUBTITLES")
    return "  ".join(filter(None, (*facts, languages and f"subtitles {languages}")))

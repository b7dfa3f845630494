"""The table that shows how far the demo library has come."""

from typing import Any

from rich.console import Console

from database.video_job import StageName
from server.demo.progress import Progress


def job(status: str, *stages: str, message: str | None = None, **values: Any) -> dict[str, Any]:
    """A job as the API gives it; the message is that of its last stage which has begun."""
    named = [
        {"name": name.value, "status": stage, "message": None} for name, stage in zip(StageName, stages, strict=True)
    ]
    [stage for stage in named if stage["status"] != "PENDING"][-1]["message"] = message
    return {"status": status, "errorMessage": None, "metadata": None, "processingStages": named, **values}


def shown(progress: Progress) -> list[str]:
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        console.print(progress)
    return [" ".join(line.split()) for line in capture.get().splitlines()]


def test_each_clip_has_a_line_with_a_mark_for_every_stage() -> None:
    progress = Progress(["new.mp4", "sent.mp4", "at.mp4", "slow.mp4", "bad.mp4", "good [b].mp4"])
    assert shown(progress)[1:] == ["new.mp4", "sent.mp4", "at.mp4", "slow.mp4", "bad.mp4", "good [b].mp4"]
    progress.tell("sent.mp4", "uploading", "12 KiB")
    progress.show("at.mp4", job("PROCESSING", "DONE", "RUNNING", "PENDING", "PENDING", "PENDING"))
    waits = job("PROCESSING", "DONE", "DONE", "DONE", "RUNNING", "PENDING", message="503; it is tried again soon.")
    progress.show("slow.mp4", waits)
    failed = job("FAILED", "FAILED", "PENDING", "PENDING", "PENDING", "PENDING", errorMessage="It is [empty].")
    progress.show("bad.mp4", failed)
    facts = {"extractedVideoResolution": "640x360", "extractedVideoFormat": "mp4"}
    progress.show("good [b].mp4", job("COMPLETED", "DONE", "DONE", "SKIPPED", "SKIPPED", "DONE", metadata=facts))
    assert shown(progress) == [
        "clip status stages",
        "new.mp4",
        "sent.mp4 uploading 12 KiB",
        "at.mp4 PROCESSING ✓ ● · · · thumbnail …",
        "slow.mp4 PROCESSING ✓ ✓ ✓ ● · 503; it is tried again soon.",
        "bad.mp4 FAILED ✗ · · · · It is [empty].",
        "good [b].mp4 COMPLETED ✓ ✓ - - ✓ 640x360 mp4",
        "stages: probe, thumbnail, subtitles, transcript, description",
        "✓ done ● running - skipped ✗ failed · pending",
    ]


def test_languages_of_subtitles_are_told() -> None:
    progress = Progress(["clip.mp4"])
    progress.show("clip.mp4", job("COMPLETED", "DONE", "DONE", "DONE", "PENDING", "PENDING", message="eng, deu"))
    assert "subtitles eng, deu" in shown(progress)[1]

"""The three operations as PostGraphile's schema, which it makes from the tables, has them."""

from typing import Any

from bench.contract import Request, graphql
from bench.dataset import VIEWER
from bench.place import Place

NEWEST_FIRST = "orderBy: [CREATED_AT_DESC, ROW_ID_DESC]"
DOCUMENTS = {
    "Q1": (
        f'query Q1 {{ allVideos(first: 50, condition: {{uploaderUserId: "{VIEWER}"}}, {NEWEST_FIRST}) {{ nodes {{'
        f" rowId originalFilename sizeBytes createdAt jobs(first: 10, {NEWEST_FIRST}) {{ nodes {{"
        " rowId status attempt createdAt finishedAt"
        " metadata { rowId title extractedVideoDurationSeconds extractedVideoResolution } } } } } }"
    ),
    "Q2": (
        f'query Q2($id: UUID!) {{ videoByRowIdAndUploaderUserId(rowId: $id, uploaderUserId: "{VIEWER}") {{ rowId'
        " uploaderUserId originalFilename storagePath contentType sizeBytes createdAt updatedAt"
        f" latest: jobs(first: 1, {NEWEST_FIRST}) {{ nodes {{ rowId status progress processingStages errorMessage"
        " errorCode attempt createdAt updatedAt startedAt finishedAt } }"
        f" completed: jobs(first: 1, condition: {{status: COMPLETED}}, {NEWEST_FIRST}) {{ nodes {{ metadata {{ rowId"
        " version title description tags extractedVideoDurationSeconds extractedVideoResolution extractedVideoFormat"
        " createdAt updatedAt } } }"
        f" jobs(first: 10, {NEWEST_FIRST}) {{ nodes {{ rowId status attempt createdAt }} }} }} }}"
    ),
    "Q3": (
        f'query Q3 {{ allVideoJobs(first: 100, condition: {{uploaderUserId: "{VIEWER}", status: COMPLETED}},'
        f" {NEWEST_FIRST}) {{ nodes {{ rowId status attempt createdAt startedAt finishedAt"
        " video { rowId originalFilename sizeBytes createdAt } } } }"
    ),
}


def ask(_place: Place, operation: str, keys: list[str]) -> list[Request]:
    """The operation; a video's id is its key here."""
    return graphql(DOCUMENTS, operation, {}, [key.removeprefix("video_") for key in keys])


def normalise(operation: str, data: Any) -> Any:
    """The data as our contract has them."""
    match operation:
        case "Q1":
            return {"videos": {"nodes": [_video(node) for node in data["allVideos"]["nodes"]]}}
        case "Q2":
            return {"video": _video_in_full(data["videoByRowIdAndUploaderUserId"])}
        case _:
            return {"videoJobs": {"nodes": [_job(node) for node in data["allVideoJobs"]["nodes"]]}}


def _identified(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in row.items() if name != "rowId"}
    return {"id": f"{kind}_{row['rowId'].replace('-', '')}", **rest}


def _video(row: dict[str, Any]) -> dict[str, Any]:
    video = {**_identified("video", row), "sizeBytes": int(row["sizeBytes"])}
    if "jobs" in row:
        video["jobs"] = {"nodes": [_job(job) for job in row["jobs"]["nodes"]]}
    return video


def _job(row: dict[str, Any]) -> dict[str, Any]:
    job = _identified("job", row)
    if "video" in row:
        job["video"] = _video(row["video"])
    if "processingStages" in row:
        names = ("name", "status", "message")
        job["processingStages"] = [{name: stage[name] for name in names} for stage in row["processingStages"]]
    return _with_metadata(job)


def _with_metadata(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "metadata": _identified("metadata", row["metadata"])} if row.get("metadata") else row


def _video_in_full(row: dict[str, Any]) -> dict[str, Any]:
    video = _video(row)
    latest = [_job(job) for job in video.pop("latest")["nodes"]]
    completed = [_with_metadata(job)["metadata"] for job in video.pop("completed")["nodes"]]
    return {
        **video,
        "latestJob": latest[0] if latest else None,
        "status": latest[0]["status"] if latest else None,
        "metadata": completed[0] if completed else None,
        "title": completed[0]["title"] if completed and completed[0] else None,
    }

"""Reading: what is asked for is what comes, newest first, page by page."""

from uuid import UUID

import pytest

from database.video_job import ProcessingStatus
from tests.support.api import Api
from tests.support.library import Library


async def test_a_video_with_everything(api: Api, library: Library, viewer: UUID) -> None:
    video = await library.video(original_filename="Überfahrt 🎬.mp4", size_bytes=2**40)
    job = await library.job(video)
    await library.metadata(
        job,
        title="Crossing",
        tags=["sea", "ferry"],
        transcript_text="Ahoy.",
        thumbnail_storage_path="videos/x/thumbnail.jpg",
        subtitle_files=[{"format": "VTT", "language": "sv", "storage_path": "videos/x/sv.vtt"}],
        extracted_video_duration_seconds=12.5,
    )
    data = await api.data(
        """
        query ($id: ID!) {
          video(id: $id) {
            __typename id uploaderUserId originalFilename storagePath contentType sizeBytes createdAt status title
            downloadUrl thumbnailFileUrl
            metadata {
              version tags transcriptText showNotesText extractedVideoDurationSeconds thumbnailFileUrl
              transcriptFileUrl subtitleFiles { format language url } job { id } video { id }
            }
            latestJob { id video { id } metadata { title } }
          }
        }
        """,
        id=f"video_{video.id.hex}",
    )
    found = data["video"]
    links = [found.pop("downloadUrl"), found.pop("thumbnailFileUrl"), found["metadata"].pop("thumbnailFileUrl")]
    links += [file.pop("url") for file in found["metadata"]["subtitleFiles"]]
    assert all(link.startswith(f"{api.http.base_url}/files/") for link in links)
    assert found == {
        "__typename": "Video",
        "id": f"video_{video.id.hex}",
        "uploaderUserId": str(viewer),
        "originalFilename": "Überfahrt 🎬.mp4",
        "storagePath": f"videos/{video.id.hex}/original",
        "contentType": "video/mp4",
        "sizeBytes": 2**40,
        "createdAt": "2026-01-01T01:00:00Z",
        "status": "COMPLETED",
        "title": "Crossing",
        "metadata": {
            "version": 1,
            "tags": ["sea", "ferry"],
            "transcriptText": "Ahoy.",
            "showNotesText": None,
            "extractedVideoDurationSeconds": 12.5,
            "transcriptFileUrl": None,
            "subtitleFiles": [{"format": "VTT", "language": "sv"}],
            "job": {"id": f"job_{job.id.hex}"},
            "video": {"id": f"video_{video.id.hex}"},
        },
        "latestJob": {
            "id": f"job_{job.id.hex}",
            "video": {"id": f"video_{video.id.hex}"},
            "metadata": {"title": "Crossing"},
        },
    }


async def test_a_video_whose_upload_is_not_complete(api: Api, library: Library) -> None:
    await library.video(uploaded_at=None)
    data = await api.data("{ videos { nodes { status title downloadUrl latestJob { id } metadata { id } } } }")
    assert data["videos"]["nodes"] == [
        {"status": None, "title": None, "downloadUrl": None, "latestJob": None, "metadata": None}
    ]


async def test_status_is_of_the_newest_job_and_metadata_of_the_newest_completed_one(api: Api, library: Library) -> None:
    video = await library.video()
    await library.metadata(await library.job(video), title="old")
    await library.metadata(await library.job(video), title="new")
    await library.metadata(await library.job(video, ProcessingStatus.PROCESSING), title="half")
    data = await api.data("{ videos { nodes { status title metadata { title } jobs { nodes { status } } } } }")
    assert data["videos"]["nodes"] == [
        {
            "status": "PROCESSING",
            "title": "new",
            "metadata": {"title": "new"},
            "jobs": {"nodes": [{"status": "PROCESSING"}, {"status": "COMPLETED"}, {"status": "COMPLETED"}]},
        }
    ]


async def test_a_job_shows_its_stages_and_why_it_failed(api: Api, library: Library) -> None:
    job = await library.job(
        await library.video(),
        ProcessingStatus.FAILED,
        error_message="This file is not a video.",
        processing_stages=[
            {
                "name": "PROBE",
                "status": "DONE",
                "started_at": "2026-01-01T00:00:00+00:00",
                "finished_at": "2026-01-01T00:00:01.500000+00:00",
                "message": None,
            },
            {"name": "THUMBNAIL", "status": "FAILED", "started_at": None, "finished_at": None, "message": "Why."},
        ],
    )
    found = (await api.run("VideoJob", id=f"job_{job.id.hex}"))["videoJob"]
    assert found
    assert (found["status"], found["progress"], found["attempt"]) == ("FAILED", 0.5, 1)
    assert (found["errorCode"], found["errorMessage"]) == ("UNREADABLE_MEDIA", "This file is not a video.")
    assert found["processingStages"] == [
        {
            "name": "PROBE",
            "status": "DONE",
            "startedAt": "2026-01-01T00:00:00Z",
            "finishedAt": "2026-01-01T00:00:01.5Z",
            "message": None,
        },
        {"name": "THUMBNAIL", "status": "FAILED", "startedAt": None, "finishedAt": None, "message": "Why."},
    ]


async def test_viewer_counts(api: Api, library: Library, viewer: UUID) -> None:
    await library.video(size_bytes=100)
    await library.video(size_bytes=2**50)
    await library.video(size_bytes=7, uploaded_at=None)
    assert (await api.run("Viewer"))["viewer"] == {"id": str(viewer), "videoCount": 3, "storedBytes": 100 + 2**50}


async def test_an_empty_library(api: Api, viewer: UUID) -> None:
    assert (await api.run("Viewer"))["viewer"] == {"id": str(viewer), "videoCount": 0, "storedBytes": 0}
    page = (await api.run("Videos"))["videos"]
    assert page == {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}, "totalCount": 0}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_pages_of_videos_meet_every_row_once(api: Api, library: Library, size: int) -> None:
    instant = (await library.video()).created_at
    videos = [await library.video(created_at=instant) for _ in range(4)] + await library.processed_videos(3)
    met: list[str] = []
    after, more = None, True
    while more:
        data = await api.data(
            """
            query ($first: Int, $after: String) {
              videos(first: $first, after: $after) {
                edges { cursor node { id } }
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
              }
            }
            """,
            first=size,
            after=after,
        )
        edges, info = data["videos"]["edges"], data["videos"]["pageInfo"]
        assert info["hasPreviousPage"] == (after is not None)
        assert info["startCursor"] == edges[0]["cursor"]
        assert info["endCursor"] == edges[-1]["cursor"]
        met += [edge["node"]["id"] for edge in edges]
        after, more = info["endCursor"], info["hasNextPage"]
    assert len(met) == len(set(met)) == len(videos) + 1
    assert met[0] == f"video_{videos[-1].id.hex}"


async def test_jobs_are_paged_for_each_video(api: Api, library: Library) -> None:
    await library.processed_videos(2, jobs=3)
    query = """
        query ($after: String) {
          videos { nodes { jobs(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }
        }
    """
    pages = [node["jobs"] for node in (await api.data(query))["videos"]["nodes"]]
    assert [len(page["nodes"]) for page in pages] == [2, 2]
    assert all(page["pageInfo"]["hasNextPage"] for page in pages)
    rest = (await api.data(query, after=pages[0]["pageInfo"]["endCursor"]))["videos"]["nodes"][0]["jobs"]
    assert len(rest["nodes"]) == 1
    assert not rest["pageInfo"]["hasNextPage"]
    assert rest["nodes"][0] not in pages[0]["nodes"]


async def test_jobs_by_status(api: Api, library: Library) -> None:
    made = {
        status: (await library.job(await library.video(), status)).id
        for status in (
            ProcessingStatus.COMPLETED,
            ProcessingStatus.PENDING,
            ProcessingStatus.FAILED,
            ProcessingStatus.PROCESSING,
        )
    }
    active = (await api.run("VideoJobs"))["videoJobs"]["nodes"]
    assert [job["status"] for job in active] == ["PROCESSING", "PENDING"]
    assert (await api.run("VideoJobs", statuses=[]))["videoJobs"]["nodes"] == active
    (failed,) = (await api.run("VideoJobs", statuses=["FAILED"]))["videoJobs"]["nodes"]
    assert (failed["id"], failed["status"]) == (f"job_{made[ProcessingStatus.FAILED].hex}", "FAILED")
    everything = await api.run("VideoJobs", statuses=["PENDING", "PROCESSING", "COMPLETED", "FAILED"])
    assert len(everything["videoJobs"]["nodes"]) == 4


async def test_node_finds_each_type_by_its_id(api: Api, library: Library) -> None:
    video = await library.video()
    job = await library.job(video)
    metadata = await library.metadata(job)
    ids = [f"metadata_{metadata.id.hex}", f"video_{video.id.hex}", f"job_{job.id.hex}", f"video_{job.id.hex}"]
    data = await api.data("query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)
    assert data["nodes"] == [
        {"__typename": "VideoMetadata", "id": ids[0]},
        {"__typename": "Video", "id": ids[1]},
        {"__typename": "VideoJob", "id": ids[2]},
        None,
    ]
    data = await api.data("query ($id: ID!) { node(id: $id) { ... on VideoJob { status } } }", id=ids[2])
    assert data["node"] == {"status": "COMPLETED"}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ('{ video(id: "foo") { id } }', "id: 'foo' is no video id"),
        ('{ video(id: "job_0198c5e2a7b37c30b1d4e6f708192a3b") { id } }', "is no video id"),
        ('{ videoJob(id: "video_0198c5e2a7b37c30b1d4e6f708192a3b") { id } }', "is no job id"),
        ('{ node(id: "user_0198c5e2a7b37c30b1d4e6f708192a3b") { id } }', "id: 'user_0198"),
        ('{ node(id: "video_0198C5E2A7B37C30B1D4E6F708192A3B") { id } }', "is no id"),
        ('{ nodes(ids: ["video_0198c5e2a7b37c30b1d4e6f708192a3b", "\\u0000"]) { id } }', "ids[1]"),
        ("{ videos(first: 0) { nodes { id } } }", "first: 0"),
        ("{ videos(first: -1) { nodes { id } } }", "between 1 and 100"),
        ("{ videos(first: 101) { nodes { id } } }", "first: 101"),
        ('{ videos(after: "") { nodes { id } } }', "after: '' is no cursor of yours"),
        ('{ videos(after: "é") { nodes { id } } }', "is no cursor"),
        ('{ videos(after: "f39_f39_f39_f39_f39_f39_f39_f39_") { nodes { id } } }', "is no cursor"),
        ('{ videoJobs(after: "AAAA") { nodes { id } } }', "is no cursor"),
    ],
)
async def test_what_cant_be_used_is_named(api: Api, query: str, says: str) -> None:
    error = await api.error(query)
    assert says in error["message"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}

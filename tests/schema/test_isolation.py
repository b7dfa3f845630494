"""A viewer sees only their own rows, whichever way they ask."""

from uuid import uuid4

from tests.support.api import Api
from tests.support.library import Library


async def test_nothing_of_another_owner_is_seen(api: Api, library: Library) -> None:
    video = await library.video()
    job = await library.job(video)
    metadata = await library.metadata(job)
    ids = {"video": f"video_{video.id.hex}", "job": f"job_{job.id.hex}", "metadata": f"metadata_{metadata.id.hex}"}
    stranger = api.signed_in(uuid4())
    query = """
        query ($video: ID!, $job: ID!, $metadata: ID!) {
          viewer { videoCount storedBytes }
          video(id: $video) { id }
          videoJob(id: $job) { id }
          nodes(ids: [$video, $job, $metadata]) { id }
          videos { nodes { id } }
          videoJobs(statuses: [PENDING, PROCESSING, COMPLETED, FAILED]) { nodes { id } }
        }
    """
    assert await stranger.data(query, **ids) == {
        "viewer": {"videoCount": 0, "storedBytes": 0},
        "video": None,
        "videoJob": None,
        "nodes": [None, None, None],
        "videos": {"nodes": []},
        "videoJobs": {"nodes": []},
    }
    own = await api.data(query, **ids)
    assert [node["id"] for node in own["nodes"]] == list(ids.values())


async def test_nothing_of_another_owner_is_changed(api: Api, library: Library) -> None:
    announced = await library.video(uploaded_at=None)
    metadata = await library.metadata(await library.job(await library.video()), title="mine")
    stranger = api.signed_in(uuid4())
    complete = (
        "mutation ($id: ID!) { completeVideoUpload(input: {videoId: $id}) { ... on NotFoundError { id message } } }"
    )
    data = await stranger.data(complete, id=f"video_{announced.id.hex}")
    assert data["completeVideoUpload"] == {
        "id": f"video_{announced.id.hex}",
        "message": "No video of yours has this id.",
    }
    update = 'mutation ($id: ID!) { updateVideoMetadata(input: {metadataId: $id, title: "x"}) { __typename } }'
    data = await stranger.data(update, id=f"metadata_{metadata.id.hex}")
    assert data["updateVideoMetadata"] == {"__typename": "NotFoundError"}
    assert (await api.data("{ videos { nodes { title } } }"))["videos"]["nodes"][0] == {"title": "mine"}


async def test_relations_stay_inside_an_owner_even_where_rows_lie_close(api: Api, library: Library) -> None:
    other = Library(library.database, uuid4())
    await library.processed_videos(3, jobs=2)
    await other.processed_videos(3, jobs=2)
    query = """{
      videos {
        nodes { uploaderUserId jobs { nodes { video { uploaderUserId } metadata { video { uploaderUserId } } } } }
      }
    }"""
    for owner in (library.owner, other.owner):
        text = str(await api.signed_in(owner).data(query))
        assert str(owner) in text
        assert text.count("uploaderUserId") == text.count(str(owner))

"""What the command line sends: servers that execute registered documents only execute these, too."""

COUNT_VIDEOS = "query CountVideos { viewer { videoCount } }"

CREATE_UPLOAD = """
mutation CreateUpload($input: CreateVideoUploadInput!) {
  createVideoUpload(input: $input) {
    __typename
    ... on Error { message }
    ... on CreateVideoUploadSuccess { video { id } upload { url method headers { name value } isResumable } }
  }
}"""

COMPLETE_UPLOAD = """
mutation CompleteUpload($input: CompleteVideoUploadInput!) {
  completeVideoUpload(input: $input) {
    __typename
    ... on Error { message }
    ... on CompleteVideoUploadSuccess { job { id } }
  }
}"""

_PARTS = """
fragment Parts on VideoJob {
  id status progress errorCode errorMessage
  processingStages { name status message }
  metadata { id extractedVideoDurationSeconds extractedVideoResolution extractedVideoFormat thumbnailFileUrl }
}"""

# The cursor is read before the job, so no change falls between this and what is subscribed to after it.
JOB_NOW = "query JobNow($id: ID!) { videoJobEventsCursor videoJob(id: $id) { ...Parts } }" + _PARTS

JOB_CHANGES = (
    "subscription JobChanges($video: ID!, $after: String!) {"
    " videoJobEvents(videoId: $video, after: $after) { cursor job { ...Parts } } }" + _PARTS
)

OWN_DOCUMENTS = (COUNT_VIDEOS, CREATE_UPLOAD, COMPLETE_UPLOAD, JOB_NOW, JOB_CHANGES)

"""The operations of `codegen/operations/`, typed. `python -m tests.support.typed` writes this anew."""

from abc import ABC, abstractmethod
from typing import Any, Literal, NotRequired, Unpack, overload

from typing_extensions import TypedDict  # Pydantic takes no other before Python 3.12

ProcessingStatus = Literal["PENDING", "PROCESSING", "COMPLETED", "FAILED"]


class VideoCardMetadata(TypedDict):
    id: str
    extractedVideoDurationSeconds: float | None


class VideoCardLatestJob(TypedDict):
    id: str
    progress: float


class VideoCard(TypedDict):
    id: str
    originalFilename: str
    title: str | None
    status: ProcessingStatus | None
    sizeBytes: int
    createdAt: str
    thumbnailFileUrl: str | None
    metadata: VideoCardMetadata | None
    latestJob: VideoCardLatestJob | None


class PageFields(TypedDict):
    hasNextPage: bool
    endCursor: str | None


class VideoFields(TypedDict):
    id: str
    uploaderUserId: str
    originalFilename: str
    storagePath: str
    contentType: str
    sizeBytes: int
    createdAt: str
    updatedAt: str
    downloadUrl: str | None
    status: ProcessingStatus | None
    title: str | None
    thumbnailFileUrl: str | None


StageName = Literal["PROBE", "THUMBNAIL", "SUBTITLES", "TRANSCRIPT", "DESCRIPTION"]
StageStatus = Literal["PENDING", "RUNNING", "DONE", "SKIPPED", "FAILED"]


class VideoJobFieldsProcessingStages(TypedDict):
    name: StageName
    status: StageStatus
    startedAt: str | None
    finishedAt: str | None
    message: str | None


class VideoJobFields(TypedDict):
    id: str
    status: ProcessingStatus
    progress: float
    processingStages: list[VideoJobFieldsProcessingStages]
    errorMessage: str | None
    errorCode: str | None
    attempt: int
    createdAt: str
    updatedAt: str
    startedAt: str | None
    finishedAt: str | None


SubtitleFormat = Literal["VTT", "SRT"]


class VideoMetadataFieldsSubtitleFiles(TypedDict):
    format: SubtitleFormat
    language: str | None
    url: str


class VideoMetadataFields(TypedDict):
    id: str
    version: int
    title: str | None
    description: str | None
    tags: list[str]
    transcriptText: str | None
    transcriptFileUrl: str | None
    subtitleFiles: list[VideoMetadataFieldsSubtitleFiles]
    thumbnailFileUrl: str | None
    extractedVideoDurationSeconds: float | None
    extractedVideoResolution: str | None
    extractedVideoFormat: str | None
    showNotesText: str | None
    createdAt: str
    updatedAt: str


class VideoSummary(TypedDict):
    id: str
    originalFilename: str
    title: str | None
    status: ProcessingStatus | None
    thumbnailFileUrl: str | None
    createdAt: str


class VideoUpload(TypedDict):
    video: VideoFields
    job: VideoJobFields


class VideoWithJobsJobs(TypedDict):
    nodes: list[VideoJobFields]
    pageInfo: PageFields


class VideoWithJobs(TypedDict):
    id: str
    uploaderUserId: str
    originalFilename: str
    storagePath: str
    contentType: str
    sizeBytes: int
    createdAt: str
    updatedAt: str
    downloadUrl: str | None
    status: ProcessingStatus | None
    title: str | None
    thumbnailFileUrl: str | None
    jobs: VideoWithJobsJobs


class VideoJobWithDetails(TypedDict):
    id: str
    status: ProcessingStatus
    progress: float
    processingStages: list[VideoJobFieldsProcessingStages]
    errorMessage: str | None
    errorCode: str | None
    attempt: int
    createdAt: str
    updatedAt: str
    startedAt: str | None
    finishedAt: str | None
    video: VideoFields
    metadata: VideoMetadataFields | None


class VideoPageJobs(TypedDict):
    nodes: list[VideoJobFields]
    pageInfo: PageFields


class VideoPage(TypedDict):
    id: str
    originalFilename: str
    title: str | None
    status: ProcessingStatus | None
    contentType: str
    sizeBytes: int
    createdAt: str
    downloadUrl: str | None
    thumbnailFileUrl: str | None
    metadata: VideoMetadataFields | None
    jobs: VideoPageJobs


DateTimeRange = TypedDict(
    "DateTimeRange",
    {
        "from": NotRequired[str | None],
        "until": NotRequired[str | None],
    },
)


class VideoFilter(TypedDict):
    statuses: NotRequired[list[ProcessingStatus] | None]
    contentTypes: NotRequired[list[str] | None]
    createdAt: NotRequired[DateTimeRange | None]
    search: NotRequired[str | None]


VideoOrder = Literal["CREATED_AT_DESC", "CREATED_AT_ASC", "ORIGINAL_FILENAME_ASC", "SIZE_BYTES_DESC"]


class LibraryVariables(TypedDict):
    first: NotRequired[int | None]
    after: NotRequired[str | None]
    filter: NotRequired[VideoFilter | None]
    orderBy: NotRequired[VideoOrder]


class LibraryVideos(TypedDict):
    nodes: list[VideoCard]
    pageInfo: PageFields


class LibraryData(TypedDict):
    videos: LibraryVideos


class HomeViewer(TypedDict):
    id: str
    videoCount: int
    storedBytes: int


class HomeData(TypedDict):
    videoJobEventsCursor: str
    viewer: HomeViewer


class SearchTranscriptsVariables(TypedDict):
    query: str
    first: NotRequired[int | None]
    after: NotRequired[str | None]


class SearchTranscriptsNodes(TypedDict):
    passage: str
    rank: float
    video: VideoSummary


class SearchTranscripts(TypedDict):
    nodes: list[SearchTranscriptsNodes]
    pageInfo: PageFields


class SearchTranscriptsData(TypedDict):
    searchTranscripts: SearchTranscripts


class VideoVariables(TypedDict):
    id: str


class VideoData(TypedDict):
    video: VideoFields | None


class DeleteVideoVariables(TypedDict):
    videoId: str


DeleteVideoSuccess = TypedDict(
    "DeleteVideoSuccess",
    {
        "__typename": Literal["DeleteVideoSuccess"],
        "deletedVideoId": str,
    },
)
DeleteVideoNotFoundError = TypedDict(
    "DeleteVideoNotFoundError",
    {
        "__typename": Literal["NotFoundError"],
        "id": str,
        "message": str,
    },
)
DeleteVideo = DeleteVideoSuccess | DeleteVideoNotFoundError


class DeleteVideoData(TypedDict):
    deleteVideo: DeleteVideo


class VideoJobVariables(TypedDict):
    id: str


class VideoJobData(TypedDict):
    videoJob: VideoJobFields | None


class VideoJobsVariables(TypedDict):
    statuses: NotRequired[list[ProcessingStatus] | None]
    first: NotRequired[int | None]
    after: NotRequired[str | None]


class VideoJobs(TypedDict):
    nodes: list[VideoJobFields]
    pageInfo: PageFields


class VideoJobsData(TypedDict):
    videoJobs: VideoJobs


class RetryVideoJobVariables(TypedDict):
    jobId: str
    idempotencyKey: NotRequired[str | None]


RetryVideoJobSuccess = TypedDict(
    "RetryVideoJobSuccess",
    {
        "__typename": Literal["RetryVideoJobSuccess"],
        "job": VideoJobFields,
    },
)
RetryVideoJobNotFoundError = TypedDict(
    "RetryVideoJobNotFoundError",
    {
        "__typename": Literal["NotFoundError"],
        "id": str,
        "message": str,
    },
)


class RetryVideoJobInvalidInputErrorIssues(TypedDict):
    path: list[str]
    message: str


RetryVideoJobInvalidInputError = TypedDict(
    "RetryVideoJobInvalidInputError",
    {
        "__typename": Literal["InvalidInputError"],
        "issues": list[RetryVideoJobInvalidInputErrorIssues],
        "message": str,
    },
)
RetryVideoJobJobStateError = TypedDict(
    "RetryVideoJobJobStateError",
    {
        "__typename": Literal["JobStateError"],
        "job": VideoJobFields,
        "message": str,
    },
)
RetryVideoJob = (
    RetryVideoJobSuccess | RetryVideoJobNotFoundError | RetryVideoJobInvalidInputError | RetryVideoJobJobStateError
)


class RetryVideoJobData(TypedDict):
    retryVideoJob: RetryVideoJob


class CancelVideoJobVariables(TypedDict):
    jobId: str


CancelVideoJobSuccess = TypedDict(
    "CancelVideoJobSuccess",
    {
        "__typename": Literal["CancelVideoJobSuccess"],
        "job": VideoJobFields,
    },
)
CancelVideoJobNotFoundError = TypedDict(
    "CancelVideoJobNotFoundError",
    {
        "__typename": Literal["NotFoundError"],
        "id": str,
        "message": str,
    },
)
CancelVideoJobJobStateError = TypedDict(
    "CancelVideoJobJobStateError",
    {
        "__typename": Literal["JobStateError"],
        "job": VideoJobFields,
        "message": str,
    },
)
CancelVideoJob = CancelVideoJobSuccess | CancelVideoJobNotFoundError | CancelVideoJobJobStateError


class CancelVideoJobData(TypedDict):
    cancelVideoJob: CancelVideoJob


class VideoJobWithDetailsVariables(TypedDict):
    id: str


class VideoJobWithDetailsData(TypedDict):
    videoJob: VideoJobWithDetails | None


class VideoMetadataVariables(TypedDict):
    id: str


VideoMetadataNodeVideoOrVideoJob = TypedDict(
    "VideoMetadataNodeVideoOrVideoJob",
    {
        "__typename": Literal["Video", "VideoJob"],
    },
)
VideoMetadataNodeVideoMetadata = TypedDict(
    "VideoMetadataNodeVideoMetadata",
    {
        "__typename": Literal["VideoMetadata"],
        "id": str,
        "version": int,
        "title": str | None,
        "description": str | None,
        "tags": list[str],
        "transcriptText": str | None,
        "transcriptFileUrl": str | None,
        "subtitleFiles": list[VideoMetadataFieldsSubtitleFiles],
        "thumbnailFileUrl": str | None,
        "extractedVideoDurationSeconds": float | None,
        "extractedVideoResolution": str | None,
        "extractedVideoFormat": str | None,
        "showNotesText": str | None,
        "createdAt": str,
        "updatedAt": str,
    },
)
VideoMetadataNode = VideoMetadataNodeVideoOrVideoJob | VideoMetadataNodeVideoMetadata


class VideoMetadataData(TypedDict):
    node: VideoMetadataNode | None


class UpdateVideoMetadataInput(TypedDict):
    metadataId: str
    expectedVersion: NotRequired[int | None]
    title: NotRequired[str | None]
    description: NotRequired[str | None]
    tags: NotRequired[list[str] | None]
    showNotesText: NotRequired[str | None]


class UpdateVideoMetadataVariables(TypedDict):
    input: UpdateVideoMetadataInput


UpdateVideoMetadataSuccess = TypedDict(
    "UpdateVideoMetadataSuccess",
    {
        "__typename": Literal["UpdateVideoMetadataSuccess"],
        "metadata": VideoMetadataFields,
    },
)
UpdateVideoMetadataNotFoundError = TypedDict(
    "UpdateVideoMetadataNotFoundError",
    {
        "__typename": Literal["NotFoundError"],
        "id": str,
        "message": str,
    },
)


class UpdateVideoMetadataInvalidInputErrorIssues(TypedDict):
    path: list[str]
    message: str


UpdateVideoMetadataInvalidInputError = TypedDict(
    "UpdateVideoMetadataInvalidInputError",
    {
        "__typename": Literal["InvalidInputError"],
        "issues": list[UpdateVideoMetadataInvalidInputErrorIssues],
        "message": str,
    },
)
UpdateVideoMetadataVersionConflictError = TypedDict(
    "UpdateVideoMetadataVersionConflictError",
    {
        "__typename": Literal["VersionConflictError"],
        "current": VideoMetadataFields,
        "message": str,
    },
)
UpdateVideoMetadata = (
    UpdateVideoMetadataSuccess
    | UpdateVideoMetadataNotFoundError
    | UpdateVideoMetadataInvalidInputError
    | UpdateVideoMetadataVersionConflictError
)


class UpdateVideoMetadataData(TypedDict):
    updateVideoMetadata: UpdateVideoMetadata


class VideoPageVariables(TypedDict):
    id: str
    jobs: NotRequired[int]


class VideoPageData(TypedDict):
    video: VideoPage | None


class VideosVariables(TypedDict):
    first: NotRequired[int | None]
    after: NotRequired[str | None]
    filter: NotRequired[VideoFilter | None]
    orderBy: NotRequired[VideoOrder]


class Videos(TypedDict):
    nodes: list[VideoSummary]
    pageInfo: PageFields
    totalCount: int


class VideosData(TypedDict):
    videos: Videos


class CreateVideoUploadInput(TypedDict):
    originalFilename: str
    contentType: str
    sizeBytes: int
    idempotencyKey: NotRequired[str | None]


class CreateVideoUploadVariables(TypedDict):
    input: CreateVideoUploadInput


class CreateVideoUploadSuccessUploadHeaders(TypedDict):
    name: str
    value: str


class CreateVideoUploadSuccessUpload(TypedDict):
    url: str
    method: str
    headers: list[CreateVideoUploadSuccessUploadHeaders]
    expiresAt: str
    isResumable: bool


CreateVideoUploadSuccess = TypedDict(
    "CreateVideoUploadSuccess",
    {
        "__typename": Literal["CreateVideoUploadSuccess"],
        "video": VideoFields,
        "upload": CreateVideoUploadSuccessUpload,
    },
)


class CreateVideoUploadInvalidInputErrorIssues(TypedDict):
    path: list[str]
    message: str


CreateVideoUploadInvalidInputError = TypedDict(
    "CreateVideoUploadInvalidInputError",
    {
        "__typename": Literal["InvalidInputError"],
        "issues": list[CreateVideoUploadInvalidInputErrorIssues],
        "message": str,
    },
)
CreateVideoUpload = CreateVideoUploadSuccess | CreateVideoUploadInvalidInputError


class CreateVideoUploadData(TypedDict):
    createVideoUpload: CreateVideoUpload


class CompleteVideoUploadInput(TypedDict):
    videoId: str
    idempotencyKey: NotRequired[str | None]


class CompleteVideoUploadVariables(TypedDict):
    input: CompleteVideoUploadInput


CompleteVideoUploadSuccess = TypedDict(
    "CompleteVideoUploadSuccess",
    {
        "__typename": Literal["CompleteVideoUploadSuccess"],
        "video": VideoFields,
        "job": VideoJobFields,
    },
)
CompleteVideoUploadNotFoundError = TypedDict(
    "CompleteVideoUploadNotFoundError",
    {
        "__typename": Literal["NotFoundError"],
        "id": str,
        "message": str,
    },
)


class CompleteVideoUploadInvalidInputErrorIssues(TypedDict):
    path: list[str]
    message: str


CompleteVideoUploadInvalidInputError = TypedDict(
    "CompleteVideoUploadInvalidInputError",
    {
        "__typename": Literal["InvalidInputError"],
        "issues": list[CompleteVideoUploadInvalidInputErrorIssues],
        "message": str,
    },
)
CompleteVideoUploadUploadIncompleteError = TypedDict(
    "CompleteVideoUploadUploadIncompleteError",
    {
        "__typename": Literal["UploadIncompleteError"],
        "receivedBytes": int,
        "expectedBytes": int,
        "message": str,
    },
)
CompleteVideoUpload = (
    CompleteVideoUploadSuccess
    | CompleteVideoUploadNotFoundError
    | CompleteVideoUploadInvalidInputError
    | CompleteVideoUploadUploadIncompleteError
)


class CompleteVideoUploadData(TypedDict):
    completeVideoUpload: CompleteVideoUpload


class VideoWithJobsVariables(TypedDict):
    id: str
    first: NotRequired[int | None]
    after: NotRequired[str | None]


class VideoWithJobsData(TypedDict):
    video: VideoWithJobs | None


class Viewer(TypedDict):
    id: str
    videoCount: int
    storedBytes: int


class ViewerData(TypedDict):
    viewer: Viewer


class TypedOperations(ABC):
    """Runs operations by their names."""

    @abstractmethod
    async def data_of(self, name: str, variables: dict[str, Any]) -> Any:
        """The data of an operation that must not fail."""

    @overload
    async def run(self, name: Literal["Library"], /, **variables: Unpack[LibraryVariables]) -> LibraryData: ...

    @overload
    async def run(self, name: Literal["Home"], /) -> HomeData: ...

    @overload
    async def run(
        self, name: Literal["SearchTranscripts"], /, **variables: Unpack[SearchTranscriptsVariables]
    ) -> SearchTranscriptsData: ...

    @overload
    async def run(self, name: Literal["Video"], /, **variables: Unpack[VideoVariables]) -> VideoData: ...

    @overload
    async def run(
        self, name: Literal["DeleteVideo"], /, **variables: Unpack[DeleteVideoVariables]
    ) -> DeleteVideoData: ...

    @overload
    async def run(self, name: Literal["VideoJob"], /, **variables: Unpack[VideoJobVariables]) -> VideoJobData: ...

    @overload
    async def run(self, name: Literal["VideoJobs"], /, **variables: Unpack[VideoJobsVariables]) -> VideoJobsData: ...

    @overload
    async def run(
        self, name: Literal["RetryVideoJob"], /, **variables: Unpack[RetryVideoJobVariables]
    ) -> RetryVideoJobData: ...

    @overload
    async def run(
        self, name: Literal["CancelVideoJob"], /, **variables: Unpack[CancelVideoJobVariables]
    ) -> CancelVideoJobData: ...

    @overload
    async def run(
        self, name: Literal["VideoJobWithDetails"], /, **variables: Unpack[VideoJobWithDetailsVariables]
    ) -> VideoJobWithDetailsData: ...

    @overload
    async def run(
        self, name: Literal["VideoMetadata"], /, **variables: Unpack[VideoMetadataVariables]
    ) -> VideoMetadataData: ...

    @overload
    async def run(
        self, name: Literal["UpdateVideoMetadata"], /, **variables: Unpack[UpdateVideoMetadataVariables]
    ) -> UpdateVideoMetadataData: ...

    @overload
    async def run(self, name: Literal["VideoPage"], /, **variables: Unpack[VideoPageVariables]) -> VideoPageData: ...

    @overload
    async def run(self, name: Literal["Videos"], /, **variables: Unpack[VideosVariables]) -> VideosData: ...

    @overload
    async def run(
        self, name: Literal["CreateVideoUpload"], /, **variables: Unpack[CreateVideoUploadVariables]
    ) -> CreateVideoUploadData: ...

    @overload
    async def run(
        self, name: Literal["CompleteVideoUpload"], /, **variables: Unpack[CompleteVideoUploadVariables]
    ) -> CompleteVideoUploadData: ...

    @overload
    async def run(
        self, name: Literal["VideoWithJobs"], /, **variables: Unpack[VideoWithJobsVariables]
    ) -> VideoWithJobsData: ...

    @overload
    async def run(self, name: Literal["Viewer"], /) -> ViewerData: ...

    async def run(self, name: str, /, **variables: Any) -> Any:
        """The data of an operation that must not fail."""
        return await self.data_of(name, variables)

/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Whose upload is complete. */
export type CompleteVideoUploadInput = {
  /** The video's id, from createVideoUpload. */
  readonly videoId: string;
  /** Any text of 1 to 255 characters, new for each thing to be done, such as a UUID. Send the call again with the same key and it is not done twice: you get the first answer. Keys are kept for 24 hours or longer. */
  readonly idempotencyKey?: string | null | undefined;
};

/** What is to be uploaded. */
export type CreateVideoUploadInput = {
  /** The file's name where it comes from; any text. */
  readonly originalFilename: string;
  /** The file's media type, such as video/mp4. */
  readonly contentType: string;
  /** The file's exact size in bytes. */
  readonly sizeBytes: number;
  /** Any text of 1 to 255 characters, new for each thing to be done, such as a UUID. Send the call again with the same key and it is not done twice: you get the first answer. Keys are kept for 24 hours or longer. */
  readonly idempotencyKey?: string | null | undefined;
};

/** A span of time: from its beginning until just before its end. */
export type DateTimeRange = {
  /** The beginning; open when left out. */
  readonly from?: string | null | undefined;
  /** The end, which is outside; open when left out. */
  readonly until?: string | null | undefined;
};

/** Where a job stands. It ends COMPLETED or FAILED. */
export type ProcessingStatus =
  /** Waiting for a worker. */
  | 'PENDING'
  /** A worker is at it. */
  | 'PROCESSING'
  /** Ended well: the metadata is complete. */
  | 'COMPLETED'
  /** Ended without a result: `errorCode` and `errorMessage` say why. */
  | 'FAILED';

/** The steps of processing, in their order. */
export type StageName =
  /** Reads duration, resolution and container format. */
  | 'PROBE'
  /** Makes a JPEG picture, 640 pixels wide. */
  | 'THUMBNAIL'
  /** Makes a WebVTT and a SubRip file of each subtitle track. */
  | 'SUBTITLES'
  /** Writes down what is said: from subtitles, or as heard by an AI where one is configured. */
  | 'TRANSCRIPT'
  /** Finds title, description, tags and show notes: from the file's tags and name, or by AI. */
  | 'DESCRIPTION';

/** Where a stage stands. It ends DONE, SKIPPED or FAILED. */
export type StageStatus =
  /** Not begun. */
  | 'PENDING'
  /** A worker is at it. */
  | 'RUNNING'
  /** Ended well: its result is kept. */
  | 'DONE'
  /** Does not apply to this video: `message` says why. */
  | 'SKIPPED'
  /** Ended without a result: `message` says why. */
  | 'FAILED';

/** Formats of subtitle files. */
export type SubtitleFormat =
  /** WebVTT, for the `track` element of web pages. */
  | 'VTT'
  /** SubRip, for players and editors. */
  | 'SRT';

/** What to change. A field left out stays as it is; null clears it. */
export type UpdateVideoMetadataInput = {
  /** Which metadata. */
  readonly metadataId: string;
  /** The `version` you saw: if somebody changed it since, you get a VersionConflictError instead. */
  readonly expectedVersion?: number | null | undefined;
  /** What the video is called; white space is tidied. */
  readonly title?: string | null | undefined;
  /** What the video is about. */
  readonly description?: string | null | undefined;
  /** Words to find it by; they replace all. White space is tidied; empty ones and repetitions go. */
  readonly tags?: ReadonlyArray<string> | null | undefined;
  /** Notes to go with the video. */
  readonly showNotesText?: string | null | undefined;
};

/** What a list of videos is narrowed to; a video must pass all that is given. */
export type VideoFilter = {
  /** The newest job has one of these. */
  readonly statuses?: ReadonlyArray<ProcessingStatus> | null | undefined;
  /** The announced media type is one of these, to the letter. */
  readonly contentTypes?: ReadonlyArray<string> | null | undefined;
  /** The upload was announced in this span. */
  readonly createdAt?: DateTimeRange | null | undefined;
  /** Words in the title, description, tags or file name: all of them, or as in a search engine: "as a phrase", this or that, -without. */
  readonly search?: string | null | undefined;
};

/** How lists of videos are sorted; equal ones by id. */
export type VideoOrder =
  /** Newest first. */
  | 'CREATED_AT_DESC'
  /** Oldest first. */
  | 'CREATED_AT_ASC'
  /** By file name. */
  | 'ORIGINAL_FILENAME_ASC'
  /** Largest first. */
  | 'SIZE_BYTES_DESC';

export type VideoCardFragment = { readonly id: string, readonly originalFilename: string, readonly title: string | null, readonly status: ProcessingStatus | null, readonly sizeBytes: number, readonly createdAt: string, readonly thumbnailFileUrl: string | null, readonly metadata: { readonly id: string, readonly extractedVideoDurationSeconds: number | null } | null, readonly latestJob: { readonly id: string, readonly progress: number } | null } & { ' $fragmentName'?: 'VideoCardFragment' };

export type LibraryQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: VideoFilter | null | undefined;
  orderBy?: VideoOrder;
}>;


export type LibraryQuery = { readonly videos: { readonly nodes: ReadonlyArray<{ ' $fragmentRefs'?: { 'VideoCardFragment': VideoCardFragment } }>, readonly pageInfo: { ' $fragmentRefs'?: { 'PageFieldsFragment': PageFieldsFragment } } } };

export type HomeQueryVariables = Exact<{ [key: string]: never; }>;


export type HomeQuery = { readonly videoJobEventsCursor: string, readonly viewer: { readonly id: string, readonly videoCount: number, readonly storedBytes: number } };

export type LibraryEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type LibraryEventsSubscription = { readonly videoJobEvents: { readonly cursor: string, readonly job: (
      { readonly video: { ' $fragmentRefs'?: { 'VideoCardFragment': VideoCardFragment } } }
      & { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } }
    ) } };

export type PageFieldsFragment = { readonly hasNextPage: boolean, readonly endCursor: string | null } & { ' $fragmentName'?: 'PageFieldsFragment' };

export type SearchTranscriptsQueryVariables = Exact<{
  query: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchTranscriptsQuery = { readonly searchTranscripts: { readonly nodes: ReadonlyArray<{ readonly passage: string, readonly rank: number, readonly video: { ' $fragmentRefs'?: { 'VideoSummaryFragment': VideoSummaryFragment } } }>, readonly pageInfo: { ' $fragmentRefs'?: { 'PageFieldsFragment': PageFieldsFragment } } } };

export type VideoFieldsFragment = { readonly id: string, readonly uploaderUserId: string, readonly originalFilename: string, readonly storagePath: string, readonly contentType: string, readonly sizeBytes: number, readonly createdAt: string, readonly updatedAt: string, readonly downloadUrl: string | null, readonly status: ProcessingStatus | null, readonly title: string | null, readonly thumbnailFileUrl: string | null } & { ' $fragmentName'?: 'VideoFieldsFragment' };

export type VideoQueryVariables = Exact<{
  id: string;
}>;


export type VideoQuery = { readonly video: { ' $fragmentRefs'?: { 'VideoFieldsFragment': VideoFieldsFragment } } | null };

export type DeleteVideoMutationVariables = Exact<{
  videoId: string;
}>;


export type DeleteVideoMutation = { readonly deleteVideo:
    | { readonly __typename: 'DeleteVideoSuccess', readonly deletedVideoId: string }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly message: string }
   };

export type VideoJobFieldsFragment = { readonly id: string, readonly status: ProcessingStatus, readonly progress: number, readonly errorMessage: string | null, readonly errorCode: string | null, readonly attempt: number, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly processingStages: ReadonlyArray<{ readonly name: StageName, readonly status: StageStatus, readonly startedAt: string | null, readonly finishedAt: string | null, readonly message: string | null }> } & { ' $fragmentName'?: 'VideoJobFieldsFragment' };

export type VideoJobQueryVariables = Exact<{
  id: string;
}>;


export type VideoJobQuery = { readonly videoJob: { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } } | null };

export type VideoJobsQueryVariables = Exact<{
  statuses?: ReadonlyArray<ProcessingStatus> | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type VideoJobsQuery = { readonly videoJobs: { readonly nodes: ReadonlyArray<{ ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } }>, readonly pageInfo: { ' $fragmentRefs'?: { 'PageFieldsFragment': PageFieldsFragment } } } };

export type RetryVideoJobMutationVariables = Exact<{
  jobId: string;
  idempotencyKey?: string | null | undefined;
}>;


export type RetryVideoJobMutation = { readonly retryVideoJob:
    | { readonly __typename: 'RetryVideoJobSuccess', readonly job: { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly message: string }
    | { readonly __typename: 'InvalidInputError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
    | { readonly __typename: 'JobStateError', readonly message: string, readonly job: { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } } }
   };

export type CancelVideoJobMutationVariables = Exact<{
  jobId: string;
}>;


export type CancelVideoJobMutation = { readonly cancelVideoJob:
    | { readonly __typename: 'CancelVideoJobSuccess', readonly job: { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly message: string }
    | { readonly __typename: 'JobStateError', readonly message: string, readonly job: { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } } }
   };

export type VideoJobEventsSubscriptionVariables = Exact<{
  videoId?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type VideoJobEventsSubscription = { readonly videoJobEvents: { readonly cursor: string, readonly job: { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } } } };

export type VideoJobWithDetailsFragment = (
  { readonly video: { ' $fragmentRefs'?: { 'VideoFieldsFragment': VideoFieldsFragment } }, readonly metadata: { ' $fragmentRefs'?: { 'VideoMetadataFieldsFragment': VideoMetadataFieldsFragment } } | null }
  & { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } }
) & { ' $fragmentName'?: 'VideoJobWithDetailsFragment' };

export type VideoJobWithDetailsQueryVariables = Exact<{
  id: string;
}>;


export type VideoJobWithDetailsQuery = { readonly videoJob: { ' $fragmentRefs'?: { 'VideoJobWithDetailsFragment': VideoJobWithDetailsFragment } } | null };

export type VideoMetadataFieldsFragment = { readonly id: string, readonly version: number, readonly title: string | null, readonly description: string | null, readonly tags: ReadonlyArray<string>, readonly transcriptText: string | null, readonly transcriptFileUrl: string | null, readonly thumbnailFileUrl: string | null, readonly extractedVideoDurationSeconds: number | null, readonly extractedVideoResolution: string | null, readonly extractedVideoFormat: string | null, readonly showNotesText: string | null, readonly createdAt: string, readonly updatedAt: string, readonly subtitleFiles: ReadonlyArray<{ readonly format: SubtitleFormat, readonly language: string | null, readonly url: string }> } & { ' $fragmentName'?: 'VideoMetadataFieldsFragment' };

export type VideoMetadataQueryVariables = Exact<{
  id: string;
}>;


export type VideoMetadataQuery = { readonly node:
    | { readonly __typename: 'Video' }
    | { readonly __typename: 'VideoJob' }
    | (
      { readonly __typename: 'VideoMetadata' }
      & { ' $fragmentRefs'?: { 'VideoMetadataFieldsFragment': VideoMetadataFieldsFragment } }
    )
   | null };

export type UpdateVideoMetadataMutationVariables = Exact<{
  input: UpdateVideoMetadataInput;
}>;


export type UpdateVideoMetadataMutation = { readonly updateVideoMetadata:
    | { readonly __typename: 'UpdateVideoMetadataSuccess', readonly metadata: { ' $fragmentRefs'?: { 'VideoMetadataFieldsFragment': VideoMetadataFieldsFragment } } }
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly message: string }
    | { readonly __typename: 'InvalidInputError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
    | { readonly __typename: 'VersionConflictError', readonly message: string, readonly current: { ' $fragmentRefs'?: { 'VideoMetadataFieldsFragment': VideoMetadataFieldsFragment } } }
   };

export type VideoPageFragment = { readonly id: string, readonly originalFilename: string, readonly title: string | null, readonly status: ProcessingStatus | null, readonly contentType: string, readonly sizeBytes: number, readonly createdAt: string, readonly downloadUrl: string | null, readonly thumbnailFileUrl: string | null, readonly metadata: { ' $fragmentRefs'?: { 'VideoMetadataFieldsFragment': VideoMetadataFieldsFragment } } | null, readonly jobs: { readonly nodes: ReadonlyArray<{ ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } }>, readonly pageInfo: { ' $fragmentRefs'?: { 'PageFieldsFragment': PageFieldsFragment } } } } & { ' $fragmentName'?: 'VideoPageFragment' };

export type VideoPageQueryVariables = Exact<{
  id: string;
  jobs?: number;
}>;


export type VideoPageQuery = { readonly video: { ' $fragmentRefs'?: { 'VideoPageFragment': VideoPageFragment } } | null };

export type VideoSummaryFragment = { readonly id: string, readonly originalFilename: string, readonly title: string | null, readonly status: ProcessingStatus | null, readonly thumbnailFileUrl: string | null, readonly createdAt: string } & { ' $fragmentName'?: 'VideoSummaryFragment' };

export type VideosQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: VideoFilter | null | undefined;
  orderBy?: VideoOrder;
}>;


export type VideosQuery = { readonly videos: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ ' $fragmentRefs'?: { 'VideoSummaryFragment': VideoSummaryFragment } }>, readonly pageInfo: { ' $fragmentRefs'?: { 'PageFieldsFragment': PageFieldsFragment } } } };

export type VideoUploadFragment = { readonly video: { ' $fragmentRefs'?: { 'VideoFieldsFragment': VideoFieldsFragment } }, readonly job: { ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } } } & { ' $fragmentName'?: 'VideoUploadFragment' };

export type CreateVideoUploadMutationVariables = Exact<{
  input: CreateVideoUploadInput;
}>;


export type CreateVideoUploadMutation = { readonly createVideoUpload:
    | { readonly __typename: 'CreateVideoUploadSuccess', readonly video: { ' $fragmentRefs'?: { 'VideoFieldsFragment': VideoFieldsFragment } }, readonly upload: { readonly url: string, readonly method: string, readonly expiresAt: string, readonly isResumable: boolean, readonly headers: ReadonlyArray<{ readonly name: string, readonly value: string }> } }
    | { readonly __typename: 'InvalidInputError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
   };

export type CompleteVideoUploadMutationVariables = Exact<{
  input: CompleteVideoUploadInput;
}>;


export type CompleteVideoUploadMutation = { readonly completeVideoUpload:
    | (
      { readonly __typename: 'CompleteVideoUploadSuccess' }
      & { ' $fragmentRefs'?: { 'VideoUploadFragment': VideoUploadFragment } }
    )
    | { readonly __typename: 'NotFoundError', readonly id: string, readonly message: string }
    | { readonly __typename: 'InvalidInputError', readonly message: string, readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<string>, readonly message: string }> }
    | { readonly __typename: 'UploadIncompleteError', readonly receivedBytes: number, readonly expectedBytes: number, readonly message: string }
   };

export type VideoWithJobsFragment = (
  { readonly jobs: { readonly nodes: ReadonlyArray<{ ' $fragmentRefs'?: { 'VideoJobFieldsFragment': VideoJobFieldsFragment } }>, readonly pageInfo: { ' $fragmentRefs'?: { 'PageFieldsFragment': PageFieldsFragment } } } }
  & { ' $fragmentRefs'?: { 'VideoFieldsFragment': VideoFieldsFragment } }
) & { ' $fragmentName'?: 'VideoWithJobsFragment' };

export type VideoWithJobsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type VideoWithJobsQuery = { readonly video: { ' $fragmentRefs'?: { 'VideoWithJobsFragment': VideoWithJobsFragment } } | null };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly id: string, readonly videoCount: number, readonly storedBytes: number } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const VideoCardFragmentDoc = new TypedDocumentString(`
    fragment VideoCard on Video {
  id
  originalFilename
  title
  status
  sizeBytes
  createdAt
  thumbnailFileUrl
  metadata {
    id
    extractedVideoDurationSeconds
  }
  latestJob {
    id
    progress
  }
}
    `, {"fragmentName":"VideoCard"}) as unknown as TypedDocumentString<VideoCardFragment, unknown>;
export const VideoJobFieldsFragmentDoc = new TypedDocumentString(`
    fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}
    `, {"fragmentName":"VideoJobFields"}) as unknown as TypedDocumentString<VideoJobFieldsFragment, unknown>;
export const VideoFieldsFragmentDoc = new TypedDocumentString(`
    fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}
    `, {"fragmentName":"VideoFields"}) as unknown as TypedDocumentString<VideoFieldsFragment, unknown>;
export const VideoMetadataFieldsFragmentDoc = new TypedDocumentString(`
    fragment VideoMetadataFields on VideoMetadata {
  id
  version
  title
  description
  tags
  transcriptText
  transcriptFileUrl
  subtitleFiles {
    format
    language
    url
  }
  thumbnailFileUrl
  extractedVideoDurationSeconds
  extractedVideoResolution
  extractedVideoFormat
  showNotesText
  createdAt
  updatedAt
}
    `, {"fragmentName":"VideoMetadataFields"}) as unknown as TypedDocumentString<VideoMetadataFieldsFragment, unknown>;
export const VideoJobWithDetailsFragmentDoc = new TypedDocumentString(`
    fragment VideoJobWithDetails on VideoJob {
  ...VideoJobFields
  video {
    ...VideoFields
  }
  metadata {
    ...VideoMetadataFields
  }
}
    fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}
fragment VideoMetadataFields on VideoMetadata {
  id
  version
  title
  description
  tags
  transcriptText
  transcriptFileUrl
  subtitleFiles {
    format
    language
    url
  }
  thumbnailFileUrl
  extractedVideoDurationSeconds
  extractedVideoResolution
  extractedVideoFormat
  showNotesText
  createdAt
  updatedAt
}`, {"fragmentName":"VideoJobWithDetails"}) as unknown as TypedDocumentString<VideoJobWithDetailsFragment, unknown>;
export const PageFieldsFragmentDoc = new TypedDocumentString(`
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}
    `, {"fragmentName":"PageFields"}) as unknown as TypedDocumentString<PageFieldsFragment, unknown>;
export const VideoPageFragmentDoc = new TypedDocumentString(`
    fragment VideoPage on Video {
  id
  originalFilename
  title
  status
  contentType
  sizeBytes
  createdAt
  downloadUrl
  thumbnailFileUrl
  metadata {
    ...VideoMetadataFields
  }
  jobs(first: $jobs) {
    nodes {
      ...VideoJobFields
    }
    pageInfo {
      ...PageFields
    }
  }
}
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}
fragment VideoMetadataFields on VideoMetadata {
  id
  version
  title
  description
  tags
  transcriptText
  transcriptFileUrl
  subtitleFiles {
    format
    language
    url
  }
  thumbnailFileUrl
  extractedVideoDurationSeconds
  extractedVideoResolution
  extractedVideoFormat
  showNotesText
  createdAt
  updatedAt
}`, {"fragmentName":"VideoPage"}) as unknown as TypedDocumentString<VideoPageFragment, unknown>;
export const VideoSummaryFragmentDoc = new TypedDocumentString(`
    fragment VideoSummary on Video {
  id
  originalFilename
  title
  status
  thumbnailFileUrl
  createdAt
}
    `, {"fragmentName":"VideoSummary"}) as unknown as TypedDocumentString<VideoSummaryFragment, unknown>;
export const VideoUploadFragmentDoc = new TypedDocumentString(`
    fragment VideoUpload on CompleteVideoUploadSuccess {
  video {
    ...VideoFields
  }
  job {
    ...VideoJobFields
  }
}
    fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}`, {"fragmentName":"VideoUpload"}) as unknown as TypedDocumentString<VideoUploadFragment, unknown>;
export const VideoWithJobsFragmentDoc = new TypedDocumentString(`
    fragment VideoWithJobs on Video {
  ...VideoFields
  jobs(first: $first, after: $after) {
    nodes {
      ...VideoJobFields
    }
    pageInfo {
      ...PageFields
    }
  }
}
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}
fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}`, {"fragmentName":"VideoWithJobs"}) as unknown as TypedDocumentString<VideoWithJobsFragment, unknown>;
export const LibraryDocument = new TypedDocumentString(`
    query Library($first: Int, $after: String, $filter: VideoFilter, $orderBy: VideoOrder! = CREATED_AT_DESC) {
  videos(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes {
      ...VideoCard
    }
    pageInfo {
      ...PageFields
    }
  }
}
    fragment VideoCard on Video {
  id
  originalFilename
  title
  status
  sizeBytes
  createdAt
  thumbnailFileUrl
  metadata {
    id
    extractedVideoDurationSeconds
  }
  latestJob {
    id
    progress
  }
}
fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}`, {"hash":"sha256:5fc6578ac44cb59ff78fde11f9b0a05d34d0591b0d9926568ea05a10beb4d1bf"}) as unknown as TypedDocumentString<LibraryQuery, LibraryQueryVariables>;
export const HomeDocument = new TypedDocumentString(`
    query Home {
  videoJobEventsCursor
  viewer {
    id
    videoCount
    storedBytes
  }
}
    `, {"hash":"sha256:25d5c6fb56b358af2a7d43c8405d017e157076ba6627af145bf6187cca1475f0"}) as unknown as TypedDocumentString<HomeQuery, HomeQueryVariables>;
export const LibraryEventsDocument = new TypedDocumentString(`
    subscription LibraryEvents($after: String) {
  videoJobEvents(after: $after) {
    cursor
    job {
      ...VideoJobFields
      video {
        ...VideoCard
      }
    }
  }
}
    fragment VideoCard on Video {
  id
  originalFilename
  title
  status
  sizeBytes
  createdAt
  thumbnailFileUrl
  metadata {
    id
    extractedVideoDurationSeconds
  }
  latestJob {
    id
    progress
  }
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}`, {"hash":"sha256:f6fff6962813678f76e6d0f42fb2acf5725ff2b3dc3f648f770f18b552bd5555"}) as unknown as TypedDocumentString<LibraryEventsSubscription, LibraryEventsSubscriptionVariables>;
export const SearchTranscriptsDocument = new TypedDocumentString(`
    query SearchTranscripts($query: String!, $first: Int, $after: String) {
  searchTranscripts(query: $query, first: $first, after: $after) {
    nodes {
      passage
      rank
      video {
        ...VideoSummary
      }
    }
    pageInfo {
      ...PageFields
    }
  }
}
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}
fragment VideoSummary on Video {
  id
  originalFilename
  title
  status
  thumbnailFileUrl
  createdAt
}`, {"hash":"sha256:dd0959a70bf3b14823dfe75a1d16d5c49f8f80fb3ed8bf2bb47455a2a190a8ff"}) as unknown as TypedDocumentString<SearchTranscriptsQuery, SearchTranscriptsQueryVariables>;
export const VideoDocument = new TypedDocumentString(`
    query Video($id: ID!) {
  video(id: $id) {
    ...VideoFields
  }
}
    fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}`, {"hash":"sha256:c4604c740cd272a92c98e077c6fe8f994d4aadac0ed9de622a28e2a2c340c2d1"}) as unknown as TypedDocumentString<VideoQuery, VideoQueryVariables>;
export const DeleteVideoDocument = new TypedDocumentString(`
    mutation DeleteVideo($videoId: ID!) {
  deleteVideo(videoId: $videoId) {
    __typename
    ... on DeleteVideoSuccess {
      deletedVideoId
    }
    ... on NotFoundError {
      id
    }
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:be2c7afeb2d58ead7b80a45e49ba0d8fdb38c280f4a53516ea1a6260f3d30045"}) as unknown as TypedDocumentString<DeleteVideoMutation, DeleteVideoMutationVariables>;
export const VideoJobDocument = new TypedDocumentString(`
    query VideoJob($id: ID!) {
  videoJob(id: $id) {
    ...VideoJobFields
  }
}
    fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}`, {"hash":"sha256:60f0a9abe74bcd34813223defcd876e3bf3c1af52124666aa8938b5753ba45a6"}) as unknown as TypedDocumentString<VideoJobQuery, VideoJobQueryVariables>;
export const VideoJobsDocument = new TypedDocumentString(`
    query VideoJobs($statuses: [ProcessingStatus!], $first: Int, $after: String) {
  videoJobs(statuses: $statuses, first: $first, after: $after) {
    nodes {
      ...VideoJobFields
    }
    pageInfo {
      ...PageFields
    }
  }
}
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}`, {"hash":"sha256:b1a7b9f9164eecc72e952efb657cd33c5c794b1df2eaaeb9e1de479442b0d66f"}) as unknown as TypedDocumentString<VideoJobsQuery, VideoJobsQueryVariables>;
export const RetryVideoJobDocument = new TypedDocumentString(`
    mutation RetryVideoJob($jobId: ID!, $idempotencyKey: String) {
  retryVideoJob(jobId: $jobId, idempotencyKey: $idempotencyKey) {
    __typename
    ... on RetryVideoJobSuccess {
      job {
        ...VideoJobFields
      }
    }
    ... on NotFoundError {
      id
    }
    ... on JobStateError {
      job {
        ...VideoJobFields
      }
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}`, {"hash":"sha256:8b5bb89360fc338f50afa2028291332a710db4464eab4b94be3acf5ca9dc1cb2"}) as unknown as TypedDocumentString<RetryVideoJobMutation, RetryVideoJobMutationVariables>;
export const CancelVideoJobDocument = new TypedDocumentString(`
    mutation CancelVideoJob($jobId: ID!) {
  cancelVideoJob(jobId: $jobId) {
    __typename
    ... on CancelVideoJobSuccess {
      job {
        ...VideoJobFields
      }
    }
    ... on NotFoundError {
      id
    }
    ... on JobStateError {
      job {
        ...VideoJobFields
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}`, {"hash":"sha256:923084438214615ed3cd309ca25039bab895cd9c8a5c1496346a8fdedf52c1bc"}) as unknown as TypedDocumentString<CancelVideoJobMutation, CancelVideoJobMutationVariables>;
export const VideoJobEventsDocument = new TypedDocumentString(`
    subscription VideoJobEvents($videoId: ID, $after: String) {
  videoJobEvents(videoId: $videoId, after: $after) {
    cursor
    job {
      ...VideoJobFields
    }
  }
}
    fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}`, {"hash":"sha256:666e8f06abe8d05f68960679ef121d49698ff1a590a4abff86fb2fc5e1bf2e63"}) as unknown as TypedDocumentString<VideoJobEventsSubscription, VideoJobEventsSubscriptionVariables>;
export const VideoJobWithDetailsDocument = new TypedDocumentString(`
    query VideoJobWithDetails($id: ID!) {
  videoJob(id: $id) {
    ...VideoJobWithDetails
  }
}
    fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}
fragment VideoJobWithDetails on VideoJob {
  ...VideoJobFields
  video {
    ...VideoFields
  }
  metadata {
    ...VideoMetadataFields
  }
}
fragment VideoMetadataFields on VideoMetadata {
  id
  version
  title
  description
  tags
  transcriptText
  transcriptFileUrl
  subtitleFiles {
    format
    language
    url
  }
  thumbnailFileUrl
  extractedVideoDurationSeconds
  extractedVideoResolution
  extractedVideoFormat
  showNotesText
  createdAt
  updatedAt
}`, {"hash":"sha256:63bda2fd68b9fdd0a57e4dc772b1cc509e358d3b547d43671b743637c01dce32"}) as unknown as TypedDocumentString<VideoJobWithDetailsQuery, VideoJobWithDetailsQueryVariables>;
export const VideoMetadataDocument = new TypedDocumentString(`
    query VideoMetadata($id: ID!) {
  node(id: $id) {
    __typename
    ... on VideoMetadata {
      ...VideoMetadataFields
    }
  }
}
    fragment VideoMetadataFields on VideoMetadata {
  id
  version
  title
  description
  tags
  transcriptText
  transcriptFileUrl
  subtitleFiles {
    format
    language
    url
  }
  thumbnailFileUrl
  extractedVideoDurationSeconds
  extractedVideoResolution
  extractedVideoFormat
  showNotesText
  createdAt
  updatedAt
}`, {"hash":"sha256:8a99ed8553b466e3ac92660216c6444d4edc328ed819f9e28cb4872ed5db6be2"}) as unknown as TypedDocumentString<VideoMetadataQuery, VideoMetadataQueryVariables>;
export const UpdateVideoMetadataDocument = new TypedDocumentString(`
    mutation UpdateVideoMetadata($input: UpdateVideoMetadataInput!) {
  updateVideoMetadata(input: $input) {
    __typename
    ... on UpdateVideoMetadataSuccess {
      metadata {
        ...VideoMetadataFields
      }
    }
    ... on NotFoundError {
      id
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
    ... on VersionConflictError {
      current {
        ...VideoMetadataFields
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment VideoMetadataFields on VideoMetadata {
  id
  version
  title
  description
  tags
  transcriptText
  transcriptFileUrl
  subtitleFiles {
    format
    language
    url
  }
  thumbnailFileUrl
  extractedVideoDurationSeconds
  extractedVideoResolution
  extractedVideoFormat
  showNotesText
  createdAt
  updatedAt
}`, {"hash":"sha256:ebbae55a6e3655fee8132e830f12e544b2b8af59154372614459de19c4cdfc9a"}) as unknown as TypedDocumentString<UpdateVideoMetadataMutation, UpdateVideoMetadataMutationVariables>;
export const VideoPageDocument = new TypedDocumentString(`
    query VideoPage($id: ID!, $jobs: Int! = 20) {
  video(id: $id) {
    ...VideoPage
  }
}
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}
fragment VideoMetadataFields on VideoMetadata {
  id
  version
  title
  description
  tags
  transcriptText
  transcriptFileUrl
  subtitleFiles {
    format
    language
    url
  }
  thumbnailFileUrl
  extractedVideoDurationSeconds
  extractedVideoResolution
  extractedVideoFormat
  showNotesText
  createdAt
  updatedAt
}
fragment VideoPage on Video {
  id
  originalFilename
  title
  status
  contentType
  sizeBytes
  createdAt
  downloadUrl
  thumbnailFileUrl
  metadata {
    ...VideoMetadataFields
  }
  jobs(first: $jobs) {
    nodes {
      ...VideoJobFields
    }
    pageInfo {
      ...PageFields
    }
  }
}`, {"hash":"sha256:0ecbf874f88964b87e4542080b4dcda7e9b714cd8079c7de3dcc2d9e90505ba9"}) as unknown as TypedDocumentString<VideoPageQuery, VideoPageQueryVariables>;
export const VideosDocument = new TypedDocumentString(`
    query Videos($first: Int, $after: String, $filter: VideoFilter, $orderBy: VideoOrder! = CREATED_AT_DESC) {
  videos(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes {
      ...VideoSummary
    }
    pageInfo {
      ...PageFields
    }
    totalCount
  }
}
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}
fragment VideoSummary on Video {
  id
  originalFilename
  title
  status
  thumbnailFileUrl
  createdAt
}`, {"hash":"sha256:a2bf1d2f1cdb884b3361c1f3d6d1682a4891e657ee8add870cff446f9c580890"}) as unknown as TypedDocumentString<VideosQuery, VideosQueryVariables>;
export const CreateVideoUploadDocument = new TypedDocumentString(`
    mutation CreateVideoUpload($input: CreateVideoUploadInput!) {
  createVideoUpload(input: $input) {
    __typename
    ... on CreateVideoUploadSuccess {
      video {
        ...VideoFields
      }
      upload {
        url
        method
        headers {
          name
          value
        }
        expiresAt
        isResumable
      }
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}`, {"hash":"sha256:3a524ce27adf9c4cd3cbaa0cd86bfe326e8257ae8dcb51a1e8d216ea839e4a94"}) as unknown as TypedDocumentString<CreateVideoUploadMutation, CreateVideoUploadMutationVariables>;
export const CompleteVideoUploadDocument = new TypedDocumentString(`
    mutation CompleteVideoUpload($input: CompleteVideoUploadInput!) {
  completeVideoUpload(input: $input) {
    __typename
    ... on CompleteVideoUploadSuccess {
      ...VideoUpload
    }
    ... on NotFoundError {
      id
    }
    ... on InvalidInputError {
      issues {
        path
        message
      }
    }
    ... on UploadIncompleteError {
      receivedBytes
      expectedBytes
    }
    ... on Error {
      message
    }
  }
}
    fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}
fragment VideoUpload on CompleteVideoUploadSuccess {
  video {
    ...VideoFields
  }
  job {
    ...VideoJobFields
  }
}`, {"hash":"sha256:617f9bc303b7e516ee27d9802ccdaf6be711f613b16a8b194dc38154cb7ef782"}) as unknown as TypedDocumentString<CompleteVideoUploadMutation, CompleteVideoUploadMutationVariables>;
export const VideoWithJobsDocument = new TypedDocumentString(`
    query VideoWithJobs($id: ID!, $first: Int, $after: String) {
  video(id: $id) {
    ...VideoWithJobs
  }
}
    fragment PageFields on PageInfo {
  hasNextPage
  endCursor
}
fragment VideoFields on Video {
  id
  uploaderUserId
  originalFilename
  storagePath
  contentType
  sizeBytes
  createdAt
  updatedAt
  downloadUrl
  status
  title
  thumbnailFileUrl
}
fragment VideoJobFields on VideoJob {
  id
  status
  progress
  processingStages {
    name
    status
    startedAt
    finishedAt
    message
  }
  errorMessage
  errorCode
  attempt
  createdAt
  updatedAt
  startedAt
  finishedAt
}
fragment VideoWithJobs on Video {
  ...VideoFields
  jobs(first: $first, after: $after) {
    nodes {
      ...VideoJobFields
    }
    pageInfo {
      ...PageFields
    }
  }
}`, {"hash":"sha256:f2afa498cbebf775ba9cbab20d7459f2e5e202ac5e9b45e32a9d584ed85c0f00"}) as unknown as TypedDocumentString<VideoWithJobsQuery, VideoWithJobsQueryVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    id
    videoCount
    storedBytes
  }
}
    `, {"hash":"sha256:f909b82b5ecce2f3b1acad7c571b487eab97e32bf08b4569b207642b303e4c6f"}) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment PageFields on PageInfo {\n  hasNextPage\n  endCursor\n}": typeof types.PageFieldsFragmentDoc,
    "query SearchTranscripts($query: String!, $first: Int, $after: String) {\n  searchTranscripts(query: $query, first: $first, after: $after) {\n    nodes {\n      passage\n      rank\n      video {\n        ...VideoSummary\n      }\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}": typeof types.SearchTranscriptsDocument,
    "fragment VideoFields on Video {\n  id\n  uploaderUserId\n  originalFilename\n  storagePath\n  contentType\n  sizeBytes\n  createdAt\n  updatedAt\n  downloadUrl\n  status\n  title\n  thumbnailFileUrl\n}\n\nquery Video($id: ID!) {\n  video(id: $id) {\n    ...VideoFields\n  }\n}": typeof types.VideoFieldsFragmentDoc,
    "mutation DeleteVideo($videoId: ID!) {\n  deleteVideo(videoId: $videoId) {\n    __typename\n    ... on DeleteVideoSuccess {\n      deletedVideoId\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on Error {\n      message\n    }\n  }\n}": typeof types.DeleteVideoDocument,
    "fragment VideoJobFields on VideoJob {\n  id\n  status\n  progress\n  processingStages {\n    name\n    status\n    startedAt\n    finishedAt\n    message\n  }\n  errorMessage\n  errorCode\n  attempt\n  createdAt\n  updatedAt\n  startedAt\n  finishedAt\n}\n\nquery VideoJob($id: ID!) {\n  videoJob(id: $id) {\n    ...VideoJobFields\n  }\n}\n\nquery VideoJobs($statuses: [ProcessingStatus!], $first: Int, $after: String) {\n  videoJobs(statuses: $statuses, first: $first, after: $after) {\n    nodes {\n      ...VideoJobFields\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}": typeof types.VideoJobFieldsFragmentDoc,
    "mutation RetryVideoJob($jobId: ID!, $idempotencyKey: String) {\n  retryVideoJob(jobId: $jobId, idempotencyKey: $idempotencyKey) {\n    __typename\n    ... on RetryVideoJobSuccess {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on JobStateError {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation CancelVideoJob($jobId: ID!) {\n  cancelVideoJob(jobId: $jobId) {\n    __typename\n    ... on CancelVideoJobSuccess {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on JobStateError {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": typeof types.RetryVideoJobDocument,
    "subscription VideoJobEvents($videoId: ID, $after: String) {\n  videoJobEvents(videoId: $videoId, after: $after) {\n    cursor\n    job {\n      ...VideoJobFields\n    }\n  }\n}": typeof types.VideoJobEventsDocument,
    "fragment VideoJobWithDetails on VideoJob {\n  ...VideoJobFields\n  video {\n    ...VideoFields\n  }\n  metadata {\n    ...VideoMetadataFields\n  }\n}\n\nquery VideoJobWithDetails($id: ID!) {\n  videoJob(id: $id) {\n    ...VideoJobWithDetails\n  }\n}": typeof types.VideoJobWithDetailsFragmentDoc,
    "fragment VideoMetadataFields on VideoMetadata {\n  id\n  version\n  title\n  description\n  tags\n  transcriptText\n  transcriptFileUrl\n  subtitleFiles {\n    format\n    language\n    url\n  }\n  thumbnailFileUrl\n  extractedVideoDurationSeconds\n  extractedVideoResolution\n  extractedVideoFormat\n  showNotesText\n  createdAt\n  updatedAt\n}\n\nquery VideoMetadata($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on VideoMetadata {\n      ...VideoMetadataFields\n    }\n  }\n}": typeof types.VideoMetadataFieldsFragmentDoc,
    "mutation UpdateVideoMetadata($input: UpdateVideoMetadataInput!) {\n  updateVideoMetadata(input: $input) {\n    __typename\n    ... on UpdateVideoMetadataSuccess {\n      metadata {\n        ...VideoMetadataFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on VersionConflictError {\n      current {\n        ...VideoMetadataFields\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": typeof types.UpdateVideoMetadataDocument,
    "fragment VideoSummary on Video {\n  id\n  originalFilename\n  title\n  status\n  thumbnailFileUrl\n  createdAt\n}\n\nquery Videos($first: Int, $after: String, $filter: VideoFilter, $orderBy: VideoOrder! = CREATED_AT_DESC) {\n  videos(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    nodes {\n      ...VideoSummary\n    }\n    pageInfo {\n      ...PageFields\n    }\n    totalCount\n  }\n}": typeof types.VideoSummaryFragmentDoc,
    "fragment VideoUpload on CompleteVideoUploadSuccess {\n  video {\n    ...VideoFields\n  }\n  job {\n    ...VideoJobFields\n  }\n}\n\nmutation CreateVideoUpload($input: CreateVideoUploadInput!) {\n  createVideoUpload(input: $input) {\n    __typename\n    ... on CreateVideoUploadSuccess {\n      video {\n        ...VideoFields\n      }\n      upload {\n        url\n        method\n        headers {\n          name\n          value\n        }\n        expiresAt\n      }\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation CompleteVideoUpload($input: CompleteVideoUploadInput!) {\n  completeVideoUpload(input: $input) {\n    __typename\n    ... on CompleteVideoUploadSuccess {\n      ...VideoUpload\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on UploadIncompleteError {\n      receivedBytes\n      expectedBytes\n    }\n    ... on Error {\n      message\n    }\n  }\n}": typeof types.VideoUploadFragmentDoc,
    "fragment VideoWithJobs on Video {\n  ...VideoFields\n  jobs(first: $first, after: $after) {\n    nodes {\n      ...VideoJobFields\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}\n\nquery VideoWithJobs($id: ID!, $first: Int, $after: String) {\n  video(id: $id) {\n    ...VideoWithJobs\n  }\n}": typeof types.VideoWithJobsFragmentDoc,
    "query Viewer {\n  viewer {\n    id\n    videoCount\n    storedBytes\n  }\n}": typeof types.ViewerDocument,
};
const documents: Documents = {
    "fragment PageFields on PageInfo {\n  hasNextPage\n  endCursor\n}": types.PageFieldsFragmentDoc,
    "query SearchTranscripts($query: String!, $first: Int, $after: String) {\n  searchTranscripts(query: $query, first: $first, after: $after) {\n    nodes {\n      passage\n      rank\n      video {\n        ...VideoSummary\n      }\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}": types.SearchTranscriptsDocument,
    "fragment VideoFields on Video {\n  id\n  uploaderUserId\n  originalFilename\n  storagePath\n  contentType\n  sizeBytes\n  createdAt\n  updatedAt\n  downloadUrl\n  status\n  title\n  thumbnailFileUrl\n}\n\nquery Video($id: ID!) {\n  video(id: $id) {\n    ...VideoFields\n  }\n}": types.VideoFieldsFragmentDoc,
    "mutation DeleteVideo($videoId: ID!) {\n  deleteVideo(videoId: $videoId) {\n    __typename\n    ... on DeleteVideoSuccess {\n      deletedVideoId\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on Error {\n      message\n    }\n  }\n}": types.DeleteVideoDocument,
    "fragment VideoJobFields on VideoJob {\n  id\n  status\n  progress\n  processingStages {\n    name\n    status\n    startedAt\n    finishedAt\n    message\n  }\n  errorMessage\n  errorCode\n  attempt\n  createdAt\n  updatedAt\n  startedAt\n  finishedAt\n}\n\nquery VideoJob($id: ID!) {\n  videoJob(id: $id) {\n    ...VideoJobFields\n  }\n}\n\nquery VideoJobs($statuses: [ProcessingStatus!], $first: Int, $after: String) {\n  videoJobs(statuses: $statuses, first: $first, after: $after) {\n    nodes {\n      ...VideoJobFields\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}": types.VideoJobFieldsFragmentDoc,
    "mutation RetryVideoJob($jobId: ID!, $idempotencyKey: String) {\n  retryVideoJob(jobId: $jobId, idempotencyKey: $idempotencyKey) {\n    __typename\n    ... on RetryVideoJobSuccess {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on JobStateError {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation CancelVideoJob($jobId: ID!) {\n  cancelVideoJob(jobId: $jobId) {\n    __typename\n    ... on CancelVideoJobSuccess {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on JobStateError {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": types.RetryVideoJobDocument,
    "subscription VideoJobEvents($videoId: ID, $after: String) {\n  videoJobEvents(videoId: $videoId, after: $after) {\n    cursor\n    job {\n      ...VideoJobFields\n    }\n  }\n}": types.VideoJobEventsDocument,
    "fragment VideoJobWithDetails on VideoJob {\n  ...VideoJobFields\n  video {\n    ...VideoFields\n  }\n  metadata {\n    ...VideoMetadataFields\n  }\n}\n\nquery VideoJobWithDetails($id: ID!) {\n  videoJob(id: $id) {\n    ...VideoJobWithDetails\n  }\n}": types.VideoJobWithDetailsFragmentDoc,
    "fragment VideoMetadataFields on VideoMetadata {\n  id\n  version\n  title\n  description\n  tags\n  transcriptText\n  transcriptFileUrl\n  subtitleFiles {\n    format\n    language\n    url\n  }\n  thumbnailFileUrl\n  extractedVideoDurationSeconds\n  extractedVideoResolution\n  extractedVideoFormat\n  showNotesText\n  createdAt\n  updatedAt\n}\n\nquery VideoMetadata($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on VideoMetadata {\n      ...VideoMetadataFields\n    }\n  }\n}": types.VideoMetadataFieldsFragmentDoc,
    "mutation UpdateVideoMetadata($input: UpdateVideoMetadataInput!) {\n  updateVideoMetadata(input: $input) {\n    __typename\n    ... on UpdateVideoMetadataSuccess {\n      metadata {\n        ...VideoMetadataFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on VersionConflictError {\n      current {\n        ...VideoMetadataFields\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}": types.UpdateVideoMetadataDocument,
    "fragment VideoSummary on Video {\n  id\n  originalFilename\n  title\n  status\n  thumbnailFileUrl\n  createdAt\n}\n\nquery Videos($first: Int, $after: String, $filter: VideoFilter, $orderBy: VideoOrder! = CREATED_AT_DESC) {\n  videos(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    nodes {\n      ...VideoSummary\n    }\n    pageInfo {\n      ...PageFields\n    }\n    totalCount\n  }\n}": types.VideoSummaryFragmentDoc,
    "fragment VideoUpload on CompleteVideoUploadSuccess {\n  video {\n    ...VideoFields\n  }\n  job {\n    ...VideoJobFields\n  }\n}\n\nmutation CreateVideoUpload($input: CreateVideoUploadInput!) {\n  createVideoUpload(input: $input) {\n    __typename\n    ... on CreateVideoUploadSuccess {\n      video {\n        ...VideoFields\n      }\n      upload {\n        url\n        method\n        headers {\n          name\n          value\n        }\n        expiresAt\n      }\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation CompleteVideoUpload($input: CompleteVideoUploadInput!) {\n  completeVideoUpload(input: $input) {\n    __typename\n    ... on CompleteVideoUploadSuccess {\n      ...VideoUpload\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on UploadIncompleteError {\n      receivedBytes\n      expectedBytes\n    }\n    ... on Error {\n      message\n    }\n  }\n}": types.VideoUploadFragmentDoc,
    "fragment VideoWithJobs on Video {\n  ...VideoFields\n  jobs(first: $first, after: $after) {\n    nodes {\n      ...VideoJobFields\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}\n\nquery VideoWithJobs($id: ID!, $first: Int, $after: String) {\n  video(id: $id) {\n    ...VideoWithJobs\n  }\n}": types.VideoWithJobsFragmentDoc,
    "query Viewer {\n  viewer {\n    id\n    videoCount\n    storedBytes\n  }\n}": types.ViewerDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment PageFields on PageInfo {\n  hasNextPage\n  endCursor\n}"): typeof import('./graphql.ts').PageFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SearchTranscripts($query: String!, $first: Int, $after: String) {\n  searchTranscripts(query: $query, first: $first, after: $after) {\n    nodes {\n      passage\n      rank\n      video {\n        ...VideoSummary\n      }\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}"): typeof import('./graphql.ts').SearchTranscriptsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment VideoFields on Video {\n  id\n  uploaderUserId\n  originalFilename\n  storagePath\n  contentType\n  sizeBytes\n  createdAt\n  updatedAt\n  downloadUrl\n  status\n  title\n  thumbnailFileUrl\n}\n\nquery Video($id: ID!) {\n  video(id: $id) {\n    ...VideoFields\n  }\n}"): typeof import('./graphql.ts').VideoFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DeleteVideo($videoId: ID!) {\n  deleteVideo(videoId: $videoId) {\n    __typename\n    ... on DeleteVideoSuccess {\n      deletedVideoId\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on Error {\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').DeleteVideoDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment VideoJobFields on VideoJob {\n  id\n  status\n  progress\n  processingStages {\n    name\n    status\n    startedAt\n    finishedAt\n    message\n  }\n  errorMessage\n  errorCode\n  attempt\n  createdAt\n  updatedAt\n  startedAt\n  finishedAt\n}\n\nquery VideoJob($id: ID!) {\n  videoJob(id: $id) {\n    ...VideoJobFields\n  }\n}\n\nquery VideoJobs($statuses: [ProcessingStatus!], $first: Int, $after: String) {\n  videoJobs(statuses: $statuses, first: $first, after: $after) {\n    nodes {\n      ...VideoJobFields\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}"): typeof import('./graphql.ts').VideoJobFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RetryVideoJob($jobId: ID!, $idempotencyKey: String) {\n  retryVideoJob(jobId: $jobId, idempotencyKey: $idempotencyKey) {\n    __typename\n    ... on RetryVideoJobSuccess {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on JobStateError {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation CancelVideoJob($jobId: ID!) {\n  cancelVideoJob(jobId: $jobId) {\n    __typename\n    ... on CancelVideoJobSuccess {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on JobStateError {\n      job {\n        ...VideoJobFields\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').RetryVideoJobDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription VideoJobEvents($videoId: ID, $after: String) {\n  videoJobEvents(videoId: $videoId, after: $after) {\n    cursor\n    job {\n      ...VideoJobFields\n    }\n  }\n}"): typeof import('./graphql.ts').VideoJobEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment VideoJobWithDetails on VideoJob {\n  ...VideoJobFields\n  video {\n    ...VideoFields\n  }\n  metadata {\n    ...VideoMetadataFields\n  }\n}\n\nquery VideoJobWithDetails($id: ID!) {\n  videoJob(id: $id) {\n    ...VideoJobWithDetails\n  }\n}"): typeof import('./graphql.ts').VideoJobWithDetailsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment VideoMetadataFields on VideoMetadata {\n  id\n  version\n  title\n  description\n  tags\n  transcriptText\n  transcriptFileUrl\n  subtitleFiles {\n    format\n    language\n    url\n  }\n  thumbnailFileUrl\n  extractedVideoDurationSeconds\n  extractedVideoResolution\n  extractedVideoFormat\n  showNotesText\n  createdAt\n  updatedAt\n}\n\nquery VideoMetadata($id: ID!) {\n  node(id: $id) {\n    __typename\n    ... on VideoMetadata {\n      ...VideoMetadataFields\n    }\n  }\n}"): typeof import('./graphql.ts').VideoMetadataFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation UpdateVideoMetadata($input: UpdateVideoMetadataInput!) {\n  updateVideoMetadata(input: $input) {\n    __typename\n    ... on UpdateVideoMetadataSuccess {\n      metadata {\n        ...VideoMetadataFields\n      }\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on VersionConflictError {\n      current {\n        ...VideoMetadataFields\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').UpdateVideoMetadataDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment VideoSummary on Video {\n  id\n  originalFilename\n  title\n  status\n  thumbnailFileUrl\n  createdAt\n}\n\nquery Videos($first: Int, $after: String, $filter: VideoFilter, $orderBy: VideoOrder! = CREATED_AT_DESC) {\n  videos(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {\n    nodes {\n      ...VideoSummary\n    }\n    pageInfo {\n      ...PageFields\n    }\n    totalCount\n  }\n}"): typeof import('./graphql.ts').VideoSummaryFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment VideoUpload on CompleteVideoUploadSuccess {\n  video {\n    ...VideoFields\n  }\n  job {\n    ...VideoJobFields\n  }\n}\n\nmutation CreateVideoUpload($input: CreateVideoUploadInput!) {\n  createVideoUpload(input: $input) {\n    __typename\n    ... on CreateVideoUploadSuccess {\n      video {\n        ...VideoFields\n      }\n      upload {\n        url\n        method\n        headers {\n          name\n          value\n        }\n        expiresAt\n      }\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on Error {\n      message\n    }\n  }\n}\n\nmutation CompleteVideoUpload($input: CompleteVideoUploadInput!) {\n  completeVideoUpload(input: $input) {\n    __typename\n    ... on CompleteVideoUploadSuccess {\n      ...VideoUpload\n    }\n    ... on NotFoundError {\n      id\n    }\n    ... on InvalidInputError {\n      issues {\n        path\n        message\n      }\n    }\n    ... on UploadIncompleteError {\n      receivedBytes\n      expectedBytes\n    }\n    ... on Error {\n      message\n    }\n  }\n}"): typeof import('./graphql.ts').VideoUploadFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment VideoWithJobs on Video {\n  ...VideoFields\n  jobs(first: $first, after: $after) {\n    nodes {\n      ...VideoJobFields\n    }\n    pageInfo {\n      ...PageFields\n    }\n  }\n}\n\nquery VideoWithJobs($id: ID!, $first: Int, $after: String) {\n  video(id: $id) {\n    ...VideoWithJobs\n  }\n}"): typeof import('./graphql.ts').VideoWithJobsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Viewer {\n  viewer {\n    id\n    videoCount\n    storedBytes\n  }\n}"): typeof import('./graphql.ts').ViewerDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

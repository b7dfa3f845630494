// Compiles only if each shape has exactly these fields with exactly these types.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  CancelVideoJobDocument,
  CompleteVideoUploadDocument,
  type CompleteVideoUploadMutation,
  execute,
  type FragmentType,
  getFragmentData,
  mutate,
  type RequestOptions,
  subscribe,
  TypedDocumentString,
  unmask,
  type Video,
  VideoFieldsFragmentDoc,
  type VideoJob,
  type VideoJobEvent,
  VideoJobEventsDocument,
  type VideoJobWithDetails,
  type VideoMetadata,
  type VideoMetadataUpdate,
  type VideoQuery,
  type VideoSummary,
  type VideoUpload,
  type VideoWithJobs,
} from '@reelgraph/client';
import type * as Schema from '@reelgraph/client/schema-types';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Status = 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'FAILED';

interface ExpectedVideo {
  readonly id: string;
  readonly uploaderUserId: string;
  readonly originalFilename: string;
  readonly storagePath: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly downloadUrl: string | null;
  readonly status: Status | null;
  readonly title: string | null;
  readonly thumbnailFileUrl: string | null;
}

interface ExpectedStage {
  readonly name: 'PROBE' | 'THUMBNAIL' | 'SUBTITLES' | 'TRANSCRIPT' | 'DESCRIPTION';
  readonly status: 'PENDING' | 'RUNNING' | 'DONE' | 'SKIPPED' | 'FAILED';
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly message: string | null;
}

interface ExpectedJob {
  readonly id: string;
  readonly status: Status;
  readonly progress: number;
  readonly errorMessage: string | null;
  readonly errorCode: string | null;
  readonly attempt: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly processingStages: readonly ExpectedStage[];
}

interface ExpectedSubtitles {
  readonly format: 'VTT' | 'SRT';
  readonly language: string | null;
  readonly url: string;
}

interface ExpectedMetadata {
  readonly id: string;
  readonly version: number;
  readonly title: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly transcriptText: string | null;
  readonly transcriptFileUrl: string | null;
  readonly thumbnailFileUrl: string | null;
  readonly extractedVideoDurationSeconds: number | null;
  readonly extractedVideoResolution: string | null;
  readonly extractedVideoFormat: string | null;
  readonly showNotesText: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly subtitleFiles: readonly ExpectedSubtitles[];
}

interface ExpectedSummary {
  readonly id: string;
  readonly originalFilename: string;
  readonly title: string | null;
  readonly status: Status | null;
  readonly thumbnailFileUrl: string | null;
  readonly createdAt: string;
}

interface ExpectedVideoWithJobs extends ExpectedVideo {
  readonly jobs: {
    readonly nodes: readonly ExpectedJob[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

interface ExpectedJobWithDetails extends ExpectedJob {
  readonly video: ExpectedVideo;
  readonly metadata: ExpectedMetadata | null;
}

interface ExpectedUpdate {
  readonly metadataId: string;
  readonly expectedVersion?: number | null | undefined;
  readonly title?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly showNotesText?: string | null | undefined;
}

export const shapes: [
  Same<Video, ExpectedVideo>,
  Same<VideoJob, ExpectedJob>,
  Same<VideoMetadata, ExpectedMetadata>,
  Same<VideoSummary, ExpectedSummary>,
  Same<VideoUpload, { readonly video: ExpectedVideo; readonly job: ExpectedJob }>,
  Same<VideoWithJobs, ExpectedVideoWithJobs>,
  Same<VideoJobWithDetails, ExpectedJobWithDetails>,
  Same<VideoMetadataUpdate, ExpectedUpdate>,
] = [true, true, true, true, true, true, true, true];

// A document knows its result and variables.
export const document: TypedDocumentString<CompleteVideoUploadMutation, { input: { readonly videoId: string } }> =
  CompleteVideoUploadDocument;

// A union is told apart by `__typename`, to the last member.
export function outcome(data: CompleteVideoUploadMutation): Status | string | number {
  const result = unmask(data).completeVideoUpload;
  switch (result.__typename) {
    case 'CompleteVideoUploadSuccess':
      return result.job.status;
    case 'NotFoundError':
      return result.message + result.id;
    case 'InvalidInputError':
      return result.issues.length;
    case 'UploadIncompleteError':
      return result.expectedBytes - result.receivedBytes;
    default:
      return result satisfies never;
  }
}

// A mutation's answer is told apart without more ado, and has its fragments' fields.
export async function canceled(jobId: string, options: RequestOptions): Promise<VideoJob | string> {
  const result = await mutate(CancelVideoJobDocument, { jobId }, options);
  switch (result.__typename) {
    case 'CancelVideoJobSuccess':
    case 'JobStateError':
      return result.job;
    case 'NotFoundError':
      return result.id;
    default:
      return result satisfies never;
  }
}

export function forgetful(options: RequestOptions, parsed: TypedDocumentNode<VideoQuery, { id: string }>): void {
  // @ts-expect-error: a document that was parsed is no text
  void execute(parsed, { id: 'video_1' }, options);
  // @ts-expect-error: no id of a job
  void mutate(CancelVideoJobDocument, {}, options);
  const two = new TypedDocumentString<{ readonly one: string; readonly two: string }, object>('');
  // @ts-expect-error: two fields
  void mutate(two, {}, options);
}

export async function* followed(after: string, options: RequestOptions): AsyncGenerator<VideoJobEvent> {
  for await (const data of subscribe(VideoJobEventsDocument, { after }, options)) yield unmask(data).videoJobEvents;
}

// What can't be resumed can't be subscribed to.
type Events = { readonly videoJobEvents: { readonly cursor: string } };
export function unresumable(options: RequestOptions): void {
  // @ts-expect-error: no cursor is asked for
  subscribe(new TypedDocumentString<{ readonly videoJobEvents: object }, { after?: string | null }>(''), {}, options);
  // @ts-expect-error: $after is no variable
  subscribe(new TypedDocumentString<Events, { videoId?: string | null }>(''), {}, options);
  // @ts-expect-error: there are no variables
  subscribe(new TypedDocumentString<Events, { [key: string]: never }>(''), {}, options);
  // @ts-expect-error: a number is no cursor
  subscribe(new TypedDocumentString<Events, { after?: number | null }>(''), {}, options);
}

// The schema's types are there without operations, as the SDL has them.
export const picked: [
  Same<Pick<Schema.Video, 'id' | 'title'>, { readonly id: string; readonly title: string | null }>,
  Same<Schema.VideoMetadata['tags'], readonly string[]>,
  Same<Schema.ProcessingStatus, Status>,
  Same<NonNullable<Schema.QueryVideosArgs['filter']>['search'], string | null | undefined>,
  Same<Schema.Video['__typename'], 'Video'>,
] = [true, true, true, true, true];

// A component sees the fields of the fragment it asks for, and none without asking.
export function filename(video: FragmentType<typeof VideoFieldsFragmentDoc>): string {
  return getFragmentData(VideoFieldsFragmentDoc, video).originalFilename;
}

export function hidden({ video }: VideoQuery): unknown {
  // @ts-expect-error: masked
  return video?.originalFilename;
}

// Compiles only if each shape has exactly these fields with exactly these types.
import {
  CompleteVideoUploadDocument,
  type CompleteVideoUploadMutation,
  type FragmentType,
  getFragmentData,
  type TypedDocumentString,
  unmask,
  type Video,
  VideoFieldsFragmentDoc,
  type VideoJob,
  type VideoJobWithDetails,
  type VideoMetadata,
  type VideoMetadataUpdate,
  type VideoQuery,
  type VideoSummary,
  type VideoUpload,
  type VideoWithJobs,
} from '@reelgraph/client';

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

// A component sees the fields of the fragment it asks for, and none without asking.
export function filename(video: FragmentType<typeof VideoFieldsFragmentDoc>): string {
  return getFragmentData(VideoFieldsFragmentDoc, video).originalFilename;
}

export function hidden({ video }: VideoQuery): unknown {
  // @ts-expect-error: masked
  return video?.originalFilename;
}

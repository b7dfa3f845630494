import type {
  LibraryEventsSubscription,
  UpdateVideoMetadataInput,
  VideoCardFragment,
  VideoFieldsFragment,
  VideoJobEventsSubscription,
  VideoJobFieldsFragment,
  VideoJobWithDetailsFragment,
  VideoMetadataFieldsFragment,
  VideoPageFragment,
  VideoSummaryFragment,
  VideoUploadFragment,
  VideoWithJobsFragment,
} from './gql/graphql.ts';
import type { Unmasked } from './unmask.ts';

export { execute, type ExecuteOptions } from './execute.ts';
export { getFragmentData, makeFragmentData, type FragmentType } from './gql/fragment-masking.ts';
export * from './gql/graphql.ts';
export { type Answer, mutate } from './mutate.ts';
export { RequestError, type RequestOptions, type ResponseError, type TypedDocument } from './request.ts';
export { type Resumable, type Resuming, subscribe, type SubscribeOptions } from './subscribe.ts';
export { unmask, type Unmasked } from './unmask.ts';

export type Video = Unmasked<VideoFieldsFragment>;
export type VideoJob = Unmasked<VideoJobFieldsFragment>;
export type VideoMetadata = Unmasked<VideoMetadataFieldsFragment>;
/** A video in a list. */
export type VideoSummary = Unmasked<VideoSummaryFragment>;
/** What a completed upload answers. */
export type VideoUpload = Unmasked<VideoUploadFragment>;
export type VideoWithJobs = Unmasked<VideoWithJobsFragment>;
/** A job with its video and metadata. */
export type VideoJobWithDetails = Unmasked<VideoJobWithDetailsFragment>;
/** A video in the web app's library. */
export type VideoCard = Unmasked<VideoCardFragment>;
/** A video on a page of its own, with all that is shown there. */
export type VideoPage = Unmasked<VideoPageFragment>;
/** A job as a change left it, and the cursor to go on from. */
export type VideoJobEvent = Unmasked<VideoJobEventsSubscription>['videoJobEvents'];
/** The same, with the job's video as the library has it. */
export type LibraryEvent = Unmasked<LibraryEventsSubscription>['videoJobEvents'];
/** The fields to change, for `UpdateVideoMetadataDocument`. */
export type VideoMetadataUpdate = UpdateVideoMetadataInput;

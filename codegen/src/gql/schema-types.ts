/* eslint-disable */
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An integer up to 2^53 - 1, for byte counts. */
  BigInt: { input: number; output: number; }
  /** An instant, ISO 8601, UTC. */
  DateTime: { input: string; output: string; }
  /** An absolute http(s) URL. */
  URL: { input: string; output: string; }
};

/** What cancelVideoJob answers. */
export type CancelVideoJobResult = CancelVideoJobSuccess | NotFoundError | JobStateError;

/** The job has ended: it is FAILED, and its `errorCode` is CANCELED. */
export type CancelVideoJobSuccess = {
  readonly __typename: 'CancelVideoJobSuccess';
  /** The canceled job. */
  readonly job: Maybe<VideoJob>;
};

/** Whose upload is complete. */
export type CompleteVideoUploadInput = {
  /** The video's id, from createVideoUpload. */
  readonly videoId: Scalars['ID']['input'];
  /** Any text of 1 to 255 characters, new for each thing to be done, such as a UUID. Send the call again with the same key and it is not done twice: you get the first answer. Keys are kept for 24 hours or longer. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What completeVideoUpload answers. */
export type CompleteVideoUploadResult = CompleteVideoUploadSuccess | NotFoundError | InvalidInputError | UploadIncompleteError;

/** The file is complete and its first job is queued. */
export type CompleteVideoUploadSuccess = {
  readonly __typename: 'CompleteVideoUploadSuccess';
  /** The uploaded video. */
  readonly video: Maybe<Video>;
  /** The job that processes it. */
  readonly job: Maybe<VideoJob>;
};

/** What is to be uploaded. */
export type CreateVideoUploadInput = {
  /** The file's name where it comes from; any text. */
  readonly originalFilename: Scalars['String']['input'];
  /** The file's media type, such as video/mp4. */
  readonly contentType: Scalars['String']['input'];
  /** The file's exact size in bytes. */
  readonly sizeBytes: Scalars['BigInt']['input'];
  /** Any text of 1 to 255 characters, new for each thing to be done, such as a UUID. Send the call again with the same key and it is not done twice: you get the first answer. Keys are kept for 24 hours or longer. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What createVideoUpload answers. */
export type CreateVideoUploadResult = CreateVideoUploadSuccess | InvalidInputError;

/** The video is announced; now send its file. */
export type CreateVideoUploadSuccess = {
  readonly __typename: 'CreateVideoUploadSuccess';
  /** Where the file goes. */
  readonly upload: UploadTarget;
  /** The announced video. */
  readonly video: Maybe<Video>;
};

/** A span of time: from its beginning until just before its end. */
export type DateTimeRange = {
  /** The beginning; open when left out. */
  readonly from?: InputMaybe<Scalars['DateTime']['input']>;
  /** The end, which is outside; open when left out. */
  readonly until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What deleteVideo answers. */
export type DeleteVideoResult = DeleteVideoSuccess | NotFoundError;

/** The video is gone, with its jobs, metadata and files. */
export type DeleteVideoSuccess = {
  readonly __typename: 'DeleteVideoSuccess';
  /** The id it had. */
  readonly deletedVideoId: Scalars['ID']['output'];
};

/** An expected failure. Nothing was changed. */
export type Error = {
  /** What is wrong and what to do, for people. */
  readonly message: Scalars['String']['output'];
};

/** One thing wrong with an input. */
export type InputIssue = {
  readonly __typename: 'InputIssue';
  /** Leads to it from the input's root: field names and list indexes. */
  readonly path: ReadonlyArray<Scalars['String']['output']>;
  /** What is wrong with it. */
  readonly message: Scalars['String']['output'];
};

/** The input breaks rules. */
export type InvalidInputError = Error & {
  readonly __typename: 'InvalidInputError';
  /** What is wrong and what to do, for people. */
  readonly message: Scalars['String']['output'];
  /** Everything that is wrong with it. */
  readonly issues: ReadonlyArray<InputIssue>;
};

/** The job is not in a state in which this can be done. */
export type JobStateError = Error & {
  readonly __typename: 'JobStateError';
  /** What is wrong and what to do, for people. */
  readonly message: Scalars['String']['output'];
  /** The job that was named, as it is now. */
  readonly job: Maybe<VideoJob>;
};

/** Everything that can be changed. */
export type Mutation = {
  readonly __typename: 'Mutation';
  /** Announces a video. Send its file to `upload`, then call completeVideoUpload. */
  readonly createVideoUpload: Maybe<CreateVideoUploadResult>;
  /** Call it when the file is sent: the video's first job is queued. Calling it again changes nothing. */
  readonly completeVideoUpload: Maybe<CompleteVideoUploadResult>;
  /** Deletes a video with its jobs, metadata and files, for ever; a job that runs is stopped. */
  readonly deleteVideo: Maybe<DeleteVideoResult>;
  /** Gives a failed job's video a new job, from the first stage on; it must be the video's newest. */
  readonly retryVideoJob: Maybe<RetryVideoJobResult>;
  /** Ends a job that is waiting or running; a worker that is at it stops. */
  readonly cancelVideoJob: Maybe<CancelVideoJobResult>;
  /** Changes what people write about a video. */
  readonly updateVideoMetadata: Maybe<UpdateVideoMetadataResult>;
};


/** Everything that can be changed. */
export type MutationCreateVideoUploadArgs = {
  input: CreateVideoUploadInput;
};


/** Everything that can be changed. */
export type MutationCompleteVideoUploadArgs = {
  input: CompleteVideoUploadInput;
};


/** Everything that can be changed. */
export type MutationDeleteVideoArgs = {
  videoId: Scalars['ID']['input'];
};


/** Everything that can be changed. */
export type MutationRetryVideoJobArgs = {
  jobId: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be changed. */
export type MutationCancelVideoJobArgs = {
  jobId: Scalars['ID']['input'];
};


/** Everything that can be changed. */
export type MutationUpdateVideoMetadataArgs = {
  input: UpdateVideoMetadataInput;
};

/** Anything with an id of its own; `node(id:)` finds it again. */
export type Node = {
  /** A prefix that names the type, and 32 hexadecimal digits. */
  readonly id: Scalars['ID']['output'];
};

/** Nothing of yours has this id. */
export type NotFoundError = Error & {
  readonly __typename: 'NotFoundError';
  /** What is wrong and what to do, for people. */
  readonly message: Scalars['String']['output'];
  /** The id that was asked for. */
  readonly id: Scalars['ID']['output'];
};

/** Where a page stands in its list. */
export type PageInfo = {
  readonly __typename: 'PageInfo';
  /** Whether there is more behind this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is more ahead of this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first edge: send it as `before`. Null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
  /** Cursor of the last edge: send it as `after`. Null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
};

/** One step of a job. */
export type ProcessingStage = {
  readonly __typename: 'ProcessingStage';
  /** Which step. */
  readonly name: StageName;
  /** Where it stands. */
  readonly status: StageStatus;
  /** When it began. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** When it ended, well or not. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it was skipped, failed or takes its time; or what it found, in short. */
  readonly message: Maybe<Scalars['String']['output']>;
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

/** Everything that can be read. */
export type Query = {
  readonly __typename: 'Query';
  /** You, the user whose token came with the request. */
  readonly viewer: Viewer;
  /** The thing of yours that has this id; null if there is none. */
  readonly node: Maybe<Node>;
  /** The things of yours that have these ids, in their order, null where there is none; at most 100. */
  readonly nodes: Maybe<ReadonlyArray<Maybe<Node>>>;
  /** The video of yours that has this id; null if there is none. */
  readonly video: Maybe<Video>;
  /** Your videos, newest first unless told otherwise. */
  readonly videos: Maybe<VideoConnection>;
  /** The job of yours that has this id; null if there is none. */
  readonly videoJob: Maybe<VideoJob>;
  /** Your jobs, newest first; PENDING and PROCESSING when no statuses are named. */
  readonly videoJobs: Maybe<VideoJobConnection>;
  /** Where the log of changes stands, read before all else in the operation: send it as `after` to `videoJobEvents` to hear of everything that this answer does not show yet. */
  readonly videoJobEventsCursor: Maybe<Scalars['String']['output']>;
  /** Full-text search in your transcripts, best match first, with the matching passage. */
  readonly searchTranscripts: Maybe<TranscriptMatchConnection>;
};


/** Everything that can be read. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/** Everything that can be read. */
export type QueryVideoArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryVideosArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<VideoFilter>;
  orderBy?: VideoOrder;
};


/** Everything that can be read. */
export type QueryVideoJobArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryVideoJobsArgs = {
  statuses?: InputMaybe<ReadonlyArray<ProcessingStatus>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};


/** Everything that can be read. */
export type QuerySearchTranscriptsArgs = {
  query: Scalars['String']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What retryVideoJob answers. */
export type RetryVideoJobResult = RetryVideoJobSuccess | NotFoundError | InvalidInputError | JobStateError;

/** A new job is queued. */
export type RetryVideoJobSuccess = {
  readonly __typename: 'RetryVideoJobSuccess';
  /** The new job. */
  readonly job: Maybe<VideoJob>;
};

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

/** Everything that can be followed live. */
export type Subscription = {
  readonly __typename: 'Subscription';
  /** What happens to your jobs, or to those of one video: everything after the cursor first, then live. Each job's changes come in their order, and none twice. */
  readonly videoJobEvents: VideoJobEvent;
};


/** Everything that can be followed live. */
export type SubscriptionVideoJobEventsArgs = {
  videoId?: InputMaybe<Scalars['ID']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Subtitles in one format and language. */
export type SubtitleFile = {
  readonly __typename: 'SubtitleFile';
  /** Which format. */
  readonly format: SubtitleFormat;
  /** ISO 639 code, null where the file does not say. */
  readonly language: Maybe<Scalars['String']['output']>;
  /** Signed link to the file. */
  readonly url: Scalars['URL']['output'];
};

/** Formats of subtitle files. */
export type SubtitleFormat =
  /** WebVTT, for the `track` element of web pages. */
  | 'VTT'
  /** SubRip, for players and editors. */
  | 'SRT';

/** A transcript in which the words were found. */
export type TranscriptMatch = {
  readonly __typename: 'TranscriptMatch';
  /** The video whose transcript it is. */
  readonly video: Maybe<Video>;
  /** The metadata that has the transcript. */
  readonly metadata: Maybe<VideoMetadata>;
  /** The part of the transcript that matches best. Plain text: escape it as any other. */
  readonly passage: Scalars['String']['output'];
  /** How well it matches; comparable within one search only. */
  readonly rank: Scalars['Float']['output'];
};

/** A page of matches. */
export type TranscriptMatchConnection = {
  readonly __typename: 'TranscriptMatchConnection';
  /** The matches with their cursors. */
  readonly edges: ReadonlyArray<TranscriptMatchEdge>;
  /** The matches. */
  readonly nodes: ReadonlyArray<TranscriptMatch>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** A match and where it stands in its list. */
export type TranscriptMatchEdge = {
  readonly __typename: 'TranscriptMatchEdge';
  /** Send it as `after` to go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The match. */
  readonly node: TranscriptMatch;
};

/** What to change. A field left out stays as it is; null clears it. */
export type UpdateVideoMetadataInput = {
  /** Which metadata. */
  readonly metadataId: Scalars['ID']['input'];
  /** The `version` you saw: if somebody changed it since, you get a VersionConflictError instead. */
  readonly expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** What the video is called; white space is tidied. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
  /** What the video is about. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** Words to find it by; they replace all. White space is tidied; empty ones and repetitions go. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Notes to go with the video. */
  readonly showNotesText?: InputMaybe<Scalars['String']['input']>;
};

/** What updateVideoMetadata answers. */
export type UpdateVideoMetadataResult = UpdateVideoMetadataSuccess | NotFoundError | InvalidInputError | VersionConflictError;

/** The metadata is changed. */
export type UpdateVideoMetadataSuccess = {
  readonly __typename: 'UpdateVideoMetadataSuccess';
  /** The metadata as it is now. */
  readonly metadata: Maybe<VideoMetadata>;
};

/** A header that the upload must be sent with. */
export type UploadHeader = {
  readonly __typename: 'UploadHeader';
  /** The header's name. */
  readonly name: Scalars['String']['output'];
  /** The header's value. */
  readonly value: Scalars['String']['output'];
};

/** Not all bytes of the video have arrived. */
export type UploadIncompleteError = Error & {
  readonly __typename: 'UploadIncompleteError';
  /** What is wrong and what to do, for people. */
  readonly message: Scalars['String']['output'];
  /** How many have arrived. */
  readonly receivedBytes: Scalars['BigInt']['output'];
  /** How many were announced. */
  readonly expectedBytes: Scalars['BigInt']['output'];
};

/** Where the file goes: one HTTP request with the whole file as its body. */
export type UploadTarget = {
  readonly __typename: 'UploadTarget';
  /** Signed: who has it may upload this one file, so keep it to yourself. */
  readonly url: Scalars['URL']['output'];
  /** The HTTP method. */
  readonly method: Scalars['String']['output'];
  /** Headers that the request must have. */
  readonly headers: ReadonlyArray<UploadHeader>;
  /** Until when the request may begin. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Whether what has come is kept when the connection is lost. HEAD to the address then answers how many bytes those are, as `Upload-Offset`, and PATCH with that header sends the rest. */
  readonly isResumable: Scalars['Boolean']['output'];
};

/** Somebody changed it since you read it: `expectedVersion` is no longer its version. */
export type VersionConflictError = Error & {
  readonly __typename: 'VersionConflictError';
  /** What is wrong and what to do, for people. */
  readonly message: Scalars['String']['output'];
  /** What is there now. */
  readonly current: Maybe<VideoMetadata>;
};

/** A video that was uploaded, or is announced to be. */
export type Video = Node & {
  readonly __typename: 'Video';
  /** `video_` and 32 hexadecimal digits. */
  readonly id: Scalars['ID']['output'];
  /** The user it belongs to: the token's `sub`. */
  readonly uploaderUserId: Scalars['ID']['output'];
  /** The file's name where it came from. */
  readonly originalFilename: Scalars['String']['output'];
  /** Where the file stands in storage. */
  readonly storagePath: Scalars['String']['output'];
  /** Media type that the uploader announced, such as video/mp4. */
  readonly contentType: Scalars['String']['output'];
  /** Size of the file in bytes. */
  readonly sizeBytes: Scalars['BigInt']['output'];
  /** When the upload was announced. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When this last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** The newest job's status; null before the upload is complete. */
  readonly status: Maybe<ProcessingStatus>;
  /** From the newest metadata. */
  readonly title: Maybe<Scalars['String']['output']>;
  /** The newest job; null before the upload is complete. */
  readonly latestJob: Maybe<VideoJob>;
  /** Metadata of the newest completed job. */
  readonly metadata: Maybe<VideoMetadata>;
  /** Signed link to the original file, valid for a short time; null until the upload is complete. */
  readonly downloadUrl: Maybe<Scalars['URL']['output']>;
  /** Signed link to a JPEG of 640 pixels width, from the newest metadata. */
  readonly thumbnailFileUrl: Maybe<Scalars['URL']['output']>;
  /** Newest first. */
  readonly jobs: Maybe<VideoJobConnection>;
};


/** A video that was uploaded, or is announced to be. */
export type VideoJobsArgs = {
  statuses?: InputMaybe<ReadonlyArray<ProcessingStatus>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};

/** A page of videos. */
export type VideoConnection = {
  readonly __typename: 'VideoConnection';
  /** The videos with their cursors. */
  readonly edges: ReadonlyArray<VideoEdge>;
  /** The videos, without their cursors. */
  readonly nodes: ReadonlyArray<Video>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many there are on all pages. Costs a query of its own. */
  readonly totalCount: Maybe<Scalars['Int']['output']>;
};

/** A video and where it stands in its list. */
export type VideoEdge = {
  readonly __typename: 'VideoEdge';
  /** Send it as `after` to go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The video itself. */
  readonly node: Video;
};

/** What a list of videos is narrowed to; a video must pass all that is given. */
export type VideoFilter = {
  /** The newest job has one of these. */
  readonly statuses?: InputMaybe<ReadonlyArray<ProcessingStatus>>;
  /** The announced media type is one of these, to the letter. */
  readonly contentTypes?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The upload was announced in this span. */
  readonly createdAt?: InputMaybe<DateTimeRange>;
  /** Words in the title, description, tags or file name: all of them, or as in a search engine: "as a phrase", this or that, -without. */
  readonly search?: InputMaybe<Scalars['String']['input']>;
};

/** One attempt to process a video. */
export type VideoJob = Node & {
  readonly __typename: 'VideoJob';
  /** `job_` and 32 hexadecimal digits. */
  readonly id: Scalars['ID']['output'];
  /** Where the job stands. */
  readonly status: ProcessingStatus;
  /** Why the job failed, for people. */
  readonly errorMessage: Maybe<Scalars['String']['output']>;
  /** Why the job failed, for programs: UNREADABLE_MEDIA, TIMED_OUT, CANCELED, ORIGINAL_MISSING, ORIGINAL_DAMAGED, PROVIDER_REJECTED, PROVIDER_UNAVAILABLE, STORAGE_UNAVAILABLE, DATABASE_UNAVAILABLE, WORKER_LOST, INTERNAL_ERROR. */
  readonly errorCode: Maybe<Scalars['String']['output']>;
  /** Counts from 1. */
  readonly attempt: Scalars['Int']['output'];
  /** When the job was queued. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When this last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** When a worker began. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** When the job ended, well or not. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** What is processed. */
  readonly video: Maybe<Video>;
  /** What was found; it fills as the stages end. */
  readonly metadata: Maybe<VideoMetadata>;
  /** 0 to 1, from the stages. */
  readonly progress: Scalars['Float']['output'];
  /** Every stage, in the order of processing. */
  readonly processingStages: ReadonlyArray<ProcessingStage>;
};

/** A page of jobs. */
export type VideoJobConnection = {
  readonly __typename: 'VideoJobConnection';
  /** The jobs with their cursors. */
  readonly edges: ReadonlyArray<VideoJobEdge>;
  /** The jobs, without their cursors. */
  readonly nodes: ReadonlyArray<VideoJob>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many there are on all pages. Costs a query of its own. */
  readonly totalCount: Maybe<Scalars['Int']['output']>;
};

/** A job and where it stands in its list. */
export type VideoJobEdge = {
  readonly __typename: 'VideoJobEdge';
  /** Send it as `after` to go on from here. */
  readonly cursor: Scalars['String']['output'];
  /** The job itself. */
  readonly node: VideoJob;
};

/** One change of one job. */
export type VideoJobEvent = {
  readonly __typename: 'VideoJobEvent';
  /** Send the newest one back as `after` to miss nothing after a lost connection. */
  readonly cursor: Scalars['String']['output'];
  /** The job as this change left it; what it leads to (`video`, `metadata`) is as it is now. */
  readonly job: VideoJob;
};

/** What processing found out about a video, and what its owner made of it. */
export type VideoMetadata = Node & {
  readonly __typename: 'VideoMetadata';
  /** `metadata_` and 32 hexadecimal digits. */
  readonly id: Scalars['ID']['output'];
  /** Grows by one with every change, yours or processing's; send it back as `expectedVersion`. */
  readonly version: Scalars['Int']['output'];
  /** What the video is called. */
  readonly title: Maybe<Scalars['String']['output']>;
  /** What the video is about. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** Words to find it by. */
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
  /** What is said in the video. */
  readonly transcriptText: Maybe<Scalars['String']['output']>;
  /** Length in seconds. */
  readonly extractedVideoDurationSeconds: Maybe<Scalars['Float']['output']>;
  /** Width and height in pixels: 1920x1080. */
  readonly extractedVideoResolution: Maybe<Scalars['String']['output']>;
  /** Container format: mp4, webm, … */
  readonly extractedVideoFormat: Maybe<Scalars['String']['output']>;
  /** Notes to go with the video. */
  readonly showNotesText: Maybe<Scalars['String']['output']>;
  /** When the first stage wrote a result. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When this last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** The job that found it. */
  readonly job: Maybe<VideoJob>;
  /** The video it is about. */
  readonly video: Maybe<Video>;
  /** Signed link to the transcript as a text file. */
  readonly transcriptFileUrl: Maybe<Scalars['URL']['output']>;
  /** Subtitles, by format and language. */
  readonly subtitleFiles: ReadonlyArray<SubtitleFile>;
  /** Signed link to a JPEG of 640 pixels width. */
  readonly thumbnailFileUrl: Maybe<Scalars['URL']['output']>;
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

/** The user whose token came with the request. */
export type Viewer = {
  readonly __typename: 'Viewer';
  /** The token's `sub`. */
  readonly id: Scalars['ID']['output'];
  /** How many videos you have, announced ones included. */
  readonly videoCount: Maybe<Scalars['Int']['output']>;
  /** Bytes of all your videos whose uploads are complete. */
  readonly storedBytes: Maybe<Scalars['BigInt']['output']>;
};

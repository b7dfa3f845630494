import type { StageName, StageStatus, VideoJob } from '@reelgraph/client';

const NAMES = {
  PROBE: 'Read the file',
  THUMBNAIL: 'Make a picture',
  SUBTITLES: 'Find subtitles',
  TRANSCRIPT: 'Write the transcript',
  DESCRIPTION: 'Describe it',
} as const satisfies Record<StageName, string>;

const WORDS = {
  PENDING: 'To come',
  RUNNING: 'Running',
  DONE: 'Done',
  SKIPPED: 'Skipped',
  FAILED: 'Failed',
} as const satisfies Record<StageStatus, string>;

const SIGNS = {
  PENDING: 'border-field border',
  RUNNING: 'bg-accent animate-pulse',
  DONE: 'bg-good',
  SKIPPED: 'bg-field',
  FAILED: 'bg-bad',
} as const satisfies Record<StageStatus, string>;

/** A job's stages, in their order, with what each has to say. */
export function Stages({ job }: { job: VideoJob }) {
  return (
    <ol aria-label="Stages" className="space-y-1.5 text-sm">
      {job.processingStages.map(({ name, status, message }) => (
        <li key={name} className="flex items-baseline gap-2.5">
          <span className={`size-2.5 shrink-0 rounded-full ${SIGNS[status]}`} aria-hidden="true" />
          <span className="w-36 shrink-0">{NAMES[name]}</span>
          <span className="text-soft min-w-0">
            {status === 'PENDING' && job.status === 'FAILED' ? 'Not begun' : WORDS[status]}
            {message && `: ${message}`}
          </span>
        </li>
      ))}
    </ol>
  );
}

import { CancelVideoJobDocument, RetryVideoJobDocument, type VideoJob, type VideoPage } from '@reelgraph/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { change } from '../graphql.ts';
import { moment } from '../ui/format.ts';
import { issuesInWords } from '../ui/issues.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { showJob } from './changes.ts';
import { Stages } from './stages.tsx';

/** Every attempt to process a video, the newest first. */
export function Jobs({ video }: { video: VideoPage }) {
  const jobs = video.jobs.nodes;
  if (jobs.length === 0) return null;
  return (
    <section aria-labelledby="jobs" className="panel p-4">
      <h2 id="jobs" className="mb-3 font-semibold">
        Processing
      </h2>
      <ol className="divide-line divide-y">
        {jobs.map((job, index) => (
          <li key={job.id} className="py-3 first:pt-0 last:pb-0">
            <Job videoId={video.id} job={job} isNewest={index === 0} />
          </li>
        ))}
      </ol>
      {video.jobs.pageInfo.hasNextPage && <p className="text-soft mt-3 text-sm">Older attempts are not shown.</p>}
    </section>
  );
}

function Job({ videoId, job, isNewest }: { videoId: string; job: VideoJob; isNewest: boolean }) {
  const isRunning = job.status === 'PENDING' || job.status === 'PROCESSING';
  const cancel = useMutation({ mutationFn: () => cancelJob(job.id) });
  // One key for each attempt, so that a call that is sent again makes no second one.
  const retry = useMutation({ mutationFn: () => retryJob(job.id, `retry ${job.id}`) });
  const queryClient = useQueryClient();
  const show = { onSuccess: ({ job: now }: Outcome) => now && showJob(queryClient, videoId, now) };
  const words = cancel.data?.words ?? retry.data?.words ?? cancel.error?.message ?? retry.error?.message;
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm">
        <h3 className="font-medium">Attempt {job.attempt}</h3>
        <span role="status">
          <StatusBadge status={job.status} progress={job.progress} />
        </span>
        <time dateTime={job.createdAt} className="text-soft text-xs">
          {moment(job.createdAt)}
        </time>
        {isRunning && (
          <button type="button" className="button-plain ml-auto" disabled={cancel.isPending} onClick={() => cancel.mutate(undefined, show)}>
            Cancel
          </button>
        )}
        {job.status === 'FAILED' && isNewest && (
          <button type="button" className="button-plain ml-auto" disabled={retry.isPending} onClick={() => retry.mutate(undefined, show)}>
            Try again
          </button>
        )}
      </div>
      {job.errorMessage && <p className="bg-bad-soft text-bad mb-2 rounded-md px-3 py-2 text-sm">{job.errorMessage}</p>}
      {words && (
        <p role="alert" className="text-bad mb-2 text-sm">
          {words}
        </p>
      )}
      <Stages job={job} />
    </>
  );
}

/** A job as it is now, where it is known; and what to say, where something was not done. */
interface Outcome {
  readonly job?: VideoJob;
  readonly words?: string;
}

async function cancelJob(jobId: string): Promise<Outcome> {
  const answer = await change(CancelVideoJobDocument, { jobId });
  switch (answer.__typename) {
    case 'CancelVideoJobSuccess':
      return { job: answer.job };
    case 'JobStateError':
      return { job: answer.job, words: 'It had already ended, so there was nothing to cancel.' };
    case 'NotFoundError':
      return { words: 'This job is gone: its video was deleted.' };
    default:
      return answer satisfies never;
  }
}

async function retryJob(jobId: string, idempotencyKey: string): Promise<Outcome> {
  const answer = await change(RetryVideoJobDocument, { jobId, idempotencyKey });
  switch (answer.__typename) {
    case 'RetryVideoJobSuccess':
      return { job: answer.job };
    case 'JobStateError':
      return { job: answer.job, words: 'It is no longer the newest failed attempt, so it was not begun again.' };
    case 'InvalidInputError':
      return { words: issuesInWords(answer.issues) };
    case 'NotFoundError':
      return { words: 'This job is gone: its video was deleted.' };
    default:
      return answer satisfies never;
  }
}

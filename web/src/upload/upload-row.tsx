import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { bytes } from '../ui/format.ts';
import { Meter } from '../ui/meter.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Stages } from '../video/stages.tsx';
import { videoQuery } from '../video/queries.ts';
import type { UploadState, UploadView } from './upload.ts';
import { cancelUpload, isActive, retryUpload } from './uploads.ts';

const WORDS = {
  waiting: 'Waiting for its turn',
  sending: 'Uploading',
  lost: 'Connection lost. It goes on as soon as there is one.',
  finishing: 'Finishing',
  done: 'Uploaded',
  failed: 'Not uploaded',
  canceled: 'Canceled',
} as const satisfies Record<UploadState, string>;

/** An upload: how far it is, and then what is done with the video. */
export function UploadRow({ upload }: { upload: UploadView }) {
  const { id, filename, sizeBytes, sentBytes, state, failure, videoId } = upload;
  return (
    <li className="panel p-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">{filename}</p>
          <p className="text-soft text-sm tabular-nums">
            <span role="status">{WORDS[state]}</span>
            {' · '}
            {state === 'sending' ? `${bytes(sentBytes)} of ${bytes(sizeBytes)}` : bytes(sizeBytes)}
          </p>
        </div>
        {isActive(upload) && state !== 'finishing' && (
          <button type="button" className="button-plain" onClick={() => cancelUpload(id)}>
            Cancel <span className="sr-only">{filename}</span>
          </button>
        )}
        {(state === 'failed' || state === 'canceled') && (
          <button type="button" className="button-plain" onClick={() => retryUpload(id)}>
            Try again <span className="sr-only">{filename}</span>
          </button>
        )}
        {state === 'done' && videoId && (
          <Link to="/videos/$videoId" params={{ videoId }} className="button-plain">
            Open <span className="sr-only">{filename}</span>
          </Link>
        )}
      </div>
      {failure && (
        <p role="alert" className="text-bad mt-2 text-sm">
          {failure}
        </p>
      )}
      {(state === 'sending' || state === 'finishing') && (
        <Meter label={`Upload of ${filename}`} value={sizeBytes ? sentBytes / sizeBytes : 1} />
      )}
      {state === 'done' && videoId && <Processing videoId={videoId} />}
    </li>
  );
}

function Processing({ videoId }: { videoId: string }) {
  const { data: video } = useQuery(videoQuery(videoId));
  const job = video?.jobs.nodes[0];
  if (!video || !job) return null;
  return (
    <div className="border-line mt-3 border-t pt-3">
      <p role="status" className="mb-2 flex items-center gap-2 text-sm">
        <StatusBadge status={job.status} progress={job.progress} />
        {job.errorMessage ?? video.title}
      </p>
      <Stages job={job} />
    </div>
  );
}

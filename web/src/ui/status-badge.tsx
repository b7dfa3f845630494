import type { ProcessingStatus } from '@reelgraph/client';

const WORDS = {
  PENDING: 'Waiting',
  PROCESSING: 'Processing',
  COMPLETED: 'Ready',
  FAILED: 'Failed',
} as const satisfies Record<ProcessingStatus, string>;

const COLORS = {
  PENDING: 'bg-sunken text-ink',
  PROCESSING: 'bg-accent-soft text-ink',
  COMPLETED: 'bg-good-soft text-good',
  FAILED: 'bg-bad-soft text-bad',
} as const satisfies Record<ProcessingStatus, string>;

/** Every status, in the order in which a job has them. */
export const STATUSES = ['PENDING', 'PROCESSING', 'COMPLETED', 'FAILED'] as const satisfies ProcessingStatus[];

/** A status, for people. */
export function statusWord(status: ProcessingStatus | null): string {
  return status === null ? 'Not uploaded' : WORDS[status];
}

/** Where a video or a job stands; null is before its upload is complete. */
export function StatusBadge({ status, progress }: { status: ProcessingStatus | null; progress?: number | undefined }) {
  const percent = status === 'PROCESSING' && progress !== undefined ? ` ${Math.round(progress * 100)} %` : '';
  return (
    <span
      className={`inline-block rounded-md px-2 py-0.5 text-xs font-medium tabular-nums ${status === null ? 'bg-warn-soft text-ink' : COLORS[status]}`}
    >
      {statusWord(status)}
      {percent}
    </span>
  );
}

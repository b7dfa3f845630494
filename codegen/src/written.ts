// A server that reads from replicas says how far they must have come to show what was written; the next requests say it
// back, so that whichever server answers them has seen it.

export const WRITTEN = 'x-reelgraph-written';

// By then every replica that is read has it; the server's cookie lasts as long.
const REMEMBERED_MS = 70_000;

const newest = new Map<string, { place: string; at: number }>();

/** The newest place that the server of `url` named lately. */
export function written(url: string): string | undefined {
  const known = newest.get(url);
  if (known !== undefined && Date.now() - known.at > REMEMBERED_MS) newest.delete(url);
  return newest.get(url)?.place;
}

/** Keeps a place, unless a later one is known: answers may come in another order than their writes. */
export function noteWritten(url: string, place: unknown): void {
  if (typeof place !== 'string') return;
  const known = written(url);
  if (known === undefined || sortable(known) <= sortable(place)) newest.set(url, { place, at: Date.now() });
}

// Two hexadecimal numbers of up to eight digits: `0/16B3748`.
function sortable(place: string): string {
  return place
    .split('/')
    .map((half) => half.padStart(8, '0'))
    .join('');
}

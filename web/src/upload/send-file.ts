import type { CreateVideoUploadMutation, Unmasked } from '@reelgraph/client';

type Announced = Extract<Unmasked<CreateVideoUploadMutation>['createVideoUpload'], { __typename: 'CreateVideoUploadSuccess' }>;

/** Where a file goes. */
export type Target = Announced['upload'];

/** The connection was lost, or the storage is away: the same again may succeed. */
export class LostError extends Error {
  override readonly name = 'LostError';
}

/** The storage takes this file, or at this place, no more. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/**
 * Send a file to its place, from byte `offset` on; resolves when the storage has it all.
 *
 * Throws `LostError` for what passes, `RefusedError` for what does not, and the signal's reason when aborted. `fetch`
 * would be shorter, and can not tell how much has been sent.
 */
export function sendFile(
  file: File,
  target: Target,
  offset: number,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    signal.addEventListener('abort', stop, { once: true });
    request.upload.onprogress = ({ loaded }) => onSent(offset + loaded);
    request.onerror = () => reject(new LostError('The connection was lost.'));
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener('abort', stop);
    request.onload = () => {
      const { status, responseText } = request;
      if (status >= 200 && status < 300) resolve();
      else if (status === 409 && responseText.includes('UPLOAD_OFFSET_MISMATCH')) reject(new LostError('Bytes were lost.'));
      // Sent before, and its answer was lost.
      else if (status === 409 || status === 412) resolve();
      // An expired link passes, too: the same announcement answers another.
      else if (status === 410 || passes(status)) reject(new LostError(reason(responseText, status)));
      else reject(new RefusedError(reason(responseText, status)));
    };
    request.open(offset === 0 ? target.method : 'PATCH', target.url);
    for (const [name, value] of headersFor(target, offset)) request.setRequestHeader(name, value);
    request.send(file.slice(offset));
  });
}

/** How many bytes of a file have come before, and need not be sent again. Throws `LostError` when nobody answers. */
export async function receivedBytes({ isResumable, url }: Target, signal: AbortSignal): Promise<number> {
  if (!isResumable) return 0;
  const answer = await fetch(url, { method: 'HEAD', signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new LostError('The connection was lost.', { cause: error });
  });
  if (passes(answer.status)) throw new LostError(`The storage answered ${answer.status}.`);
  // Whatever else is wrong, the file's own request is told of it in words.
  return answer.ok ? Number(answer.headers.get('Upload-Offset') ?? 0) : 0;
}

/** Whether the same again may succeed: of a disk that is full, and of what is refused, it would not. */
function passes(status: number): boolean {
  return (status >= 500 && status !== 507) || status === 408 || status === 429;
}

function headersFor({ headers }: Target, offset: number): [string, string][] {
  if (offset === 0) return headers.map(({ name, value }) => [name, value]);
  return [
    ['Content-Type', 'application/partial-upload'],
    ['Upload-Offset', String(offset)],
    ['Upload-Complete', '?1'],
  ];
}

function reason(body: string, status: number): string {
  try {
    const answer: unknown = JSON.parse(body);
    const error = isObject(answer) && isObject(answer.error) ? answer.error : {};
    if (typeof error.message === 'string') return error.message;
  } catch {
    // Object stores answer XML, which is not for people.
  }
  return `The storage answered ${status}.`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

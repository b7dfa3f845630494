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
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/**
 * Send a file to its place; resolves when the storage has it all.
 *
 * Throws `LostError` for what passes, `RefusedError` for what does not, and the signal's reason when aborted. `fetch`
 * would be shorter, and can not tell how much has been sent.
 */
export function sendFile(file: File, target: Target, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    signal.addEventListener('abort', stop, { once: true });
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onerror = () => reject(new LostError('The connection was lost.'));
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener('abort', stop);
    request.onload = () => {
      const { status, responseText } = request;
      if (status >= 200 && status < 300) resolve();
      // Sent before, and its answer was lost.
      else if (status === 409 || status === 412) resolve();
      else if (status >= 500 || status === 408 || status === 429) reject(new LostError(reason(responseText, status)));
      else reject(new RefusedError(reason(responseText, status), status));
    };
    request.open(target.method, target.url);
    for (const { name, value } of target.headers) request.setRequestHeader(name, value);
    request.send(file);
  });
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

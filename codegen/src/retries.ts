import { RequestError, type RequestOptions } from './request.ts';

export interface RetryOptions extends RequestOptions {
  /** Called with the reason whenever the stream is lost, before it is asked for again. */
  readonly onLost?: ((reason: RequestError) => void) | undefined;
  /** Milliseconds until the nth attempt in a row to connect. Default: a random time, at most 30 seconds. */
  readonly retryDelay?: ((attempt: number) => number) | undefined;
}

// What the server says is wrong now, and right later.
const PASSING = new Set(['OVERLOADED', 'TOO_SLOW', 'UNAVAILABLE']);

/** Whether, and when, to connect again. */
export class Retries {
  readonly #options: RetryOptions;
  #attempt = 0;
  #refused = false;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** The server has accepted a request. */
  connected(): void {
    this.#attempt = 0;
    this.#refused = false;
  }

  /** Resolves when it is time to connect again; throws what does not pass by that. */
  async after(error: unknown): Promise<void> {
    if (!(error instanceof RequestError) || !this.#passes(error)) throw error;
    const { onLost, retryDelay = randomDelay, signal } = this.#options;
    onLost?.(error);
    this.#attempt += 1;
    await wait(retryDelay(this.#attempt), signal);
  }

  #passes({ code, errors, status }: RequestError): boolean {
    if (code === 'UNAUTHENTICATED') return this.#hasAnotherToken();
    if (errors.length > 0) return code !== undefined && PASSING.has(code);
    return status === undefined || status === 408 || status === 429 || status >= 500;
  }

  // Once: a server that refuses a new token too will go on refusing.
  #hasAnotherToken(): boolean {
    const isFirst = !this.#refused;
    this.#refused = true;
    return isFirst && typeof this.#options.token === 'function';
  }
}

// Random, so that not everybody comes back at once to a server that was restarted.
function randomDelay(attempt: number): number {
  return Math.random() * Math.min(30_000, 500 * 2 ** attempt);
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

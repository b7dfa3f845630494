import {
  CompleteVideoUploadDocument,
  CreateVideoUploadDocument,
  DeleteVideoDocument,
  RequestError,
} from '@reelgraph/client';

import { change } from '../graphql.ts';
import { issuesInWords } from '../ui/issues.ts';
import { mediaType } from './media-type.ts';
import { LostError, receivedBytes, sendFile, type Target } from './send-file.ts';

/** Where an upload stands. */
export type UploadState = 'waiting' | 'sending' | 'lost' | 'finishing' | 'done' | 'failed' | 'canceled';

/** What is shown of an upload. */
export interface UploadView {
  readonly id: string;
  readonly filename: string;
  readonly sizeBytes: number;
  readonly state: UploadState;
  readonly sentBytes: number;
  /** Known once it is announced. */
  readonly videoId: string | null;
  /** Why it failed, for people. */
  readonly failure: string | null;
}

/** Trying again would not help. */
class FailedError extends Error {
  override readonly name = 'FailedError';
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** A file on its way into the library, until it is there or given up. */
export class Upload {
  view: UploadView;
  readonly #file: File;
  readonly #changed: () => void;
  #stopping = new AbortController();
  // One for each attempt to announce it: the same call again, after a lost answer, announces no second video.
  #key = crypto.randomUUID();
  // Whether some of it may be there.
  #isBegun = false;

  constructor(file: File, changed: () => void) {
    this.#file = file;
    this.#changed = changed;
    const { name, size } = file;
    this.view = { id: this.#key, filename: name, sizeBytes: size, state: 'waiting', sentBytes: 0, videoId: null, failure: null };
  }

  /** Send it; resolves when it is done, failed or canceled. */
  async run(): Promise<void> {
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        await this.#attempt(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!passes(error)) return this.#set({ state: 'failed', failure: words(error) });
        this.#set({ state: 'lost' });
        await untilOnline(pause, signal);
        if (signal.aborted) return;
      }
    }
  }

  /** Give it up; what was announced is forgotten. */
  async cancel(): Promise<void> {
    this.#stopping.abort(new DOMException('The upload was canceled.', 'AbortError'));
    const { videoId } = this.view;
    this.#set({ state: 'canceled' });
    // Announced videos whose files never come are cleared away by the server, too.
    if (videoId) await change(DeleteVideoDocument, { videoId }).catch(() => undefined);
  }

  /** Make it ready to be run once more. */
  again(): void {
    this.#key = crypto.randomUUID();
    this.#isBegun = false;
    this.#set({ state: 'waiting', sentBytes: 0, videoId: null, failure: null });
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    this.#set({ state: 'sending', failure: null });
    const { videoId, target } = await this.#announce();
    if (signal.aborted) {
      await change(DeleteVideoDocument, { videoId });
      return;
    }
    this.#set({ videoId });
    await this.#send(target, signal);
    this.#set({ state: 'finishing', sentBytes: this.view.sizeBytes });
    await this.#complete(videoId);
    this.#set({ state: 'done' });
  }

  /** Send what has not come yet. */
  async #send(target: Target, signal: AbortSignal): Promise<void> {
    const sentBytes = this.#isBegun ? await receivedBytes(target, signal) : 0;
    this.#isBegun = true;
    this.#set({ sentBytes });
    await sendFile(this.#file, target, sentBytes, (bytes) => this.#set({ sentBytes: bytes }), signal);
  }

  async #announce(): Promise<{ videoId: string; target: Target }> {
    const { name, size } = this.#file;
    const input = { originalFilename: name, contentType: mediaType(this.#file), sizeBytes: size, idempotencyKey: this.#key };
    const answer = await change(CreateVideoUploadDocument, { input });
    switch (answer.__typename) {
      case 'CreateVideoUploadSuccess':
        return { videoId: answer.video.id, target: answer.upload };
      case 'InvalidInputError':
        throw new FailedError(issuesInWords(answer.issues));
      default:
        return answer satisfies never;
    }
  }

  async #complete(videoId: string): Promise<void> {
    const input = { videoId, idempotencyKey: `${this.#key} complete` };
    const answer = await change(CompleteVideoUploadDocument, { input });
    switch (answer.__typename) {
      case 'CompleteVideoUploadSuccess':
        return;
      case 'UploadIncompleteError':
        throw new LostError('The storage does not have the whole file.');
      case 'InvalidInputError':
        throw new FailedError(issuesInWords(answer.issues));
      case 'NotFoundError':
        throw new FailedError('The video was deleted while its file was on the way.');
      default:
        return answer satisfies never;
    }
  }

  #set(changes: Partial<UploadView>): void {
    this.view = { ...this.view, ...changes };
    this.#changed();
  }
}

function passes(error: unknown): boolean {
  if (error instanceof LostError) return true;
  const isAway = error instanceof RequestError && (error.status === undefined || error.status >= 500);
  return isAway && (error.code === undefined || error.code === 'OVERLOADED' || error.code === 'UNAVAILABLE');
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function untilOnline(pause: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    const timer = setTimeout(go, pause);
    window.addEventListener('online', go);
    signal.addEventListener('abort', go);
  });
}

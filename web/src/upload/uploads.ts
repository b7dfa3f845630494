import { useSyncExternalStore } from 'react';

import { Upload, type UploadState, type UploadView } from './upload.ts';

// More at a time would only share the same line.
const AT_A_TIME = 3;
const ACTIVE: readonly UploadState[] = ['waiting', 'sending', 'lost', 'finishing'];
const NONE: readonly UploadView[] = [];

/** The uploads of this page; they go on while one looks at something else. */
let uploads: readonly Upload[] = [];
let views = NONE;
const listeners = new Set<() => void>();

/** What is shown of this page's uploads, newest first. */
export function useUploads(): readonly UploadView[] {
  return useSyncExternalStore(listen, () => views, () => NONE);
}

/** Begin to upload files. */
export function addFiles(files: Iterable<File>): void {
  uploads = [...Array.from(files, (file) => new Upload(file, changed)).reverse(), ...uploads];
  changed();
  fill();
}

/** Give an upload up. */
export function cancelUpload(id: string): void {
  void find(id)?.cancel();
}

/** Try a failed or canceled upload once more. */
export function retryUpload(id: string): void {
  find(id)?.again();
  fill();
}

/** Whether an upload is not at its end. */
export function isActive({ state }: UploadView): boolean {
  return ACTIVE.includes(state);
}

function find(id: string): Upload | undefined {
  return uploads.find(({ view }) => view.id === id);
}

const running = new Set<Upload>();

function fill(): void {
  // The oldest stands at the end.
  for (const upload of uploads.toReversed()) {
    if (running.size >= AT_A_TIME) return;
    if (upload.view.state !== 'waiting' || running.has(upload)) continue;
    running.add(upload);
    void upload.run().finally(() => {
      running.delete(upload);
      fill();
    });
  }
}

function changed(): void {
  views = uploads.map(({ view }) => view);
  warnBeforeLeaving(views.some(isActive));
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function warnBeforeLeaving(isNeeded: boolean): void {
  if (isNeeded) window.addEventListener('beforeunload', ask);
  else window.removeEventListener('beforeunload', ask);
}

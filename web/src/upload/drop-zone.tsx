import { type DragEvent, useEffect, useId, useRef, useState } from 'react';

import { addFiles } from './uploads.ts';

/** Takes files that are dropped on it, or chosen. */
export function DropZone() {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const take = (): void => {
    addFiles(input.current?.files ?? []);
    // The same file may be chosen again.
    if (input.current) input.current.value = '';
  };
  // Files that were chosen before the page had come to life.
  useEffect(take, []);
  const [isOver, setIsOver] = useState(false);
  const over = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(true);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    addFiles(event.dataTransfer.files);
  };
  return (
    <label
      htmlFor={id}
      onDragOver={over}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
      className={`focus-within:outline-accent block cursor-pointer rounded-xl border-2 border-dashed px-6 py-14 text-center transition-colors focus-within:outline-2 focus-within:outline-offset-2 ${isOver ? 'border-accent bg-accent-soft' : 'border-field bg-panel hover:border-accent'}`}
    >
      <span className="block text-lg font-medium">Drop videos here</span>
      <span className="text-soft mt-1 block text-sm">or choose files from this device; as many as you like</span>
      <span className="button-main mt-5">Choose files</span>
      <input
        ref={input}
        id={id}
        type="file"
        accept="video/*,.mkv"
        multiple
        className="sr-only"
        onChange={take}
      />
    </label>
  );
}

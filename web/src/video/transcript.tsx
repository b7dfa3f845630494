import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';

import { duration } from '../ui/format.ts';
import { hasAny, Marked } from '../ui/marked.tsx';
import type { Cue } from './use-cues.ts';

interface TranscriptProps {
  readonly text: string | null;
  /** Empty where there are no subtitles, or not yet. */
  readonly cues: readonly Cue[];
  /** Words to begin with. */
  readonly find: string;
  readonly onSeek: (seconds: number) => void;
}

/** What is said, with a search that leads from passage to passage. */
export function Transcript({ text, cues, find, onSeek }: TranscriptProps) {
  const [words, setWords] = useState(find);
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  const passages = useMemo(() => (cues.length ? cues : passagesOf(text)), [cues, text]);
  const found = useMemo(
    () => passages.flatMap((passage, index) => (hasAny(passage.text, words) ? [index] : [])),
    [passages, words],
  );
  const current = found[chosen % found.length];
  useScrolledTo(list, current);
  if (passages.length === 0) return null;
  const go = (step: number): void => {
    if (found.length) setChosen((chosen + step + found.length) % found.length);
  };
  return (
    <section aria-labelledby="transcript" className="panel p-4">
      <h2 id="transcript" className="mb-3 font-semibold">
        Transcript
      </h2>
      <form
        role="search"
        className="mb-3 flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          go(1);
        }}
      >
        <input
          type="search"
          aria-label="Find in the transcript"
          placeholder="Find…"
          value={words}
          onChange={({ target }) => {
            setWords(target.value);
            setChosen(0);
          }}
          className="field"
        />
        <button type="button" className="button-plain px-2.5" disabled={!found.length} onClick={() => go(-1)} aria-label="Previous passage">
          ↑
        </button>
        <button type="submit" className="button-plain px-2.5" disabled={!found.length} aria-label="Next passage">
          ↓
        </button>
      </form>
      <p role="status" className="text-soft mb-2 text-xs tabular-nums empty:hidden">
        {words.trim() && (found.length ? `${(chosen % found.length) + 1} of ${found.length}` : 'Not in this transcript')}
      </p>
      <ol ref={list} tabIndex={0} aria-label="Passages" className="relative max-h-96 space-y-1 overflow-y-auto text-sm">
        {passages.map((passage, index) => (
          <li
            key={index}
            {...(index === current && { 'aria-current': true })}
            className="aria-[current]:bg-accent-soft flex gap-3 rounded-md px-2 py-1"
          >
            {passage.seconds !== null && <Time seconds={passage.seconds} onSeek={onSeek} />}
            <span className="whitespace-pre-line">
              <Marked text={passage.text} words={words} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Time({ seconds, onSeek }: { seconds: number; onSeek: (seconds: number) => void }) {
  return (
    <button
      type="button"
      className="text-accent shrink-0 self-start rounded tabular-nums underline-offset-2 hover:underline"
      aria-label={`Play from ${duration(seconds)}`}
      onClick={() => onSeek(seconds)}
    >
      {duration(seconds)}
    </button>
  );
}

interface Passage {
  readonly seconds: number | null;
  readonly text: string;
}

function passagesOf(text: string | null): readonly Passage[] {
  const paragraphs = text?.split(/\n+/).filter((paragraph) => paragraph.trim()) ?? [];
  return paragraphs.map((paragraph) => ({ seconds: null, text: paragraph }));
}

// Within its own frame: the page stays where it is.
function useScrolledTo(list: RefObject<HTMLOListElement | null>, index: number | undefined): void {
  useEffect(() => {
    const passage = index === undefined ? undefined : list.current?.children[index];
    if (!list.current || !(passage instanceof HTMLElement)) return;
    list.current.scrollTop = passage.offsetTop - list.current.clientHeight / 3;
  }, [list, index]);
}

import { useNavigate } from '@tanstack/react-router';
import { type ChangeEvent, useEffect, useRef, useState } from 'react';

import { STATUSES, statusWord } from '../ui/status-badge.tsx';
import { type LibrarySearch, librarySearch, ORDERS } from './queries.ts';

// A search begins when typing pauses.
const PAUSE = 250;

/** What the library is narrowed to and how it is sorted: a form that works without scripts, too. */
export function LibraryControls({ search }: { search: LibrarySearch }) {
  const navigate = useNavigate({ from: '/' });
  const [words, setWords] = useState(search.q ?? '');
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const go = (changes: Record<string, string>): void => {
    clearTimeout(waiting.current);
    void navigate({ search: (previous) => librarySearch({ ...previous, ...changes }), replace: true });
  };
  const type = ({ target: { value } }: ChangeEvent<HTMLInputElement>): void => {
    setWords(value);
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => go({ q: value }), PAUSE);
  };
  // Going back, or a link, brings another search.
  useEffect(() => setWords((typed) => (typed.trim() === (search.q ?? '') ? typed : (search.q ?? ''))), [search.q]);
  useEffect(() => () => clearTimeout(waiting.current), []);
  return (
    <search>
      <form
        action="/"
        className="mb-6 flex flex-wrap items-center gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          go({ q: words });
        }}
      >
        <label className="flex-1 max-sm:basis-full sm:min-w-56">
          <span className="sr-only">Search titles, descriptions, tags, file names and transcripts</span>
          <input type="search" name="q" value={words} onChange={type} placeholder="Search your videos" className="field" />
        </label>
        <Choice
          label="Status"
          name="status"
          value={search.status ?? ''}
          choices={[['', 'Any status'], ...STATUSES.map((status) => [status, statusWord(status)] as const)]}
          onChoose={(status) => go({ status })}
        />
        <Choice
          label="Order"
          name="order"
          value={search.order ?? 'CREATED_AT_DESC'}
          choices={Object.entries(ORDERS)}
          onChoose={(order) => go({ order })}
        />
        <noscript>
          <button type="submit" className="button-plain">
            Search
          </button>
        </noscript>
      </form>
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly choices: readonly (readonly [string, string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, name, value, choices, onChoose }: ChoiceProps) {
  return (
    <label className="max-sm:flex-1">
      <span className="sr-only">{label}</span>
      <select name={name} value={value} onChange={({ target }) => onChoose(target.value)} className="field sm:w-auto">
        {choices.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

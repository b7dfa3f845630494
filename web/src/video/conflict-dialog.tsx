import { Dialog } from 'radix-ui';
import { useState } from 'react';

import { differences, type Draft, draftOf, type Field, FIELDS } from './draft.ts';
import type { Conflict } from './use-saving.ts';

type Side = 'mine' | 'theirs';

interface ConflictDialogProps {
  readonly conflict: Conflict;
  /** With what was chosen, or null to keep what is there. */
  readonly onSettle: (draft: Draft | null) => void;
}

/** What was written here and elsewhere, side by side, to choose from field by field. */
export function ConflictDialog({ conflict, onSettle }: ConflictDialogProps) {
  const { mine } = conflict;
  const base = draftOf(conflict.base);
  const theirs = draftOf(conflict.current);
  const fields = differences(mine, theirs);
  const [chosen, setChosen] = useState<Partial<Record<Field, Side>>>({});
  // Who changed a field is who is meant, where only one has.
  const sideOf = (field: Field): Side => chosen[field] ?? (differences(base, mine).includes(field) ? 'mine' : 'theirs');
  const settle = (): void => {
    const picked = fields.filter((field) => sideOf(field) === 'mine');
    onSettle(picked.reduce<Draft>((draft, field) => ({ ...draft, [field]: mine[field] }), theirs));
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onSettle(null)}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-black/50" />
        <Dialog.Content className="panel fixed top-1/2 left-1/2 z-40 max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] max-w-4xl -translate-1/2 overflow-y-auto p-6">
          <Dialog.Title className="text-lg font-semibold">Changed in two places</Dialog.Title>
          <Dialog.Description className="text-soft mt-1 text-sm">
            While you were writing, this video’s details were changed elsewhere. Choose what is to stay.
          </Dialog.Description>
          <div className="mt-5 space-y-5">
            {fields.map((field) => (
              <Choice
                key={field}
                field={field}
                mine={mine[field]}
                theirs={theirs[field]}
                side={sideOf(field)}
                onChoose={(side) => setChosen({ ...chosen, [field]: side })}
              />
            ))}
            {fields.length === 0 && <p className="text-sm">Both changes are the same.</p>}
          </div>
          <div className="mt-6 flex flex-wrap justify-end gap-3">
            <button type="button" className="button-plain" onClick={() => onSettle(null)}>
              Discard my changes
            </button>
            <button type="button" className="button-main" onClick={settle}>
              Save what is chosen
            </button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface ChoiceProps {
  readonly field: Field;
  readonly mine: string;
  readonly theirs: string;
  readonly side: Side;
  readonly onChoose: (side: Side) => void;
}

function Choice({ field, mine, theirs, side, onChoose }: ChoiceProps) {
  const sides: [Side, string, string][] = [
    ['mine', 'Yours', mine],
    ['theirs', 'As it is now', theirs],
  ];
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">{FIELDS[field]}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {sides.map(([key, words, text]) => (
          <label
            key={key}
            className="border-line has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-accent flex cursor-pointer gap-3 rounded-lg border p-3 text-sm has-focus-visible:outline-2"
          >
            <input
              type="radio"
              name={field}
              checked={side === key}
              onChange={() => onChoose(key)}
              className="accent-accent mt-0.5 self-start"
            />
            <span className="min-w-0">
              <span className="text-soft block text-xs">{words}</span>
              <span className="break-words whitespace-pre-line">{text || '(empty)'}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

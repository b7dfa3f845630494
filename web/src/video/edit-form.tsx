import { type FormEvent, useId, useState } from 'react';

import { type Draft, type Field, FIELD_NAMES, FIELDS } from './draft.ts';
import type { Problem } from './use-saving.ts';

interface EditFormProps {
  readonly draft: Draft;
  readonly problem: Problem | null;
  readonly onCancel: () => void;
  readonly onSave: (draft: Draft) => void;
}

const ROWS = { title: 1, description: 4, tags: 1, showNotesText: 6 } as const satisfies Record<Field, number>;

/** Title, description, tags and show notes, to be written. */
export function EditForm({ draft: given, problem, onCancel, onSave }: EditFormProps) {
  const [draft, setDraft] = useState(given);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSave(draft);
  };
  return (
    <form onSubmit={submit} className="space-y-4" aria-label="Edit details">
      {problem && (
        <p role="alert" className="bg-bad-soft text-bad rounded-lg px-4 py-3 text-sm">
          {problem.words}
        </p>
      )}
      {FIELD_NAMES.map((field, index) => (
        <TextField
          key={field}
          field={field}
          value={draft[field]}
          issue={problem?.issues[field]}
          isFirst={index === 0}
          onChange={(value) => setDraft({ ...draft, [field]: value })}
        />
      ))}
      <div className="flex justify-end gap-3">
        <button type="button" className="button-plain" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="button-main">
          Save
        </button>
      </div>
    </form>
  );
}

interface TextFieldProps {
  readonly field: Field;
  readonly value: string;
  readonly issue: string | undefined;
  readonly isFirst: boolean;
  readonly onChange: (value: string) => void;
}

function TextField({ field, value, issue, isFirst, onChange }: TextFieldProps) {
  const id = useId();
  const hint = issue ?? (field === 'tags' ? 'With commas between.' : undefined);
  const common = {
    id,
    value,
    className: 'field',
    'aria-invalid': issue !== undefined,
    ...(hint && { 'aria-describedby': `${id}-hint` }),
    // Who opened the form goes on by keyboard from here.
    autoFocus: isFirst,
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {FIELDS[field]}
      </label>
      {ROWS[field] === 1 ? (
        <input {...common} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <textarea {...common} rows={ROWS[field]} onChange={({ target }) => onChange(target.value)} />
      )}
      {hint && (
        <p id={`${id}-hint`} className={`mt-1 text-xs ${issue ? 'text-bad' : 'text-soft'}`}>
          {hint}
        </p>
      )}
    </div>
  );
}

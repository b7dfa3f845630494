import type { VideoMetadata, VideoPage } from '@reelgraph/client';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';

import { ConflictDialog } from './conflict-dialog.tsx';
import { type Draft, draftOf } from './draft.ts';
import { EditForm } from './edit-form.tsx';
import { type Problem, useSaving } from './use-saving.ts';

/** What people wrote about a video, or will. */
export function Details({ video }: { video: VideoPage }) {
  const { metadata } = video;
  // What was seen when editing began, and what became of it.
  const [edit, setEdit] = useState<{ base: VideoMetadata; draft: Draft; problem: Problem | null } | null>(null);
  const { save, conflict, settle } = useSaving(video, (base, draft, problem) => setEdit({ base, draft, problem }));
  const editButton = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    flushSync(() => setEdit(null));
    // Who closed the form by keyboard goes on from here.
    editButton.current?.focus();
  };
  return (
    <section aria-labelledby="details" className="panel p-5">
      <div className="mb-3 flex items-center">
        <h2 id="details" className="font-semibold">
          Details
        </h2>
        {metadata && !edit && (
          <button
            ref={editButton}
            type="button"
            className="button-plain ml-auto"
            onClick={() => setEdit({ base: metadata, draft: draftOf(metadata), problem: null })}
          >
            Edit
          </button>
        )}
      </div>
      {edit ? (
        <EditForm
          draft={edit.draft}
          problem={edit.problem}
          onCancel={close}
          onSave={(draft) => {
            close();
            save(edit.base, draft);
          }}
        />
      ) : metadata ? (
        <Shown metadata={metadata} />
      ) : (
        <p className="text-soft text-sm">There is something to read, and to edit, as soon as the video has been processed.</p>
      )}
      {conflict && <ConflictDialog conflict={conflict} onSettle={settle} />}
    </section>
  );
}

function Shown({ metadata: { description, tags, showNotesText } }: { metadata: VideoMetadata }) {
  return (
    <div className="space-y-4 text-sm">
      <p className="whitespace-pre-line">{description ?? <span className="text-soft">No description.</span>}</p>
      {tags.length > 0 && (
        <ul aria-label="Tags" className="flex flex-wrap gap-2">
          {tags.map((tag) => (
            <li key={tag} className="bg-sunken rounded-md px-2 py-0.5 text-xs font-medium">
              {tag}
            </li>
          ))}
        </ul>
      )}
      {showNotesText && (
        <div>
          <h3 className="mb-1 font-medium">Show notes</h3>
          <p className="whitespace-pre-line">{showNotesText}</p>
        </div>
      )}
    </div>
  );
}

import { UpdateVideoMetadataDocument, type VideoMetadata, type VideoPage } from '@reelgraph/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { change } from '../graphql.ts';
import { showMetadata } from './changes.ts';
import { differences, type Draft, draftOf, type Field, FIELD_NAMES, inputFor, withDraft } from './draft.ts';

/** Why something was not saved, and what is wrong with which field. */
export interface Problem {
  readonly words: string;
  readonly issues: Partial<Record<Field, string>>;
}

/** Somebody else was faster: what was seen, what was written, and what is there now. */
export interface Conflict {
  readonly base: VideoMetadata;
  readonly mine: Draft;
  readonly current: VideoMetadata;
}

interface Saving {
  /** Show a draft as if it were saved, and save it. */
  readonly save: (base: VideoMetadata, draft: Draft) => void;
  readonly conflict: Conflict | null;
  /** What a conflict comes to; null leaves everything as it is there now. */
  readonly settle: (draft: Draft | null) => void;
}

/** Saves what is written about a video; `onProblem` gets back what could not be saved. */
export function useSaving(
  video: VideoPage,
  onProblem: (base: VideoMetadata, draft: Draft, problem: Problem) => void,
): Saving {
  const queryClient = useQueryClient();
  const [conflict, setConflict] = useState<Conflict | null>(null);

  const save = async (base: VideoMetadata, mine: Draft): Promise<void> => {
    const present = video.metadata;
    if (present && present.id !== base.id) {
      // The video was processed anew meanwhile: what is shown, and kept, are the metadata of that.
      setConflict({ base, mine, current: present });
      return;
    }
    if (differences(draftOf(base), mine).length === 0) return;
    const show = (metadata: VideoMetadata): void => showMetadata(queryClient, video.id, metadata);
    const refuse = (problem: Problem): void => {
      show(present ?? base);
      onProblem(base, mine, problem);
    };
    show(withDraft(base, mine));
    try {
      const answer = await change(UpdateVideoMetadataDocument, { input: inputFor(base, mine) });
      switch (answer.__typename) {
        case 'UpdateVideoMetadataSuccess':
          return show(answer.metadata);
        case 'VersionConflictError':
          show(answer.current);
          return setConflict({ base, mine, current: answer.current });
        case 'InvalidInputError':
          return refuse(problemOf(answer.issues));
        case 'NotFoundError':
          return refuse({ words: 'The video was deleted, so nothing was saved.', issues: {} });
        default:
          return answer satisfies never;
      }
    } catch (error) {
      refuse({ words: `It was not saved: ${error instanceof Error ? error.message : String(error)}`, issues: {} });
    }
  };

  return {
    save: (base, draft) => void save(base, draft),
    conflict,
    settle: (draft) => {
      setConflict(null);
      if (conflict && draft) void save(conflict.current, draft);
    },
  };
}

function problemOf(issues: readonly { readonly path: readonly string[]; readonly message: string }[]): Problem {
  const byField: Partial<Record<Field, string>> = {};
  const others: string[] = [];
  for (const { path, message } of issues) {
    const field = FIELD_NAMES.find((name) => path.includes(name));
    if (field) byField[field] = byField[field] ? `${byField[field]} ${message}` : message;
    else others.push(message);
  }
  return { words: ['Something here can not be saved.', ...others].join(' '), issues: byField };
}

import type { UpdateVideoMetadataInput, VideoMetadata } from '@reelgraph/client';

/** What people write about a video, as it stands in a form. */
export interface Draft {
  readonly title: string;
  readonly description: string;
  /** With commas between. */
  readonly tags: string;
  readonly showNotesText: string;
}

export type Field = keyof Draft;

/** The fields in the order of the form, with their names for people. */
export const FIELDS = {
  title: 'Title',
  description: 'Description',
  tags: 'Tags',
  showNotesText: 'Show notes',
} as const satisfies Record<Field, string>;

export const FIELD_NAMES: readonly Field[] = ['title', 'description', 'tags', 'showNotesText'];

/** Metadata as a form shows them. */
export function draftOf({ title, description, tags, showNotesText }: VideoMetadata): Draft {
  return { title: title ?? '', description: description ?? '', tags: tags.join(', '), showNotesText: showNotesText ?? '' };
}

/** Which fields are not the same. */
export function differences(one: Draft, other: Draft): readonly Field[] {
  return FIELD_NAMES.filter((field) => one[field].trim() !== other[field].trim());
}

/** What to send so that metadata become as drafted: the fields that differ, and the version that was seen. */
export function inputFor(metadata: VideoMetadata, draft: Draft): UpdateVideoMetadataInput {
  const changed = differences(draftOf(metadata), draft);
  const values = valuesOf(draft);
  const all: Record<Field, Partial<UpdateVideoMetadataInput>> = {
    title: { title: values.title },
    description: { description: values.description },
    tags: { tags: values.tags },
    showNotesText: { showNotesText: values.showNotesText },
  };
  const changes = changed.reduce<Partial<UpdateVideoMetadataInput>>((sum, field) => ({ ...sum, ...all[field] }), {});
  return { metadataId: metadata.id, expectedVersion: metadata.version, ...changes };
}

/** Metadata as they will be, to show before the server has answered. */
export function withDraft(metadata: VideoMetadata, draft: Draft): VideoMetadata {
  return { ...metadata, ...valuesOf(draft) };
}

function valuesOf({ title, description, tags, showNotesText }: Draft) {
  return {
    title: title.trim() || null,
    description: description.trim() || null,
    tags: tags
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
    showNotesText: showNotesText.trim() || null,
  };
}

import { useMutation } from '@apollo/client/react';
import { useState } from 'react';

import { type FragmentType, getFragmentData, graphql } from './gql/index.ts';
import type { RenameVideoMutation } from './gql/graphql.ts';

const videoCard = graphql(`
  fragment VideoCard on Video {
    originalFilename
    status
    metadata {
      id
      version
      title
    }
  }
`);

export const renameVideo = graphql(`
  mutation RenameVideo($input: UpdateVideoMetadataInput!) {
    updateVideoMetadata(input: $input) {
      ... on UpdateVideoMetadataSuccess {
        metadata {
          id
          version
          title
        }
      }
      ... on VersionConflictError {
        current {
          id
          version
          title
        }
      }
      ... on Error {
        message
      }
    }
  }
`);

/** A video in a list, whose title can be changed once there is metadata. */
export function VideoCard({ video }: { readonly video: FragmentType<typeof videoCard> }) {
  const { originalFilename, status, metadata } = getFragmentData(videoCard, video);
  const [rename, { loading }] = useMutation(renameVideo);
  const [outcome, setOutcome] = useState('');

  async function submit(form: FormData) {
    if (!metadata) return;
    const title = String(form.get('title'));
    const input = { metadataId: metadata.id, expectedVersion: metadata.version, title };
    // What came of it is in the cache then, and on the screen.
    const { data } = await rename({ variables: { input } });
    if (data) setOutcome(described(data.updateVideoMetadata));
  }

  return (
    <li>
      {originalFilename} ({status ?? 'uploading'})
      {metadata && (
        <form action={submit}>
          <input name="title" key={metadata.version} defaultValue={metadata.title ?? ''} disabled={loading} />
          <output>{outcome}</output>
        </form>
      )}
    </li>
  );
}

function described(result: RenameVideoMutation['updateVideoMetadata']): string {
  switch (result.__typename) {
    case 'UpdateVideoMetadataSuccess':
      return 'Saved.';
    case 'VersionConflictError':
      return 'Somebody else changed it; this is what it is now.';
    case 'InvalidInputError':
    case 'NotFoundError':
      return result.message;
    default:
      return result satisfies never; // a new error in the contract stops the build here
  }
}

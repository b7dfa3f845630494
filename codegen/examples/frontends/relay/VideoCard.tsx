import { useState } from 'react';
import { graphql, useFragment, useMutation } from 'react-relay';

import type { VideoCard_video$key } from './__generated__/VideoCard_video.graphql.ts';
import type { VideoCardRenameMutation } from './__generated__/VideoCardRenameMutation.graphql.ts';

/** A video in a list, whose title can be changed once there is metadata. */
export function VideoCard({ video }: { readonly video: VideoCard_video$key }) {
  const { originalFilename, status, metadata } = useFragment(
    graphql`
      fragment VideoCard_video on Video @throwOnFieldError {
        originalFilename
        status
        metadata {
          id
          version
          title
        }
      }
    `,
    video,
  );
  const [rename, isRenaming] = useMutation<VideoCardRenameMutation>(graphql`
    mutation VideoCardRenameMutation($input: UpdateVideoMetadataInput!) {
      updateVideoMetadata(input: $input) {
        __typename
        ... on UpdateVideoMetadataSuccess {
          metadata {
            version
            title
          }
        }
        ... on VersionConflictError {
          current {
            version
            title
          }
        }
        ... on InvalidInputError {
          message
        }
        ... on NotFoundError {
          message
        }
      }
    }
  `);
  const [outcome, setOutcome] = useState('');

  function submit(form: FormData) {
    if (!metadata) return;
    rename({
      variables: {
        input: { metadataId: metadata.id, expectedVersion: metadata.version, title: String(form.get('title')) },
      },
      // What came of it is in the store already, and on the screen.
      onCompleted: ({ updateVideoMetadata }) => setOutcome(described(updateVideoMetadata)),
      onError: (error) => setOutcome(error.message),
    });
  }

  return (
    <li>
      {originalFilename} ({status ?? 'uploading'})
      {metadata && (
        <form action={submit}>
          <input name="title" key={metadata.version} defaultValue={metadata.title ?? ''} disabled={isRenaming} />
          <output>{outcome}</output>
        </form>
      )}
    </li>
  );
}

function described(result: VideoCardRenameMutation['response']['updateVideoMetadata']): string {
  switch (result?.__typename) {
    case 'UpdateVideoMetadataSuccess':
      return 'Saved.';
    case 'VersionConflictError':
      return 'Somebody else changed it; this is what it is now.';
    case 'InvalidInputError':
    case 'NotFoundError':
      return result.message;
    default:
      // Compiles only while every error of the contract has its case; answers for one of a newer server.
      return `Not saved: ${result?.__typename satisfies '%other' | undefined}`;
  }
}

import { useMutation } from 'urql';

import { isRelease } from '../server.ts';
import { type FragmentOf, graphql, readFragment, type ResultOf } from './graphql.ts';

export const videoCard = graphql(`
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

const renameText = graphql(`
  mutation RenameVideo($input: UpdateVideoMetadataInput!) {
    updateVideoMetadata(input: $input) {
      __typename
      ... on UpdateVideoMetadataSuccess {
        metadata {
          title
        }
      }
      ... on VersionConflictError {
        current {
          title
        }
      }
      ... on Error {
        message
      }
    }
  }
`);

export const renameVideo = isRelease ? graphql.persisted<typeof renameText>('sha256:c059c50928a655949bde568c663b735b876161ee16c3f3363f3b1c20669c6963') : renameText;

/** A video in a list, whose title can be changed once there is metadata. */
export function VideoCard({ video }: { readonly video: FragmentOf<typeof videoCard> }) {
  const { originalFilename, status, metadata } = readFragment(videoCard, video);
  const [{ data, fetching }, rename] = useMutation(renameVideo);

  async function submit(form: FormData) {
    if (!metadata) return;
    const title = String(form.get('title'));
    const input = { metadataId: metadata.id, expectedVersion: metadata.version, title };
    // The document doesn't ask for `__typename` everywhere, so urql's cache is told what has changed.
    await rename({ input }, { additionalTypenames: ['Video'] });
  }

  return (
    <li>
      {originalFilename} ({status ?? 'uploading'})
      {metadata && (
        <form action={submit}>
          <input name="title" key={metadata.version} defaultValue={metadata.title ?? ''} disabled={fetching} />
          <output>{data?.updateVideoMetadata && described(data.updateVideoMetadata)}</output>
        </form>
      )}
    </li>
  );
}

type Result = NonNullable<ResultOf<typeof renameText>['updateVideoMetadata']>;

function described(result: Result): string {
  switch (result.__typename) {
    case 'UpdateVideoMetadataSuccess':
      return `It is now called ${result.metadata?.title}.`;
    case 'VersionConflictError':
      return `Somebody else has called it ${result.current?.title}.`;
    case 'InvalidInputError':
    case 'NotFoundError':
      return result.message;
    default:
      return result satisfies never; // a new error in the contract stops the build here
  }
}

import type { DeleteVideoMutation } from '@reelgraph/client';

/** What became of a video that was to be deleted, in words. */
export function described(result: DeleteVideoMutation['deleteVideo']): string {
  switch (result.__typename) {
    case 'DeleteVideoSuccess':
      return 'Deleted.';
    case 'NotFoundError':
      return result.message;
    default:
      return result satisfies never; // a new error in the contract stops the build here
  }
}

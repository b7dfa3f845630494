import { DeleteVideoDocument, type VideoPage } from '@reelgraph/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { AlertDialog } from 'radix-ui';

import { change } from '../graphql.ts';
import { nameOf } from '../ui/format.ts';

/** Deletes a video, once it is confirmed. */
export function DeleteVideo({ video }: { video: VideoPage }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const deletion = useMutation({
    mutationFn: () => change(DeleteVideoDocument, { videoId: video.id }),
    onSuccess: async (answer) => {
      switch (answer.__typename) {
        case 'DeleteVideoSuccess':
        case 'NotFoundError': // deleted elsewhere: what was asked for is so
          break;
        default:
          answer satisfies never;
      }
      await navigate({ to: '/' });
      queryClient.removeQueries({ queryKey: ['video', video.id] });
      await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'library' || queryKey[0] === 'home' });
    },
  });
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger className="button-plain">Delete</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-30 bg-black/50" />
        <AlertDialog.Content className="panel fixed top-1/2 left-1/2 z-40 w-[calc(100%-2rem)] max-w-md -translate-1/2 p-6">
          <AlertDialog.Title className="text-lg font-semibold break-words">Delete “{nameOf(video)}”?</AlertDialog.Title>
          <AlertDialog.Description className="text-soft mt-2 text-sm">
            The file goes for ever, and with it its jobs, transcript, subtitles and everything you wrote about it.
          </AlertDialog.Description>
          {deletion.error && (
            <p role="alert" className="text-bad mt-3 text-sm">
              It was not deleted: {deletion.error.message}
            </p>
          )}
          <div className="mt-6 flex justify-end gap-3">
            <AlertDialog.Cancel className="button-plain">Keep it</AlertDialog.Cancel>
            <button type="button" className="button-bad" disabled={deletion.isPending} onClick={() => deletion.mutate()}>
              {deletion.isPending ? 'Deleting…' : 'Delete for ever'}
            </button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

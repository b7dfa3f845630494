import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';

export type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * The events of a server-sent stream, until it ends or nothing comes for `silence` milliseconds, not even a comment.
 *
 * What was not taken is not read: a slow reader costs no memory. Leaving the loop ends the stream.
 */
export async function* eventsIn(body: Bytes, silence: number): AsyncGenerator<EventSourceMessage> {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const listen = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(leave, silence);
  };
  // A stream that was lost can't be canceled, and need not be.
  const leave = (): Promise<void> => reader.cancel().catch(() => undefined);
  const parser = new EventSourceParserStream({ onComment: () => waiting && listen() });
  const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(parser).getReader();
  try {
    for (;;) {
      listen();
      const { done, value } = await reader.read();
      clearTimeout(waiting);
      waiting = undefined;
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(waiting);
    await leave();
  }
}

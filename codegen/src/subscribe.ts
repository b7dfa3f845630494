import { type Bytes, eventsIn } from './event-stream.ts';
import { type Asked, asked, wantsText } from './persisted.ts';
import { dataIn, dataOf, post, RequestError, type TypedDocument } from './request.ts';
import { Retries, type RetryOptions } from './retries.ts';

export interface SubscribeOptions extends RetryOptions {
  /** Milliseconds without a sign of life after which a stream counts as lost. The server gives one every 15 seconds. */
  readonly silence?: number | undefined;
}

/** The answer of a subscription whose root field has a `cursor`: where it has come to. */
export type Resumable = Readonly<Record<string, { readonly cursor: string } | null>>;

/** The variables of a subscription that begins after a cursor. */
export interface Resuming {
  readonly after?: string | null | undefined;
}

type TakesCursor<Variables extends Resuming> = string extends Variables['after'] ? unknown : never;

/**
 * The data of a subscription's events, as they come; ends when the server has no more.
 *
 * A stream that is lost goes on after the newest event's cursor, with another token if that one has expired and `token`
 * is a function. Everything else is thrown as `RequestError`, such as the code EVENTS_FORGOTTEN for an old cursor.
 * Leaving the loop ends the stream on the server. The document must take `$after` and select `cursor`.
 */
export async function* subscribe<Result extends Resumable, Variables extends Resuming>(
  document: TypedDocument<Result, Variables> & TakesCursor<Variables>,
  variables: NoInfer<Variables>,
  options: SubscribeOptions,
): AsyncGenerator<Result, void, undefined> {
  const retries = new Retries(options);
  let from: Variables = variables;
  for (;;) {
    const sent = asked(document, options.url);
    try {
      const stream = await connect(sent, from, options);
      retries.connected();
      for await (const data of answers<Result>(stream, options)) {
        from = { ...from, after: cursorIn(data) ?? from.after };
        yield data;
      }
      return;
    } catch (error) {
      if (!wantsText(error, document, sent, options.url)) await retries.after(error);
    }
  }
}

async function connect(sent: Asked, variables: Resuming, options: SubscribeOptions): Promise<Bytes> {
  const response = await post({ ...sent, variables }, 'text/event-stream', options);
  const type = response.headers.get('content-type') ?? '';
  if (response.body && type.startsWith('text/event-stream')) return response.body;
  await dataOf(response, options);
  throw new RequestError(`${options.url} answered no stream of events`, { status: response.status });
}

async function* answers<Result>(stream: Bytes, options: SubscribeOptions): AsyncGenerator<Result> {
  const { url, signal, silence = 45_000 } = options;
  try {
    for await (const { event, data } of eventsIn(stream, silence)) {
      if (event === 'complete') return;
      if (event === 'next') yield dataIn<Result>(parsed(data), 200, options);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause instanceof RequestError ? cause : new RequestError(`${url} was lost`, { cause });
  }
  throw new RequestError(`${url} was lost: its stream ended without being complete`, {});
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cursorIn(data: Resumable): string | undefined {
  return Object.values(data)[0]?.cursor;
}

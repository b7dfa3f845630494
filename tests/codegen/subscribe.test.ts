import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import { RequestError, subscribe, type SubscribeOptions, VideoJobEventsDocument } from '@reelgraph/client';

import { eventsIn } from '../src/event-stream.ts';

type Part = (response: ServerResponse) => void;

interface Received {
  readonly request: IncomingMessage;
  readonly body: { readonly variables?: unknown };
}

const documentId = VideoJobEventsDocument.__meta__?.['hash'];
const query = VideoJobEventsDocument.toString();

// Each connection's parts, in the order of the connections; without an end it stays open.
let connections: Part[][] = [];
let received: Received[] = [];
let url: string;
let port: number;
let tests = 0;

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = await request.toArray();
  received.push({ request, body: JSON.parse(Buffer.concat(chunks).toString()) });
  for (const part of connections.shift() ?? [goneForGood]) part(response);
});

async function listen(): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

before(async () => {
  port = 0;
  await listen();
  port = (server.address() as AddressInfo).port;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

test.beforeEach(() => {
  connections = [];
  received = [];
  url = `http://127.0.0.1:${port}/${(tests += 1)}/graphql`;
});

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).write(':\n\n');
}

function next(body: unknown): Part {
  return (response) => response.write(`event: next\ndata: ${JSON.stringify(body)}\n\n`);
}

function event(cursor: string): Part {
  return next({ data: { videoJobEvents: { cursor, job: { id: `job of ${cursor}` } } } });
}

function error(code: string, data?: unknown): Part {
  return next({ data, errors: [{ message: `It is ${code}`, extensions: { code } }] });
}

function complete(response: ServerResponse): void {
  response.end('event: complete\ndata:\n\n');
}

/** As a server does that is stopped: the stream ends, but is not complete. */
function stop(response: ServerResponse): void {
  response.end();
}

/** As a server does that is killed. */
function cut(response: ServerResponse): void {
  setImmediate(() => response.destroy());
}

function answer(status: number, body: string): Part {
  return (response) => response.writeHead(status, { 'content-type': 'text/html' }).end(body);
}

function refuse(status: number, code: string): Part {
  const body = { errors: [{ message: `It is ${code}`, extensions: { code } }] };
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const goneForGood = answer(410, 'Nobody was to connect again');

async function cursors(options: Partial<SubscribeOptions> = {}, after: string | null = 'c0'): Promise<string[]> {
  const seen: string[] = [];
  const events = subscribe(VideoJobEventsDocument, { videoId: 'v', after }, { url, retryDelay: () => 0, ...options });
  for await (const { videoJobEvents } of events) seen.push(videoJobEvents.cursor);
  return seen;
}

async function failure(call: Promise<unknown>): Promise<RequestError> {
  const reason: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  ok(reason instanceof RequestError, String(reason));
  return reason;
}

function asked(): unknown[] {
  return received.map(({ body }) => body);
}

/** Where each connection was asked to begin. */
function begun(): unknown[] {
  return received.map(({ body }) => (body.variables as { after: unknown }).after);
}

test('says back the place that an event named, when it connects again', async () => {
  const told = next({ data: { videoJobEvents: { cursor: 'c1', job: {} } }, extensions: { written: '0/16B3748' } });
  connections = [[begin, told, cut], [begin, event('c2'), complete]];

  deepEqual(await cursors(), ['c1', 'c2']);

  const said = received.map(({ request }) => request.headers['x-reelgraph-written']);
  deepEqual(said, [undefined, '0/16B3748']);
});

test('answers the data of each event until the stream is complete', async () => {
  connections = [[begin, event('c1'), event('c2'), complete]];

  deepEqual(await cursors({ token: 'secret', client: { name: 'web' } }), ['c1', 'c2']);

  deepEqual(asked(), [{ documentId, variables: { videoId: 'v', after: 'c0' } }]);
  const [sent] = received;
  equal(sent?.request.headers.accept, 'text/event-stream');
  equal(sent.request.headers.authorization, 'Bearer secret');
  equal(sent.request.headers['graphql-client-name'], 'web');
});

const losses: Record<string, Part[]> = {
  'cuts the connection': [begin, event('c1'), cut],
  'is stopped': [begin, event('c1'), stop],
  'found the client too slow': [begin, event('c1'), error('TOO_SLOW'), complete],
  'had too much to do': [begin, event('c1'), error('OVERLOADED'), complete],
  'lost its database': [begin, event('c1'), error('UNAVAILABLE'), complete],
  'ends in the middle of an event': [begin, event('c1'), (response) => response.end('event: next\ndata: {"da')],
};
for (const [loss, parts] of Object.entries(losses)) {
  test(`goes on after the newest cursor when the server ${loss}`, async () => {
    const reasons: unknown[] = [];
    connections = [parts, [answer(502, 'Bad Gateway')], [begin, event('c2'), cut], [begin, event('c3'), complete]];

    deepEqual(await cursors({ onLost: (reason) => reasons.push(reason.name) }), ['c1', 'c2', 'c3']);

    deepEqual(begun(), ['c0', 'c1', 'c1', 'c2']);
    deepEqual(reasons, ['RequestError', 'RequestError', 'RequestError']);
  });
}

test('begins where the caller said when it was lost before the first event', async () => {
  connections = [[begin, cut], [begin, complete]];

  deepEqual(await cursors({}, null), []);

  deepEqual(begun(), [null, null]);
});

test('waits for a server that is restarted', async () => {
  connections = [[begin, event('c1')], [begin, event('c2'), complete]];
  const attempts: number[] = [];
  const events = subscribe(
    VideoJobEventsDocument,
    {},
    {
      url,
      retryDelay(attempt) {
        attempts.push(attempt);
        if (attempt === 3) server.listen(port, '127.0.0.1');
        return 10;
      },
    },
  );

  equal((await events.next()).value?.videoJobEvents.cursor, 'c1');
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  equal((await events.next()).value?.videoJobEvents.cursor, 'c2');

  ok((await events.next()).done);
  deepEqual(attempts, [1, 2, 3]);
  deepEqual(begun(), [undefined, 'c1']);
});

test('throws what connecting again does not help against', async () => {
  const refusals: [Part[], string | undefined, number][] = [
    [[begin, event('c1'), error('EVENTS_FORGOTTEN'), complete], 'EVENTS_FORGOTTEN', 200],
    [[begin, error('INTERNAL_SERVER_ERROR', null)], 'INTERNAL_SERVER_ERROR', 200],
    [[begin, error('BAD_USER_INPUT', { videoJobEvents: { cursor: 'c1' } })], 'BAD_USER_INPUT', 200],
    [[refuse(400, 'GRAPHQL_VALIDATION_FAILED')], 'GRAPHQL_VALIDATION_FAILED', 400],
    [[refuse(500, 'INTERNAL_SERVER_ERROR')], 'INTERNAL_SERVER_ERROR', 500],
    [[answer(404, 'Not found')], undefined, 404],
    [[answer(200, '{"data": {}}')], undefined, 200],
    [[begin, (response) => response.write('event: next\ndata: nonsense\n\n')], undefined, 200],
  ];
  for (const [parts, code, status] of refusals) {
    connections = [parts];
    const reason = await failure(cursors());
    deepEqual([reason.code, reason.status], [code, status]);
  }
  equal(received.length, refusals.length);
});

test('goes on with a new token when the old one has expired', async () => {
  let issued = 0;
  const token = (): string => `token ${(issued += 1)}`;
  connections = [
    [begin, event('c1'), error('UNAUTHENTICATED'), complete],
    [begin, error('UNAUTHENTICATED'), complete],
    [refuse(401, 'UNAUTHENTICATED')],
    [begin, event('c2'), complete],
  ];

  const reason = await failure(cursors({ token }));
  equal(reason.code, 'UNAUTHENTICATED');
  deepEqual(begun(), ['c0', 'c1', 'c1']);

  deepEqual(await cursors({ token }, 'c1'), ['c2']);
  const sent = received.map(({ request }) => request.headers.authorization);
  deepEqual(sent, ['Bearer token 1', 'Bearer token 2', 'Bearer token 3', 'Bearer token 4']);
});

test('asks once for another token when the first is refused', async () => {
  connections = [[refuse(401, 'UNAUTHENTICATED')], [begin, event('c1'), complete]];

  deepEqual(await cursors({ token: () => 'token' }), ['c1']);
});

test('throws when there is no other token', async () => {
  for (const token of ['expired', undefined]) {
    connections = [[begin, event('c1'), error('UNAUTHENTICATED'), complete]];
    equal((await failure(cursors({ token }))).code, 'UNAUTHENTICATED');
  }
});

for (const [way, unknown] of Object.entries({
  'an error': [refuse(400, 'PERSISTED_QUERY_NOT_FOUND')],
  'an event': [begin, error('PERSISTED_QUERY_NOT_FOUND'), complete],
})) {
  test(`sends the text from then on when ${way} says that the id is unknown`, async () => {
    const lost: unknown[] = [];
    connections = [unknown, [begin, event('c1'), cut], [begin, complete], [begin, complete]];

    deepEqual(await cursors({ onLost: ({ message }) => lost.push(message) }), ['c1']);
    deepEqual(await cursors(), []);

    const from = (after: string): unknown => ({ query, variables: { videoId: 'v', after } });
    deepEqual(asked(), [{ documentId, variables: { videoId: 'v', after: 'c0' } }, from('c0'), from('c1'), from('c0')]);
    equal(lost.length, 1);
  });
}

test('leaving the loop ends the stream on the server', async () => {
  const left = Promise.withResolvers<void>();
  connections = [[begin, event('c1'), (response) => response.on('close', left.resolve)]];

  for await (const { videoJobEvents } of subscribe(VideoJobEventsDocument, {}, { url })) {
    equal(videoJobEvents.cursor, 'c1');
    break;
  }

  await left.promise;
});

test('aborting ends the stream on the server and rejects with the reason', async () => {
  const left = Promise.withResolvers<void>();
  const control = new AbortController();
  connections = [[begin, event('c1'), (response) => response.on('close', left.resolve)]];
  const events = subscribe(VideoJobEventsDocument, {}, { url, signal: control.signal });
  await events.next();

  const waiting = events.next();
  control.abort(new Error('Enough'));

  await rejects(waiting, /^Error: Enough$/);
  await left.promise;
});

test('aborting ends the wait for a server that is away', async () => {
  const control = new AbortController();
  const wait = (): number => {
    setImmediate(() => control.abort(new Error('Enough')));
    return 2 ** 30;
  };
  connections = [[answer(503, 'Try later')]];

  await rejects(cursors({ retryDelay: wait, signal: control.signal }), /^Error: Enough$/);
});

test('a connection without a sign of life is lost', async () => {
  connections = [[begin, event('c1')], [begin, event('c2'), complete]];

  deepEqual(await cursors({ silence: 500 }), ['c1', 'c2']);

  deepEqual(begun(), ['c0', 'c1']);
});

test('a comment is a sign of life, and none is missed while nobody reads', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const write = async (text: string): Promise<void> => {
    await writer.write(new TextEncoder().encode(text));
    await new Promise(setImmediate);
  };
  const events = eventsIn(readable, 1000);

  let read = events.next();
  await write('data: 1\n\n');
  equal((await read).value?.data, '1');
  mock.timers.tick(5000);

  read = events.next();
  for (let count = 0; count < 3; count += 1) {
    mock.timers.tick(900);
    await write(':\n\n');
  }
  await write('data: 2\n\n');
  equal((await read).value?.data, '2');

  read = events.next();
  mock.timers.tick(1000);
  ok((await read).done);
});

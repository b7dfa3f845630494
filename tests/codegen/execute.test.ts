import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import { execute, RequestError, VideoDocument, ViewerDocument } from '@reelgraph/client';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const viewer = { id: 'user', videoCount: 1, storedBytes: 2 ** 40 };
let answer: Answer | undefined;
let received: { headers: IncomingHttpHeaders; body: unknown } | undefined;

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = await request.toArray();
  received = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) };
  // Without an answer the request hangs, to be aborted.
  if (answer) response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
});
let url: string;

before(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

function answers(status: number, body: unknown, type = 'application/graphql-response+json'): void {
  answer = { status, type, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

async function failure(call: Promise<unknown>): Promise<RequestError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  ok(error instanceof RequestError, String(error));
  return error;
}

test('sends the document, variables and token, and answers the data', async () => {
  answers(200, { data: { video: null } });

  deepEqual(await execute(VideoDocument, { id: 'video_1' }, { url, token: 'secret' }), { video: null });

  deepEqual(received?.body, { query: VideoDocument.toString(), variables: { id: 'video_1' } });
  equal(received.headers.authorization, 'Bearer secret');
  equal(received.headers['content-type'], 'application/json');
});

test('sends no authorization without a token', async () => {
  answers(200, { data: { viewer } }, 'application/json');

  equal((await execute(ViewerDocument, {}, { url })).viewer.storedBytes, 2 ** 40);

  equal(received?.headers.authorization, undefined);
});

test('throws the errors of the response, also beside data', async () => {
  const errors = [
    { message: 'Sign in first', path: ['viewer'], extensions: { code: 'UNAUTHENTICATED' } },
    { message: 'And again' },
  ];
  for (const data of [undefined, null, { viewer }]) {
    answers(401, { data, errors });
    const error = await failure(execute(ViewerDocument, {}, { url }));
    equal(error.message, 'Sign in first\nAnd again');
    equal(error.status, 401);
    equal(error.errors[0]?.extensions?.code, 'UNAUTHENTICATED');
  }
});

test('throws when the answer is no GraphQL response', async () => {
  for (const body of ['<h1>Bad Gateway</h1>', '', '5', 'null', '[]', '{}', '{"data": null}']) {
    answers(502, body, 'text/html');
    const error = await failure(execute(ViewerDocument, {}, { url }));
    equal(error.status, 502);
    deepEqual(error.errors, []);
  }
});

test('throws when there is no answer', async () => {
  const cause = new TypeError('fetch failed');
  const fetch = (): Promise<Response> => Promise.reject(cause);

  const error = await failure(execute(ViewerDocument, {}, { url, fetch }));

  equal(error.message, `${url} did not answer`);
  equal(error.status, undefined);
  equal(error.cause, cause);
});

test('rejects with the reason of the signal when aborted', async () => {
  answer = undefined;
  const signal = AbortSignal.timeout(50);

  await rejects(execute(ViewerDocument, {}, { url, signal }), (reason) => reason === signal.reason);
});

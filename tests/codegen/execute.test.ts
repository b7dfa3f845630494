import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import * as client from '@reelgraph/client';
import {
  execute,
  mutate,
  RequestError,
  TypedDocumentString,
  UpdateVideoMetadataDocument,
  VideoDocument,
  ViewerDocument,
  type ViewerQuery,
  type ViewerQueryVariables,
} from '@reelgraph/client';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

interface Received {
  readonly method: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

const viewer = { id: 'user', videoCount: 1, storedBytes: 2 ** 40 };
let prepared: Answer[] = [];
let received: Received[] = [];

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = await request.toArray();
  const text = Buffer.concat(chunks).toString();
  const { method, headers } = request;
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  received.push({ method, query: searchParams, headers, body: text && JSON.parse(text) });
  const answer = prepared.shift();
  // Without an answer the request hangs, to be aborted.
  if (answer) response.writeHead(answer.status, { 'content-type': answer.type, ...answer.headers }).end(answer.body);
});
let origin: string;
let tests = 0;
// Each test has a URL of its own: what is known of a server is kept by its URL.
let url: string;

before(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

test.beforeEach(() => {
  prepared = [];
  received = [];
  url = `${origin}/${(tests += 1)}/graphql`;
});

function answers(status: number, body: unknown, type = 'application/graphql-response+json'): void {
  prepared.push({ status, type, body: typeof body === 'string' ? body : JSON.stringify(body) });
}

function wrote(place: string): void {
  const headers = { 'x-reelgraph-written': place };
  prepared.push({ status: 200, type: 'application/json', body: JSON.stringify({ data: { viewer } }), headers });
}

function refuses(code: string): void {
  answers(400, { errors: [{ message: 'No', extensions: { code } }] });
}

function bodies(): unknown[] {
  return received.map(({ body }) => body);
}

async function failure(call: Promise<unknown>): Promise<RequestError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  ok(error instanceof RequestError, String(error));
  return error;
}

const byId = { documentId: ViewerDocument.__meta__?.['hash'], variables: {} };
const byText = { query: ViewerDocument.toString(), variables: {} };

test('sends the id of the document, variables and token, and answers the data', async () => {
  answers(200, { data: { video: null } });

  deepEqual(await execute(VideoDocument, { id: 'video_1' }, { url, token: 'secret' }), { video: null });

  const [request] = received;
  deepEqual(request?.body, { documentId: VideoDocument.__meta__?.['hash'], variables: { id: 'video_1' } });
  equal(request.method, 'POST');
  equal(request.headers.authorization, 'Bearer secret');
  equal(request.headers['content-type'], 'application/json');
  ok(request.headers.accept?.startsWith('application/graphql-response+json,'));
});

test('the manifest has the id of every document, and ids are of its texts', async () => {
  const path = fileURLToPath(import.meta.resolve('@reelgraph/client/persisted-documents.json'));
  const manifest: Record<string, string> = JSON.parse(await readFile(path, 'utf8'));
  const documents = Object.values<unknown>(client).filter((exported) => exported instanceof TypedDocumentString);
  const ids = documents.map((document) => document.__meta__?.['hash']).filter((id) => id !== undefined);

  ok(ids.length > 10);
  deepEqual(Object.keys(manifest).sort(), ids.sort());
  for (const [id, text] of Object.entries(manifest)) {
    equal(id, `sha256:${createHash('sha256').update(text).digest('hex')}`);
  }
});

test('sends a document without an id as text', async () => {
  answers(200, { data: { viewer } });

  await execute(new TypedDocumentString<ViewerQuery, ViewerQueryVariables>('{ viewer { id } }'), {}, { url });

  deepEqual(bodies(), [{ query: '{ viewer { id } }', variables: {} }]);
});

test('sends the text where the id is unknown, and goes on so with that document and server', async () => {
  refuses('PERSISTED_QUERY_NOT_FOUND');
  for (let count = 0; count < 4; count += 1) answers(200, { data: { viewer } });

  deepEqual(await execute(ViewerDocument, {}, { url }), { viewer });
  await execute(ViewerDocument, {}, { url });
  await execute(VideoDocument, { id: '1' }, { url });
  await execute(ViewerDocument, {}, { url: `${url}?other` });

  const other = { documentId: VideoDocument.__meta__?.['hash'], variables: { id: '1' } };
  deepEqual(bodies(), [byId, byText, byText, other, byId]);
});

test('calls that find out at the same time that an id is unknown all send the text', async () => {
  refuses('PERSISTED_QUERY_NOT_FOUND');
  refuses('PERSISTED_QUERY_NOT_FOUND');
  answers(200, { data: { viewer } });
  answers(200, { data: { viewer } });

  await Promise.all([execute(ViewerDocument, {}, { url }), execute(ViewerDocument, {}, { url })]);

  deepEqual(bodies(), [byId, byId, byText, byText]);
});

test('tries the id again after a server refused the text too', async () => {
  refuses('PERSISTED_QUERY_NOT_FOUND');
  refuses('UNTRUSTED_DOCUMENT');
  answers(200, { data: { viewer } });

  equal((await failure(execute(ViewerDocument, {}, { url }))).code, 'UNTRUSTED_DOCUMENT');
  await execute(ViewerDocument, {}, { url });

  deepEqual(bodies(), [byId, byText, byId]);
});

test('sends nothing again for any other reason, or when a text is answered by PERSISTED_QUERY_NOT_FOUND', async () => {
  refuses('GRAPHQL_VALIDATION_FAILED');
  refuses('PERSISTED_QUERY_NOT_FOUND');

  await failure(execute(ViewerDocument, {}, { url }));
  await failure(execute(new TypedDocumentString('{ viewer { id } }'), {}, { url }));

  equal(received.length, 2);
});

test('sends queries by GET if asked to, by id and without a body', async () => {
  answers(200, { data: { video: null } });
  answers(200, { data: { video: null } });

  await execute(VideoDocument, { id: 'a&b' }, { url, method: 'GET', token: 'secret' });
  await execute(VideoDocument, { id: 'a&b' }, { url: `${url}?tenant=1`, method: 'GET' });

  const documentId = VideoDocument.__meta__?.['hash'];
  const query = { documentId, variables: '{"id":"a&b"}' };
  deepEqual(
    received.map((request) => [request.method, Object.fromEntries(request.query), request.body]),
    [
      ['GET', query, ''],
      ['GET', { tenant: '1', ...query }, ''],
    ],
  );
  equal(received[0]?.headers.authorization, 'Bearer secret');
  equal(received[0]?.headers['content-type'], undefined);
});

test('sends mutations and texts by POST, whatever it is asked to', async () => {
  answers(200, { data: { updateVideoMetadata: { __typename: 'NotFoundError' } } });
  refuses('PERSISTED_QUERY_NOT_FOUND');
  answers(200, { data: { viewer } });
  const input = { metadataId: 'metadata_1' };

  await execute(UpdateVideoMetadataDocument, { input }, { url, method: 'GET' });
  await execute(ViewerDocument, {}, { url, method: 'GET' });

  deepEqual(
    received.map(({ method }) => method),
    ['POST', 'GET', 'POST'],
  );
  deepEqual(received[2]?.body, byText);
});

test('says who it is, and nothing without a token and a name', async () => {
  for (let count = 0; count < 3; count += 1) answers(200, { data: { viewer } }, 'application/json');

  equal((await execute(ViewerDocument, {}, { url })).viewer.storedBytes, 2 ** 40);
  await execute(ViewerDocument, {}, { url, client: { name: 'web', version: '1.4.0' } });
  await execute(ViewerDocument, {}, { url, client: { name: 'web' } });

  const said = received.map(({ headers }) => [
    headers.authorization,
    headers['graphql-client-name'],
    headers['graphql-client-version'],
  ]);
  deepEqual(said, [
    [undefined, undefined, undefined],
    [undefined, 'web', '1.4.0'],
    [undefined, 'web', undefined],
  ]);
});

test('says back the latest place that was written, to the server that named it', async () => {
  wrote('0/9FFFFFF');
  wrote('1/0');
  wrote('0/A000000');
  answers(200, { data: { viewer } });
  answers(200, { data: { viewer } });
  for (let each = 0; each < 4; each += 1) await execute(ViewerDocument, {}, { url });
  await execute(ViewerDocument, {}, { url: `${url}/other` });

  const said = received.map(({ headers }) => headers['x-reelgraph-written']);
  deepEqual(said, [undefined, '0/9FFFFFF', '1/0', '1/0', undefined]);
});

test('asks a function for a token before each request', async () => {
  let count = 0;
  const later = (): Promise<string> => Promise.resolve(`token ${(count += 1)}`);
  for (const token of [later, later, () => 'now', () => undefined]) {
    answers(200, { data: { viewer } });
    await execute(ViewerDocument, {}, { url, token });
  }

  const sent = received.map(({ headers }) => headers.authorization);
  deepEqual(sent, ['Bearer token 1', 'Bearer token 2', 'Bearer now', undefined]);
});

test('a mutation answers what its field does', async () => {
  const answer = { __typename: 'NotFoundError', id: 'metadata_1', message: 'There is none.' };
  answers(200, { data: { updateVideoMetadata: answer } });

  const result = await mutate(UpdateVideoMetadataDocument, { input: { metadataId: 'metadata_1' } }, { url });

  deepEqual(result, answer);
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
    equal(error.code, 'UNAUTHENTICATED');
    deepEqual(error.errors, errors);
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

test('a name that fits in no header is no lost connection', async () => {
  const client = { name: 'ビデオ' };

  await rejects(execute(ViewerDocument, {}, { url, client }), (reason) => !(reason instanceof RequestError));
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
  const signal = AbortSignal.timeout(50);

  await rejects(execute(ViewerDocument, {}, { url, signal }), (reason) => reason === signal.reason);
});

// Sends each operation to a running server by id and by text, as `test_operations_by_id.py` sets them up.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';

import * as client from '@reelgraph/client';
import { execute, type RequestOptions, subscribe, TypedDocumentString } from '@reelgraph/client';

interface Given {
  readonly url: string;
  /** Whose rows are alike but for their ids. */
  readonly twins: readonly [Twin, Twin];
  /** Workers may have begun a job before an answer tells of it. */
  readonly haveWorkers: boolean;
}

interface Twin {
  readonly token: string;
  /** By the operations' names. */
  readonly variables: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Document = TypedDocumentString<unknown, object>;
type Subscription = TypedDocumentString<Readonly<Record<string, { readonly cursor: string } | null>>, object>;

const { REELGRAPH_GIVEN = '' } = process.env;
const { url, twins, haveWorkers }: Given = JSON.parse(REELGRAPH_GIVEN);
const [twin, other] = twins;
const documents = Object.values<unknown>(client).filter(
  (exported): exported is Document => exported instanceof TypedDocumentString && exported.__meta__?.['hash'],
);
const queries = documents.filter((document) => kindAndName(document)[0] === 'query');
const subscriptions = documents.filter(
  (document): document is Subscription => kindAndName(document)[0] === 'subscription',
);
const mutations = documents
  .filter((document) => kindAndName(document)[0] === 'mutation')
  // What is deleted can't be changed any more.
  .sort((one, two) => Number(named(one) === 'DeleteVideo') - Number(named(two) === 'DeleteVideo'));

function kindAndName(document: Document): string[] {
  return document.toString().match(/\w+/g) ?? [];
}

function named(document: Document): string {
  return kindAndName(document)[1] ?? '';
}

function asText<Result, Variables>(document: TypedDocumentString<Result, Variables>): typeof document {
  return new TypedDocumentString<Result, Variables>(document.toString());
}

/** Options of one of the twins, and all that is sent with them. */
function sentBy({ token }: Twin): [RequestOptions, string[]] {
  const sent: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent.push(`${init?.method ?? 'GET'} ${String(input)} ${String(init?.body)}`);
    return globalThis.fetch(input, init);
  };
  return [{ url, token, fetch }, sent];
}

/** Two answers are equal but for what is new in each: ids, links and when it was; and how far workers are. */
function alike(answer: unknown): unknown {
  let text = JSON.stringify(answer)
    .replaceAll(/[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/"https?:[^"]*"/g, '"LINK"')
    .replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"INSTANT"');
  if (haveWorkers) {
    text = text.replaceAll(/"(status|progress|message|errorCode|errorMessage|\w+At)":("[^"]*"|null|[\d.]+)/g, '"$1":"WORK"');
  }
  return JSON.parse(text);
}

function variablesOf({ variables }: Twin, document: Document): object {
  const found = variables[named(document)];
  ok(found, `There are no variables for ${named(document)}`);
  return found;
}

test('there is an operation of each kind', () => {
  ok(queries.length > 5 && mutations.length > 5 && subscriptions.length > 0);
  equal(documents.length, queries.length + mutations.length + subscriptions.length);
});

for (const document of queries) {
  test(`${named(document)} answers the same by id, by GET and by text`, async () => {
    const variables = variablesOf(twin, document);
    const [options, sent] = sentBy(twin);

    const byText = await execute(asText(document), variables, options);
    const byId = await execute(document, variables, options);
    const byGet = await execute(document, variables, { ...options, method: 'GET' });

    deepEqual(byId, byText);
    deepEqual(byGet, byText);
    deepEqual(
      sent.map((request) => [request.split(' ')[0], /documentId/.test(request)]),
      [
        ['POST', false],
        ['POST', true],
        ['GET', true],
      ],
    );
  });
}

test('mutations and their events answer the same by id and by text', async (context) => {
  const [byId, sentById] = sentBy(twin);
  const [byText, sentByText] = sentBy(other);
  const begin = new TypedDocumentString<{ readonly videoJobEventsCursor: string }, object>('{ videoJobEventsCursor }');
  const { videoJobEventsCursor: after } = await execute(begin, {}, { url, token: twin.token });

  for (const document of mutations) {
    await context.test(named(document), async () => {
      const answer = await execute(document, variablesOf(twin, document), byId);
      deepEqual(alike(answer), alike(await execute(asText(document), variablesOf(other, document), byText)));
      ok(JSON.stringify(answer).includes('Success"'), JSON.stringify(answer));
    });
  }

  for (const document of subscriptions) {
    await context.test(named(document), async () => {
      const events = await firstEvents(document, after, byId);
      deepEqual(events, await firstEvents(asText(document), after, { ...byText, token: twin.token }));
    });
  }
  ok(sentById.every((request) => request.includes('{"documentId":"sha256:')));
  ok(sentByText.every((request) => request.includes('{"query":')));
});

async function firstEvents(document: Subscription, after: string, options: RequestOptions): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of subscribe(document, { after }, options)) {
    if (events.push(event) === 2) break;
  }
  return events;
}

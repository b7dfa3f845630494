import { RequestError, type TypedDocument } from './request.ts';

/** What is to be executed: a document by its id, or by its text. */
export type Asked = { readonly documentId: string } | { readonly query: string };

type Document = TypedDocument<unknown, never>;

// What a server did not know by its id goes on being sent as text, as in development, where nothing is registered.
const unregistered = new Set<string>();

/** How to ask the server at `url` for a document. */
export function asked(document: Document, url: string): Asked {
  const documentId = document.__meta__?.hash;
  if (!documentId || unregistered.has(`${url} ${documentId}`)) return { query: document.toString() };
  return { documentId };
}

/** Whether the document is to be sent again, because the server knew no such id; it is `asked` for by its text then. */
export function wantsText(error: unknown, document: Document, sent: Asked, url: string): boolean {
  const code = error instanceof RequestError ? error.code : undefined;
  const key = `${url} ${document.__meta__?.hash}`;
  // The server takes registered documents only: this one may be registered soon.
  if (code === 'UNTRUSTED_DOCUMENT') unregistered.delete(key);
  if (code !== 'PERSISTED_QUERY_NOT_FOUND' || !('documentId' in sent)) return false;
  unregistered.add(key);
  return true;
}

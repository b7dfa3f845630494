// Runs the audits of GraphQL over HTTP and prints what each found, as JSON: node audit.js URL AUTHORIZATION

import { serverAudits } from 'graphql-http';

const [url, authorization] = process.argv.slice(2);

// Who asks has nothing to do with the protocol, so every request says it.
const fetchFn = (address, init = {}) => fetch(address, { ...init, headers: { ...init.headers, authorization } });

const found = [];
for (const { id, name, fn } of serverAudits({ url, fetchFn })) {
  const { status, reason } = await fn();
  found.push({ id, name, status, reason });
}
console.log(JSON.stringify(found));

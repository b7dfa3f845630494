/** The one page of the provider: who are you, and may the app know? */

const page = (action) => `<!doctype html>
<html lang="en">
<title>Provider</title>
<link rel="icon" href="data:,">
<h1>Who are you?</h1>
<form method="post" action="${action}">
  <label>User <input name="user"></label>
  <button>Agree</button>
  <button name="denied" value="yes">Refuse</button>
</form>`;

/** Show the page, or take what was said there. */
export async function answerPage(provider, request, response) {
  try {
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html');
      response.end(page(request.url));
      return;
    }
    const said = new URLSearchParams(await textOf(request));
    if (said.get('denied')) {
      await provider.interactionFinished(request, response, { error: 'access_denied' });
      return;
    }
    const accountId = session?.accountId ?? said.get('user');
    const known = grantId && (await provider.Grant.find(grantId));
    const grant = known || new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const result = { login: { accountId }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, prompt.name === 'login' ? result : { consent: result.consent });
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}

async function textOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

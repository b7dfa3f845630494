import { createServerEntry, createStartHandler, defaultStreamHandler } from '@tanstack/react-start/server';

const answer = createStartHandler(defaultStreamHandler);

export default createServerEntry({
  async fetch(request, options) {
    try {
      return await answer(request, options);
    } catch (error) {
      // Whoever leaves a page leaves its events, too: that is no fault, and nobody hears what is answered.
      if (request.signal.aborted) return new Response(null, { status: 499 });
      throw error;
    }
  },
});

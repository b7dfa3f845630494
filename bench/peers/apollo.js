// Apollo Server on Fastify.
import { ApolloServer } from "@apollo/server";
import fastifyApollo, { fastifyApolloDrainPlugin } from "@as-integrations/fastify";
import Fastify from "fastify";
import { context, resolvers, typeDefs } from "./resolvers.js";

const app = Fastify({ logger: false });
const apollo = new ApolloServer({
  typeDefs,
  resolvers,
  introspection: false,
  csrfPrevention: false,
  plugins: [fastifyApolloDrainPlugin(app)],
});
await apollo.start();
app.register(fastifyApollo(apollo), { context: async () => context() });
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });

// Mercurius on Fastify, every query compiled by graphql-jit.
import Fastify from "fastify";
import mercurius from "mercurius";
import { compilerOptions } from "./jit.js";
import { context, resolvers, typeDefs } from "./resolvers.js";

const app = Fastify({ logger: false });
app.register(mercurius, { schema: typeDefs, resolvers, context, jit: 1, compilerOptions, graphiql: false });
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });

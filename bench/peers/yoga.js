// GraphQL Yoga on Node's HTTP server, every query compiled by graphql-jit.
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import { compilerOptions } from "./jit.js";
import { context, resolvers, typeDefs } from "./resolvers.js";

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context,
  plugins: [useGraphQlJit(compilerOptions)],
  cors: false,
  graphiql: false,
  landingPage: false,
  logging: false,
});
createServer(yoga).listen(Number(process.env.PORT), "127.0.0.1");

"""GraphiQL 5, built by Vite from this folder and served without any other host."""

from server.graphiql.page import GraphiQLConfig, graphiql_assets, graphiql_page

__all__ = ["GraphiQLConfig", "graphiql_assets", "graphiql_page"]

"""Pairs of schemas that differ in one thing, each with an operation that uses the thing and what breaks it."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import DocumentNode, GraphQLSchema, assert_valid_schema, build_schema, parse, validate

BASE = """
directive @semanticNonNull(levels: [Int!]! = [0]) on FIELD_DEFINITION
directive @live(every: Int) repeatable on QUERY | FIELD

type Query {
  video(id: ID!): Video
  videos(first: Int, filter: Filter, order: Order! = NEWEST): [Video!]!
  any(ids: [ID]): [Node]
  summary: Summary
  tag: String
  words: [String!]
  rating: Float!
}

type Mutation {
  remove(input: RemoveInput!, dryRun: Boolean): RemoveResult!
}

interface Node {
  id: ID!
}

interface Failure {
  message: String!
}

type Video implements Node {
  id: ID!
  title: String
  size: Int!
  status: Status!
  job: Job
  thumbnail(width: Int, format: Format = JPEG): String!
  stars: Int @semanticNonNull
}

type Job implements Node {
  id: ID!
  note: String!
}

type Summary {
  count: Int!
}

union RemoveResult = Removed | NotFound | Denied

type Removed {
  id: ID!
  label: String
}

type NotFound implements Failure {
  message: String!
  what: String
}

type Denied implements Failure {
  message: String!
  why: Reason
}

input Filter {
  statuses: [Status!]
  search: String
  between: Range
  not: Filter
  limit: Int! = 10
}

input Range {
  from: Int
  until: Int
}

input RemoveInput {
  id: ID!
  reason: Reason
}

enum Status { WAITING DONE FAILED }
enum Order { NEWEST LARGEST }
enum Format { JPEG PNG }
enum Reason { OLD WRONG }
"""


@dataclass(frozen=True)
class Pair:
    """`edits` are texts of the SDL and what becomes of them; `problems` are the operation's, in their order."""

    name: str
    edits: Mapping[str, str]
    operation: str
    problems: tuple[str, ...] = ()

    @property
    def new_sdl(self) -> str:
        """The SDL after the change."""
        sdl = BASE
        for text, becomes in self.edits.items():
            assert sdl.count(text) == 1, f"{self.name}: {text!r} is there {sdl.count(text)} times"
            sdl = sdl.replace(text, becomes)
        return sdl

    @property
    def new(self) -> GraphQLSchema:
        """The schema after the change."""
        return built(self.new_sdl)

    @property
    def document(self) -> DocumentNode:
        """The operation, which the old schema takes."""
        document = parse(self.operation)
        assert not validate(OLD, document), self.name
        return document


def built(sdl: str) -> GraphQLSchema:
    """A valid schema."""
    schema = build_schema(sdl)
    assert_valid_schema(schema)
    return schema


def pair(name: str, edits: Mapping[str, str], operation: str, *problems: str) -> Pair:
    """A pair, with the problems as arguments."""
    return Pair(name, edits, operation, problems)


OLD = built(BASE)

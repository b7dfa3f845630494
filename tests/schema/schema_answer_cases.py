"""What can happen to fields and types, with an operation that selects them; without problems it breaks no client."""

from tests.schema.schema_pairs import pair

ANSWERS = [
    pair(
        "a field is removed",
        {"  title: String\n": ""},
        "{ video(id: 1) { title } }",
        "Video.title was String, is gone",
    ),
    pair("a field that is not used is removed", {"  title: String\n": ""}, "{ video(id: 1) { size } }"),
    pair(
        "a removed field has an alias and is skipped",
        {"  title: String\n": ""},
        "{ video(id: 1) { name: title @skip(if: true) } }",
        "Video.title was String, is gone",
    ),
    pair(
        "a removed field is in nested fragments",
        {"  title: String\n": ""},
        "{ any { ...A } } fragment A on Node { ...B } fragment B on Video { ... { title } }",
        "Video.title was String, is gone",
    ),
    pair(
        "a field of an interface is removed",
        {
            "interface Node {\n  id: ID!": "interface Node {\n  key: ID",
            "type Video implements Node {\n  id: ID!": "type Video implements Node {\n  key: ID",
            "type Job implements Node {": "type Job implements Node {\n  key: ID",
        },
        "{ any { id } }",
        "Node.id was ID!, is gone",
    ),
    pair(
        "an interface's field becomes nullable and its objects' does not",
        {"interface Node {\n  id: ID!": "interface Node {\n  id: ID"},
        "{ any { id } }",
        "Node.id was ID!, is ID: it may be null",
    ),
    pair(
        "non-null becomes nullable",
        {"size: Int!": "size: Int"},
        "{ video(id: 1) { size } }",
        "Video.size was Int!, is Int: it may be null",
    ),
    pair("nullable becomes non-null", {"title: String": "title: String!"}, "{ video(id: 1) { title } }"),
    pair(
        "the items of a list become nullable",
        {"[Video!]!": "[Video]!"},
        "{ videos { id } }",
        "Query.videos was [Video!]!, is [Video]!: an item may be null",
    ),
    pair(
        "nullable becomes a list",
        {"tag: String": "tag: [String]"},
        "{ tag }",
        "Query.tag was String, is [String]",
    ),
    pair(
        "a list becomes single",
        {"words: [String!]": "words: String"},
        "{ words }",
        "Query.words was [String!], is String",
    ),
    pair(
        "a leaf becomes another",
        {"size: Int!": "size: Float!"},
        "{ video(id: 1) { size } }",
        "Video.size was Int!, is Float!",
    ),
    pair(
        "an enum becomes a string",
        {"status: Status!": "status: String!"},
        "{ video(id: 1) { status } }",
        "Video.status was Status!, is String!",
    ),
    pair(
        "an enum becomes a scalar of its name",
        {"enum Status { WAITING DONE FAILED }": "scalar Status"},
        "{ video(id: 1) { status } }",
        "Video.status: Status was an enum, is a scalar",
    ),
    pair(
        "a field's enum becomes one of fewer values",
        {"status: Status!": "status: Progress!", "enum Order": "enum Progress { WAITING DONE } enum Order"},
        "{ video(id: 1) { status } }",
    ),
    pair(
        "a leaf becomes an object",
        {"tag: String": "tag: Job"},
        "{ tag }",
        "Query.tag was String, is Job",
    ),
    pair(
        "an object becomes a leaf",
        {"summary: Summary": "summary: Int"},
        "{ summary { count } }",
        "Query.summary was Summary, is Int",
    ),
    pair(
        "non-null becomes null beside an error",
        {"size: Int!": "size: Int @semanticNonNull"},
        "{ video(id: 1) { size } }",
        "Video.size was Int!, is Int @semanticNonNull: it is null where an error says why",
    ),
    pair(
        "items become null beside an error",
        {"words: [String!]": "words: [String] @semanticNonNull(levels: [1])"},
        "{ words }",
        "Query.words was [String!], is [String] @semanticNonNull(levels: [1]): an item is null where an error says why",
    ),
    pair(
        "null without an error becomes possible",
        {"stars: Int @semanticNonNull": "stars: Int"},
        "{ video(id: 1) { stars } }",
        "Video.stars was Int @semanticNonNull, is Int: it may be null without an error",
    ),
    pair("null beside an error goes", {"stars: Int @semanticNonNull": "stars: Int!"}, "{ video(id: 1) { stars } }"),
    pair("null without an error goes", {"tag: String": "tag: String @semanticNonNull"}, "{ tag }"),
    pair("an enum that is read loses a value", {"DONE FAILED": "DONE"}, "{ video(id: 1) { status } }"),
    pair("an enum that is read gets a value", {"DONE FAILED": "DONE FAILED LOST"}, "{ video(id: 1) { status } }"),
]

TYPES = [
    pair(
        "a type is removed that a fragment names",
        {"type Job implements Node {\n  id: ID!\n  note: String!\n}": "", "  job: Job\n": ""},
        "{ any { ... on Job { note } } }",
        "Job was an object type, is gone",
    ),
    pair(
        "a type gets another name that nobody asks for",
        {"job: Job": "job: Task", "type Job implements": "type Task implements"},
        "{ video(id: 1) { job { note } } }",
    ),
    pair(
        "a type gets another name and its name is asked for",
        {"job: Job": "job: Task", "type Job implements": "type Task implements"},
        "{ video(id: 1) { job { __typename note } } }",
        "Video.job was Job, is Task: `__typename` is none that it was",
    ),
    pair(
        "a field gets another type that lacks one of its fields",
        {"job: Job": "job: Summary"},
        "{ video(id: 1) { job { note } } }",
        "Video.job was Job, is Summary: Summary has nothing like Job.note",
    ),
    pair(
        "a field gets another type that a fragment can't be of",
        {"job: Job": "job: Summary"},
        "{ video(id: 1) { job { ... on Job { note } } } }",
        "Video.job was Job, is Summary: Summary is never a Job",
    ),
    pair("a field's type becomes its interface", {"job: Job": "job: Node"}, "{ video(id: 1) { job { id } } }"),
    pair(
        "a union loses a member that a fragment names",
        {"Removed | NotFound | Denied": "Removed | NotFound"},
        "mutation { remove(input: {id: 1}) { ... on Denied { why } } }",
        "RemoveResult: Denied is no member any more",
    ),
    pair(
        "a union loses a member that only an interface's fragment reaches",
        {"Removed | NotFound | Denied": "Removed | NotFound"},
        "mutation { remove(input: {id: 1}) { __typename ... on Failure { message } } }",
    ),
    pair(
        "a union loses a member, and the type is gone too",
        {
            "Removed | NotFound | Denied": "Removed | NotFound",
            "type Denied implements Failure {\n  message: String!\n  why: Reason\n}": "",
        },
        "mutation { remove(input: {id: 1}) { ...F } } fragment F on Denied { why }",
        "Denied was an object type, is gone",
        "RemoveResult: Denied is no member any more",
    ),
    pair(
        "a union gets a member",
        {"Removed | NotFound | Denied": "Removed | NotFound | Denied | Job"},
        "mutation { remove(input: {id: 1}) { __typename ... on Denied { why } } }",
    ),
    pair(
        "a type leaves an interface",
        {"type NotFound implements Failure": "type NotFound"},
        "mutation { remove(input: {id: 1}) { ... on Failure { message } } }",
        "NotFound: it is no Failure any more",
    ),
    pair(
        "the only type of an interface leaves it",
        {"type NotFound implements Failure": "type NotFound", "Removed | NotFound | Denied": "Removed | NotFound"},
        "mutation { remove(input: {id: 1}) { ...F } } fragment F on Failure { message }",
        "NotFound: it is no Failure any more",
        "RemoveResult: Denied is no member any more",
    ),
    pair(
        "a type becomes a union of its name",
        {"type Summary {\n  count: Int!\n}": "union Summary = Job"},
        "{ summary { count } }",
        "Summary.count was Int!, is gone",
    ),
    pair(
        "an object type becomes an enum of its name",
        {"type Summary {\n  count: Int!\n}": "enum Summary { NONE }"},
        "{ summary { ... on Summary { count } } }",
        "Query.summary: Summary was an object type, is an enum",
        "Summary was an object type, is an enum",
    ),
    pair(
        "there are no mutations any more",
        {"type Mutation {\n  remove(input: RemoveInput!, dryRun: Boolean): RemoveResult!\n}": ""},
        "mutation { remove(input: {id: 1}) { __typename } }",
        "Mutation was an object type, is gone: no mutation is taken",
    ),
    pair(
        "a stricter type no longer merges with another's",
        {"what: String": "what: String!"},
        "mutation { remove(input: {id: 1}) { ... on NotFound { x: what } ... on Removed { x: label } } }",
        "NotFound.what was String, is String!: Fields 'x' conflict because they return conflicting types 'String!' and"
        " 'String'. Use different aliases on the fields to fetch both if this was intentional.",
    ),
]

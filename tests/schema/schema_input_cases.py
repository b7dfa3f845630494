"""What can happen to input types, with an operation that sends them; without problems it breaks no client."""

from tests.schema.schema_pairs import pair

REMOVE = "mutation ($input: RemoveInput!) { remove(input: $input) { __typename } }"
VIDEOS = "query ($filter: Filter) { videos(filter: $filter) { id } }"
SEARCH = '{ videos(filter: {not: {search: "harbour"}}) { id } }'

INPUTS = [
    pair(
        "an input field is removed that a variable may have",
        {"  search: String\n": ""},
        VIDEOS,
        "Filter.search was String, is gone: it may be in $filter",
    ),
    pair(
        "an input field is removed that is written out",
        {"  search: String\n": ""},
        SEARCH,
        "Filter.search was String, is gone",
    ),
    pair(
        "an input field is removed that is not written",
        {"  search: String\n": ""},
        "{ videos(filter: {limit: 1}) { id } }",
    ),
    pair(
        "an input field becomes required for a variable",
        {"reason: Reason\n}\n\nenum": "reason: Reason!\n}\n\nenum"},
        REMOVE,
        "RemoveInput.reason was Reason, is Reason!: it must be given in $input",
    ),
    pair(
        "an input field becomes required that is not written",
        {"reason: Reason\n}\n\nenum": "reason: Reason!\n}\n\nenum"},
        "mutation { remove(input: {id: 1}) { __typename } }",
        "RemoveInput.reason was Reason, is Reason!: it must be given",
    ),
    pair(
        "an input field becomes required that is written out",
        {"reason: Reason\n}\n\nenum": "reason: Reason!\n}\n\nenum"},
        "mutation { remove(input: {id: 1, reason: OLD}) { __typename } }",
    ),
    pair(
        "an input field becomes non-null, with a default",
        {"reason: Reason\n}\n\nenum": "reason: Reason! = OLD\n}\n\nenum"},
        REMOVE,
        "RemoveInput.reason was Reason, is Reason! = OLD: null may be in $input",
    ),
    pair(
        "a required input field is added",
        {"input RemoveInput {": "input RemoveInput {\n  force: Boolean!"},
        REMOVE,
        "RemoveInput.force is new, Boolean!: it must be given in $input",
    ),
    pair(
        "a required input field is added to what is written out",
        {"input Range {": "input Range {\n  unit: String!"},
        "{ videos(filter: {between: {from: 1}}) { id } }",
        "Range.unit is new, String!: it must be given",
    ),
    pair(
        "an optional input field is added",
        {"input RemoveInput {": "input RemoveInput {\n  force: Boolean! = false"},
        REMOVE,
    ),
    pair(
        "an input field loses its default",
        {"limit: Int! = 10": "limit: Int!"},
        VIDEOS,
        "Filter.limit was Int! = 10, is Int!: it must be given in $filter",
    ),
    pair(
        "an enum loses a value, in a list of an input type that is a variable",
        {"DONE FAILED": "DONE"},
        VIDEOS,
        "Status.FAILED is gone: it may be in $filter",
    ),
    pair(
        "an enum loses a value that is written out in a list of a nested input type",
        {"DONE FAILED": "DONE"},
        "{ videos(filter: {not: {not: {statuses: [DONE, FAILED]}}}) { id } }",
        "Status.FAILED is gone",
    ),
    pair(
        "an enum loses a value that only a variable's default writes out",
        {"JPEG PNG": "JPEG"},
        "query ($format: Format! = PNG) { video(id: 1) { thumbnail(format: $format) } }",
        "Format.PNG is gone",
        "Format.PNG is gone: it may be in $format",
    ),
    pair(
        "an enum loses a value that only another input type has",
        {"OLD WRONG": "OLD"},
        VIDEOS,
    ),
    pair(
        "an input field becomes single",
        {"statuses: [Status!]": "statuses: Status"},
        VIDEOS,
        "Filter.statuses was [Status!], is Status: it may be in $filter",
    ),
    pair("an input field becomes a list", {"search: String": "search: [String!]"}, VIDEOS),
    pair("an input field that is written out becomes a list", {"search: String": "search: [String!]"}, SEARCH),
    pair(
        "an input field gets another leaf",
        {"search: String": "search: Int"},
        VIDEOS,
        "Filter.search was String, is Int: it may be in $filter",
    ),
    pair(
        "an input field that is written out gets another leaf",
        {"search: String": "search: Int"},
        SEARCH,
        'Filter.search was String, is Int: Int cannot represent non-integer value: "harbour"',
    ),
    pair("an input field gets a wider leaf", {"search: String": "search: ID", "from: Int": "from: Float"}, VIDEOS),
    pair("an input field's enum becomes a string", {"statuses: [Status!]": "statuses: [String!]"}, VIDEOS),
    pair(
        "an input field gets another type of the same fields",
        {"between: Range": "between: Span", "input Range": "input Span"},
        VIDEOS,
    ),
    pair(
        "an input field gets another type that lacks a field",
        {"between: Range": "between: Span", "input Range {\n  from: Int\n": "input Span {\n"},
        VIDEOS,
        "Filter.between was Range, is Span: Span has nothing like Range.from, which may be in $filter",
    ),
    pair(
        "an input field that is written out gets another type that lacks a field",
        {"between: Range": "between: Span", "input Range {\n  from: Int\n": "input Span {\n  unit: Int!\n"},
        "{ videos(filter: {between: {from: 1}}) { id } }",
        "Filter.between was Range, is Span: Span has no from",
        "Filter.between was Range, is Span: Span.unit must be given",
    ),
    pair(
        "an input type takes exactly one of its fields",
        {"input Range {": "input Range @oneOf {"},
        VIDEOS,
        "Range: exactly one field must be given in $filter",
    ),
    pair(
        "two fields are written out of an input type that takes one",
        {"input Range {": "input Range @oneOf {"},
        "{ videos(filter: {between: {from: 1, until: 2}}) { id } }",
        "Filter.between: Within OneOf Input Object type 'Range', exactly one field must be specified, and the value for"
        " that field must be non-null.",
    ),
]

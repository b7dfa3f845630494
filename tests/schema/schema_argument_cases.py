"""What can happen to arguments and directives, with an operation that gives them; without problems it breaks none."""

from tests.schema.schema_pairs import pair

ARGUMENTS = [
    pair(
        "a required argument is added",
        {"video(id: ID!)": "video(id: ID!, at: Int!)"},
        "{ video(id: 1) { id } }",
        "Query.video(at:) is new, Int!: it must be given",
    ),
    pair(
        "an optional argument is added", {"video(id: ID!)": "video(id: ID!, at: Int! = 1)"}, "{ video(id: 1) { id } }"
    ),
    pair(
        "an argument that is not given becomes required",
        {"first: Int": "first: Int!"},
        "{ videos { id } }",
        "Query.videos(first:) was Int, is Int!: it must be given",
    ),
    pair(
        "an argument that is a nullable variable becomes required",
        {"first: Int": "first: Int!"},
        "query ($first: Int) { videos(first: $first) { id } }",
        "Query.videos(first:) was Int, is Int!: $first may be null",
    ),
    pair(
        "an argument that is a non-null variable becomes required",
        {"first: Int": "first: Int!"},
        "query ($first: Int!) { videos(first: $first) { id } }",
    ),
    pair(
        "an argument that is written out becomes required", {"first: Int": "first: Int!"}, "{ videos(first: 1) { id } }"
    ),
    pair(
        "an argument that is null becomes required",
        {"first: Int": "first: Int!"},
        "{ videos(first: null) { id } }",
        "Query.videos(first:) was Int, is Int!: null is given",
    ),
    pair(
        "an argument becomes non-null, with a default",
        {"first: Int": "first: Int! = 20"},
        "query ($first: Int = 1) { videos(first: $first) { id } }",
        "Query.videos(first:) was Int, is Int! = 20: $first may be null",
    ),
    pair(
        "an argument that is not given gets a default",
        {"first: Int": "first: Int! = 20"},
        "{ videos { id } }",
    ),
    pair(
        "an argument loses its default",
        {"order: Order! = NEWEST": "order: Order!"},
        "query ($order: Order) { videos(order: $order) { id } other: videos { id } }",
        "Query.videos(order:) was Order! = NEWEST, is Order!:"
        " Variable '$order' of type 'Order' used in position expecting type 'Order!'.",
        "Query.videos(order:) was Order! = NEWEST, is Order!: it must be given",
    ),
    pair("a default changes", {"order: Order! = NEWEST": "order: Order! = LARGEST"}, "{ videos { id } }"),
    pair(
        "an argument is removed",
        {"(width: Int, ": "("},
        "{ video(id: 1) { thumbnail(width: 640) } }",
        "Video.thumbnail(width:) was Int, is gone",
    ),
    pair("an argument that is not given is removed", {"(width: Int, ": "("}, "{ video(id: 1) { thumbnail } }"),
    pair(
        "an argument that is written out gets another type",
        {"width: Int": "width: String"},
        "{ video(id: 1) { thumbnail(width: 640) } }",
        "Video.thumbnail(width:) was Int, is String: String cannot represent a non string value: 640",
    ),
    pair(
        "an argument that is written out takes more",
        {"width: Int": "width: [Float]"},
        "{ video(id: 1) { thumbnail(width: 640) } }",
    ),
    pair(
        "an argument that is a variable becomes a list",
        {"width: Int": "width: [Int]"},
        "query ($width: Int) { video(id: 1) { thumbnail(width: $width) } }",
        "Video.thumbnail(width:) was Int, is [Int]:"
        " Variable '$width' of type 'Int' used in position expecting type '[Int]'.",
    ),
    pair(
        "the items of a list become non-null",
        {"ids: [ID]": "ids: [ID!]"},
        "query ($ids: [ID], $id: ID) { any(ids: $ids) { id } a: any(ids: [$id]) { id } b: any(ids: [null]) { id } }",
        "Query.any(ids:) was [ID], is [ID!]: $id may be null",
        "Query.any(ids:) was [ID], is [ID!]: Variable '$ids' of type '[ID]' used in position expecting type '[ID!]'.",
        "Query.any(ids:) was [ID], is [ID!]: null is given",
    ),
    pair(
        "an enum loses a value that is written out",
        {"JPEG PNG": "JPEG"},
        "{ video(id: 1) { thumbnail(format: PNG) } }",
        "Format.PNG is gone",
    ),
    pair(
        "an enum loses a value that a variable may be",
        {"JPEG PNG": "JPEG"},
        "query ($format: Format) { video(id: 1) { thumbnail(format: $format) } }",
        "Format.PNG is gone: it may be in $format",
    ),
    pair(
        "an enum loses a value that is not written",
        {"JPEG PNG": "JPEG"},
        "{ video(id: 1) { thumbnail(format: JPEG) } }",
    ),
    pair(
        "an argument gets another enum, with the value",
        {"format: Format": "format: Picture", "enum Format": "enum Picture"},
        "{ video(id: 1) { thumbnail(format: PNG) } }",
    ),
    pair(
        "an argument gets another enum, without the value",
        {"format: Format": "format: Picture", "enum Format { JPEG PNG }": "enum Picture { JPEG WEBP }"},
        "{ video(id: 1) { thumbnail(format: PNG) } }",
        "Video.thumbnail(format:) was Format = JPEG, is Picture = JPEG: Picture has no PNG",
    ),
    pair(
        "an enum that is written out becomes a number",
        {"format: Format = JPEG": "format: Int"},
        "{ video(id: 1) { thumbnail(format: PNG) } }",
        "Video.thumbnail(format:) was Format = JPEG, is Int: Int cannot represent non-integer value: PNG",
    ),
    pair(
        "the type of a variable is gone",
        {"format: Format": "format: Picture", "enum Format": "enum Picture"},
        "query ($format: Format) { video(id: 1) { thumbnail(format: $format) } }",
        "Format was an enum, is gone",
    ),
    pair(
        "the type of a variable becomes a scalar",
        {"format: Format = JPEG": "format: Format", "enum Format { JPEG PNG }": "scalar Format"},
        "query ($format: Format) { video(id: 1) { thumbnail(format: $format) } }",
        "Format was an enum, is a scalar: it may be in $format",
    ),
    pair(
        "a directive gets a required argument",
        {"@live(every: Int)": "@live(every: Int, until: Int!)"},
        "query @live(every: 1) { tag }",
        "@live(until:) is new, Int!: it must be given",
    ),
    pair(
        "a directive loses an argument",
        {"@live(every: Int)": "@live(now: Int)"},
        "{ tag @live(every: 1) }",
        "@live(every:) was Int, is gone",
    ),
    pair(
        "a directive's argument becomes non-null",
        {"@live(every: Int)": "@live(every: Int!)"},
        "query ($every: Int) { tag @live(every: $every) }",
        "@live(every:) was Int, is Int!: $every may be null",
    ),
    pair(
        "a directive is removed",
        {"directive @live(every: Int) repeatable on QUERY | FIELD": ""},
        "{ tag @live }",
        "@live is gone",
    ),
    pair(
        "a directive may no longer stand where it does",
        {"QUERY | FIELD\n": "QUERY\n"},
        "{ tag @live }",
        "@live: Directive '@live' may not be used on field.",
    ),
]

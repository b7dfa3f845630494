"""Documents as clients send them: parsed, validated and compiled once for each text, and kept while they are in use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
)
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from executor.execution import Execution
from executor.explain import Trace
from executor.operation import Operation
from executor.recent import Recent
from executor.values import is_awaitable

MOST_DOCUMENTS = 1000
# Of all documents together: a syntax tree takes about a hundred times its text, and a plan a kilobyte for each entry.
MOST_CHARACTERS = 1_000_000
MOST_ENTRIES = 200_000

Parse = Callable[[str], DocumentNode]
Validate = Callable[[DocumentNode], Sequence[GraphQLError]]


@dataclass(frozen=True, slots=True)
class Document:
    """A text, and what it turned out to be: `errors`, or operations by name, None for one without."""

    text: str
    errors: list[GraphQLError] = field(default_factory=list)
    operations: dict[str | None, Operation] = field(default_factory=dict)
    fragment_definitions: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    fragments: dict[str, FragmentDetails] = field(default_factory=dict)

    @property
    def entries(self) -> int:
        """Of all plans of its operations."""
        return sum(operation.entries for operation in self.operations.values())

    def operation(self, name: str | None) -> Operation | None:
        """The operation of a name; without one, the only operation there is."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        return self.operations.get(name) if name is not None else None

    def execution(
        self,
        operation: Operation,
        variables: VariableValues,
        context_value: Any,
        trace: Trace | None = None,
        *,
        root_value: Any = None,
    ) -> Execution:
        """One execution of one of the operations; of a subscription, for the event that is `root_value`."""
        return Execution(
            operation.schema,
            operation.node,
            self.fragment_definitions,
            variables,
            root_value,
            context_value,
            lambda: self.reference(operation, variables, context_value, root_value=root_value),
            trace,
        )

    def reference(
        self, operation: Operation, variables: VariableValues, context_value: Any, *, root_value: Any = None
    ) -> StrawberryGraphQLCoreExecutionContext:
        """The same by graphql-core."""
        return StrawberryGraphQLCoreExecutionContext(
            operation.schema,
            self.fragment_definitions,
            self.fragments,
            root_value,
            context_value,
            operation.node,
            variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=is_awaitable,
        )


class Documents:
    """The documents of one schema. Those with errors are not kept.

    `parse` raises `GraphQLError`; what it answers goes to `validate`, and on only if that finds nothing wrong.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        validate: Validate,
        parse: Parse = parse,
        *,
        most: int = MOST_DOCUMENTS,
        most_characters: int = MOST_CHARACTERS,
    ) -> None:
        self._schema = schema
        self._validate = validate
        self._parse = parse
        self._most_characters = most_characters
        self._characters = 0
        self._kept: Recent[str, Document] = Recent(most)

    def __contains__(self, text: str) -> bool:
        return text in self._kept

    def get(self, text: str) -> Document:
        """The document of a text; one that is kept costs a lookup."""
        known = self._kept.use(text)
        if known is not None:
            return known
        document = self._read(text)
        if not document.errors:
            self._keep(document)
        return document

    def _keep(self, document: Document) -> None:
        self._characters += len(document.text)
        self._characters -= sum(len(gone.text) for gone in self._kept.keep(document.text, document))
        entries = sum(kept.entries for kept in self._kept.values())
        while self._characters > self._most_characters or entries > MOST_ENTRIES:
            gone = self._kept.drop()
            self._characters -= len(gone.text)
            entries -= gone.entries

    def _read(self, text: str) -> Document:
        try:
            tree = self._parse(text)
            errors = list(self._validate(tree))
        except GraphQLError as error:
            return Document(text, [error])
        except RecursionError:
            return Document(text, [GraphQLError("The document is nested too deeply.")])
        return Document(text, errors) if errors else self._document(text, tree)

    def _document(self, text: str, tree: DocumentNode) -> Document:
        definitions = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
        fragments = {name: FragmentDetails(node) for name, node in definitions.items()}
        operations = {
            node.name.value if node.name else None: Operation(self._schema, node, fragments)
            for node in tree.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        return Document(text, [], operations, definitions, fragments)

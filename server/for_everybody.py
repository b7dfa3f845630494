"""What is answered to who does not say who they are: `__typename`, and introspection where it is allowed."""

from graphql import OperationType
from strawberry import Schema

from server.auth.refusals import NoTokenError
from server.graphql_request import GraphQLRequest
from server.operations import ForbiddenOperationError, Operations, Prepared
from server.refusals import BadRequestError
from server.selections import root_fields
from server.settings import Settings
from server.trusted_documents import TrustedDocuments

# The largest document, with its variables, that is read of somebody unknown. GraphiQL's introspection has 2 KB.
MOST_BYTES = 16 * 1024

# Of a document that can ask for no more than `__typename`: reading it must cost next to nothing.
SMALL = {"max_document_characters": 300, "max_tokens": 40}

QUERIES = frozenset({OperationType.QUERY})


def may_introspect(settings: Settings) -> bool:
    """Whether everybody may ask for the schema."""
    return settings.environment == "development" and settings.introspection == "on"


class ForEverybody:
    """Prepares operations of nobody in particular. Nothing is asked of the database, and nothing is counted.

    Documents are kept apart, so that nobody unknown can have those of users dropped.
    """

    def __init__(self, schema: Schema, documents: TrustedDocuments, settings: Settings) -> None:
        small = {} if may_introspect(settings) else SMALL
        self._operations = Operations(schema, settings.model_copy(update=small))
        self._documents = documents
        self._trusts = settings.trusted_documents == "enforce"
        self._fields = {"__typename", "__schema", "__type"} if may_introspect(settings) else {"__typename"}

    def prepare(self, asked: GraphQLRequest) -> Prepared:
        """The operation; whatever else was asked for, `NoTokenError` is all that is told."""
        text = self._documents.at_hand(asked) if self._trusts or asked.query is None else asked.query
        if text is None:
            raise NoTokenError
        try:
            prepared = self._operations.prepare(text, asked, QUERIES)
        except (BadRequestError, ForbiddenOperationError):
            raise NoTokenError from None
        if isinstance(prepared, Prepared) and self._is_public(prepared):
            return prepared
        raise NoTokenError

    def _is_public(self, prepared: Prepared) -> bool:
        fields = root_fields(prepared.operation.node.selection_set, dict(prepared.document.fragment_definitions))
        return all(field.name.value in self._fields for field in fields)

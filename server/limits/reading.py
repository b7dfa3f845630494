"""Reading documents of strangers: what is too large is refused before anything that takes long looks at it.

Parsing and validation of the worst document that passes the defaults take less than 50 ms of a processor.
"""

from collections.abc import Sequence

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from server.limits.measures import measured
from server.limits.refusals import Limit
from server.settings import Settings

CHARACTERS = Limit("documentCharacters", "The document has {value:,} characters", "max_document_characters")
TOKENS = Limit("tokens", "The document has {value:,} tokens or more", "max_tokens")
DEPTH = Limit("depth", "The document is {value:,} levels deep", "max_depth")
FIELDS = Limit("fields", "The document has {value:,} fields, with its fragments where they are spread", "max_fields")
ALIASES = Limit("aliases", "The document has {value:,} aliases", "max_aliases")
ROOT_FIELDS = Limit("rootFields", "The document has {value:,} fields at its root", "max_root_fields")
DIRECTIVES = Limit("directives", "The document has {value:,} directives", "max_directives")
DIRECTIVES_TOGETHER = Limit("directivesTogether", "The document has {value:,} directives at one place", None)
COMPARISONS = Limit("comparisons", "To validate the document takes {value:,} comparisons of fields or more", None)

# `@skip`, `@include`, and `@defer` or `@stream` are all that there is for one place.
MOST_DIRECTIVES_TOGETHER = 4
# Units of graphql-core's budget for finding fields that can't be merged; documents of real clients take ten at most.
MOST_COMPARISONS = 5_000
REPEATS = " Select each field once, and do not spread fragments beside each other that select the same."
MOST_ERRORS = 10


class OverlappingFieldsRule(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule, which gives up earlier: its work is quadratic to the fields of a name."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MOST_COMPARISONS


class Reading:
    """Parses and validates documents of one schema, within limits."""

    def __init__(self, schema: GraphQLSchema, settings: Settings) -> None:
        self._schema = schema
        self._settings = settings
        rules = [one for one in specified_rules if one is not OverlappingFieldsCanBeMergedRule]
        self._rules = [*rules, OverlappingFieldsRule, MaybeNullValidationRule, OneOfInputValidationRule]
        if settings.introspection == "off":
            self._rules.append(NoSchemaIntrospectionCustomRule)

    def parse(self, text: str) -> DocumentNode:
        """The syntax tree of a text; raises `GraphQLError`."""
        characters, tokens = self._settings.max_document_characters, self._settings.max_tokens
        if len(text) > characters:
            raise CHARACTERS.exceeded(len(text), characters)
        try:
            return parse(text, max_lexical_tokens=tokens)
        except GraphQLSyntaxError as error:
            # graphql-core has no other way to tell this error from others, and reads no further.
            if f"contains more than {tokens} tokens" in error.message:
                raise TOKENS.exceeded(tokens + 1, tokens) from None
            raise

    def validate(self, tree: DocumentNode) -> Sequence[GraphQLError]:
        """What is wrong with a syntax tree; what is too large is not validated."""
        too_large = self._too_large(tree)
        if too_large is not None:
            return [too_large]
        hide = self._settings.suggestions == "off"
        errors = validate(self._schema, tree, self._rules, max_errors=MOST_ERRORS, hide_suggestions=hide)
        return [_explained(error) for error in errors]

    def _too_large(self, tree: DocumentNode) -> GraphQLError | None:
        of, most = measured(tree), self._settings
        for limit, value, maximum in (
            (DEPTH, of.depth, most.max_depth),
            (FIELDS, of.fields, most.max_fields),
            (ALIASES, of.aliases, most.max_aliases),
            (ROOT_FIELDS, of.root_fields, most.max_root_fields),
            (DIRECTIVES, of.directives, most.max_directives),
            (DIRECTIVES_TOGETHER, of.directives_together, MOST_DIRECTIVES_TOGETHER),
        ):
            if value > maximum:
                return limit.exceeded(value, maximum)
        return None


def _explained(error: GraphQLError) -> GraphQLError:
    """graphql-core says no more of it than that it gave up."""
    if isinstance(error, ValidationAbortedError) and error.message == "Validation aborted.":
        return COMPARISONS.exceeded(MOST_COMPARISONS + 1, MOST_COMPARISONS, hint=REPEATS)
    return error

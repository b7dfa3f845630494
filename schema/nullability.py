"""True nullability: what is null only where something failed says so, by `@semanticNonNull`.

The directive is the one that clients know: https://specs.apollo.dev/nullability/v0.4. docs/decisions/0015 has the why.
"""

import copy

import strawberry
from strawberry import UNSET
from strawberry.schema_directive import Location
from strawberry.types.base import StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.field import StrawberryField


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="semanticNonNull",
    description="Null here, or at these levels of a list, stands for an error and for nothing else.",
)
class SemanticNonNull:
    levels: list[int] = strawberry.directive_field(name="levels", default=(0,))


# Without levels, as they are the default's.
NULL_ONLY_ON_ERROR = SemanticNonNull(levels=UNSET)


class Schema(strawberry.Schema):
    """A schema in which a field that may fail by itself takes nothing else with it.

    Such is a field whose resolver waits for something, a loader or a service: what is not Optional in Python is
    nullable in GraphQL, with the directive. What is computed from its row stays non-null.
    """

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """The fields of a type, as they are in GraphQL."""
        return [_told(field, type_definition) for field in type_definition.fields]


def _told(field: StrawberryField, type_definition: StrawberryObjectDefinition) -> StrawberryField:
    if field.is_subscription or not field.is_async:
        return field
    type_ = field.resolve_type(type_definition=type_definition)
    if isinstance(type_, StrawberryOptional):
        return field
    told = copy.copy(field)
    told.type = StrawberryOptional(type_)
    told.directives = [*field.directives, NULL_ONLY_ON_ERROR]
    return told

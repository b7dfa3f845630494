"""What breaks for clients that go on sending a document."""

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NonNullTypeNode,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    ParallelVisitor,
    TypeInfoVisitor,
    ValuesOfCorrectTypeRule,
    get_operation_ast,
    separate_operations,
    specified_rules,
    validate,
    visit,
)

from schema.compatibility.elements import fate
from schema.compatibility.place import Place
from schema.compatibility.report import KEEP_OTHER, Break, Report
from schema.compatibility.selections import Selections
from schema.compatibility.values import Values

RULES = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
BESIDE_VALUES = [rule for rule in RULES if rule is not ValuesOfCorrectTypeRule]
MOST_ERRORS = 10_000


def breaks(old: GraphQLSchema, new: GraphQLSchema, document: DocumentNode) -> list[Break]:
    """What breaks each operation of a document, ordered by operation and coordinate.

    An operation that the old schema refuses is answered with errors already: nothing breaks it.
    """
    return [
        found
        for name, separate in sorted(separate_operations(document).items())
        if not validate(old, separate, RULES)
        for found in _breaks(Report(old, new, name or None), separate)
    ]


def _breaks(report: Report, document: DocumentNode) -> list[Break]:
    place = Place(report)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    values = Values(place, _nullable(document))
    visitors = ParallelVisitor([place, Selections(place, fragments), values])
    visit(document, TypeInfoVisitor(place.old, TypeInfoVisitor(place.new, visitors)))
    operation = place.coordinates[id(get_operation_ast(document))]
    refused = [(error, operation) for error in validate(report.new, document, BESIDE_VALUES, MOST_ERRORS)]
    for error, coordinate in refused + values.errors:
        if not report.explains(error):
            _refused(report, place, error, coordinate)
    return report.breaks()


def _refused(report: Report, place: Place, error: GraphQLError, coordinate: str) -> None:
    """What only validation knows: values of a wrong kind, variables out of place, fields that no longer merge."""
    places = [place.coordinates.get(id(node), coordinate) for node in error.nodes or ()]
    changed = [one for one in places if fate(report.old, report.new, one)]
    report.add((changed or places or [coordinate])[-1], KEEP_OTHER, error.message)


def _nullable(document: DocumentNode) -> frozenset[str]:
    """The names of the variables that may be null."""
    return frozenset(
        variable.variable.name.value
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        for variable in node.variable_definitions or ()
        if not isinstance(variable.type, NonNullTypeNode)
    )

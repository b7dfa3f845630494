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

# Fragments are also there for others to spread.
RULES = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
BESIDE_VALUES = [rule for rule in RULES if rule is not ValuesOfCorrectTypeRule]
MOST_ERRORS = 10_000
SERVE = "Deploy the contract that it was made for, or retire the release: the deployed one refuses it as well."


def breaks(old: GraphQLSchema, new: GraphQLSchema, document: DocumentNode) -> list[Break]:
    """What breaks each operation of a document, ordered by operation and coordinate.

    An operation that the old schema refuses is a coming release's: all it needs is that the new one takes it.
    """
    return [
        found
        for name, separate in sorted(separate_operations(document).items())
        for found in (
            _unserved(new, name or None, separate)
            if validate(old, separate, RULES)
            else _breaks(Report(old, new, name or None), separate)
        )
    ]


def _unserved(new: GraphQLSchema, operation: str | None, document: DocumentNode) -> list[Break]:
    node = get_operation_ast(document)
    root = new.get_root_type(node.operation) if node else None
    messages = sorted({error.message for error in validate(new, document, RULES, MOST_ERRORS)})
    return [Break(operation, root.name if root else "Query", message, SERVE) for message in messages]


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

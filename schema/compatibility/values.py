"""What an operation sends: arguments, values that are written out, and variables."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    EnumValueNode,
    FieldNode,
    GraphQLArgument,
    GraphQLError,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_required_argument,
    is_required_input_field,
    type_from_ast,
)
from graphql.utilities import validate_input_literal

from schema.compatibility.inputs import null_refused, refused
from schema.compatibility.place import Place
from schema.compatibility.report import GIVE_DEFAULT, KEEP_DIRECTIVE, KEEP_INPUT, KEEP_NULLABLE, KEEP_OTHER


class Values(Visitor):
    """Reports what would be refused; `errors` has what graphql-core says of values written out, and coordinates.

    Errors may be about nodes that are not the document's: values with variables in them are put together anew.
    """

    def __init__(self, place: Place, nullable_variables: frozenset[str]) -> None:
        super().__init__()
        self._place = place
        self._report = place.report
        self._nullable_variables = nullable_variables
        self.errors: list[tuple[GraphQLError, str]] = []

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        field = self._place.new.get_field_def()
        if field:
            self._arguments(node, field.args, self._place.add)

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        directive = self._place.new.get_directive()
        if directive:
            here = self._place.here
            self._arguments(node, directive.args, lambda suffix, *rest: self._report.add(f"{here}{suffix}", *rest))
        else:
            self._report.add(self._place.here, KEEP_DIRECTIVE, "", node)

    def _arguments(
        self, node: FieldNode | DirectiveNode, taken: Mapping[str, GraphQLArgument], add: Callable[..., None]
    ) -> None:
        given = {argument.name.value: argument for argument in node.arguments or ()}
        for name in given.keys() - taken.keys():
            add(f"({name}:)", KEEP_INPUT, "", given[name])
        for name, argument in taken.items():
            if is_required_argument(argument) and name not in given:
                add(f"({name}:)", GIVE_DEFAULT, "it must be given", node)

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        self._written(node.value)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        new, name = get_named_type(self._place.new.get_parent_input_type()), node.name.value
        if not is_input_object_type(new) or name in new.fields:
            return
        if self._place.here == f"{new}.{name}":
            self._report.add(self._place.here, KEEP_INPUT, "", node)
        else:
            self._report.add(self._place.around, KEEP_OTHER, f"{new} has no {name}", node)

    def enter_object_value(self, node: ObjectValueNode, *_: Any) -> None:
        old, new = (get_named_type(info.get_input_type()) for info in (self._place.old, self._place.new))
        if not (old and is_input_object_type(new)):
            return
        given = {field.name.value for field in node.fields}
        for name, field in new.fields.items():
            if is_required_input_field(field) and name not in given:
                if old.name == new.name:
                    self._report.add(f"{new}.{name}", GIVE_DEFAULT, "it must be given", node)
                else:
                    self._report.add(self._place.here, KEEP_OTHER, f"{new}.{name} must be given", node)

    def enter_enum_value(self, node: EnumValueNode, *_: Any) -> None:
        old, new = (get_named_type(info.get_input_type()) for info in (self._place.old, self._place.new))
        if not (old and is_enum_type(new)) or node.value in new.values:
            return
        if old.name == new.name:
            self._report.add(f"{new}.{node.value}", KEEP_INPUT, "", node)
        else:
            self._report.add(self._place.here, KEEP_OTHER, f"{new} has no {node.value}", node)

    def enter_null_value(self, node: NullValueNode, *_: Any) -> None:
        if self._null_refused():
            self._report.add(self._place.here, KEEP_NULLABLE, "null is given", node)

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> None:
        old = get_named_type(type_from_ast(self._report.old, node.type))
        new = self._report.new.get_type(old.name) if old else None
        if old and new:
            for coordinate, way_out, reason in refused(old, new):
                self._report.add(coordinate, way_out, f"{reason} in ${node.variable.name.value}", node.type)
        if node.default_value:
            self._written(node.default_value)

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        name = node.name.value
        if name in self._nullable_variables and self._null_refused():
            self._report.add(self._place.here, KEEP_NULLABLE, f"${name} may be null", node)

    def _written(self, value: ValueNode) -> None:
        here, type_ = self._place.here, self._place.new.get_input_type()
        if type_:
            validate_input_literal(value, type_, lambda error, _path: self.errors.append((error, here)))

    def _null_refused(self) -> bool:
        old, new = self._place.old.get_input_type(), self._place.new.get_input_type()
        return bool(old and new and null_refused(old, new))

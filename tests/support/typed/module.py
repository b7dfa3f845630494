"""The whole module: the types of a document's operations, and a method that takes their names."""

import builtins
import subprocess
import sys
from graphlib import TopologicalSorter
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    visit,
)

from tests.support.typed.answers import Answers
from tests.support.typed.definitions import Definitions
from tests.support.typed.documents import ROOT
from tests.support.typed.inputs import Inputs
from tests.support.typed.selections import Selections

HEAD = '''"""The operations of `codegen/operations/`, typed. `python -m tests.support.typed` writes this anew."""

from abc import ABC, abstractmethod
from typing import Any, Literal, NotRequired, Unpack, overload

from typing_extensions import TypedDict  # Pydantic takes no other before Python 3.12
'''
CLASS = '''
class TypedOperations(ABC):
    """Runs operations by their names."""

    @abstractmethod
    async def data_of(self, name: str, variables: dict[str, Any]) -> Any:
        """The data of an operation that must not fail."""
'''
OVERLOAD = """
    @overload
    async def run(self, name: Literal["{name}"], /{variables}) -> {data}: ...
"""
RUN = '''
    async def run(self, name: str, /, **variables: Any) -> Any:
        """The data of an operation that must not fail."""
        return await self.data_of(name, variables)
'''
TAKEN = {
    "ABC",
    "Any",
    "Literal",
    "NotRequired",
    "TypedDict",
    "TypedOperations",
    "Unpack",
    "abstractmethod",
    "overload",
    *dir(builtins),
}


def module(schema: GraphQLSchema, document: DocumentNode) -> str:
    """The Python module for a valid document's queries and mutations, which have names."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    definitions = Definitions(TAKEN)
    answers = Answers(schema, Selections(schema, fragments), definitions)
    inputs = Inputs(schema, definitions)
    for name in TopologicalSorter({name: _spread(node) for name, node in fragments.items()}).static_order():
        answers.add_fragment(name)
    overloads = [
        _overload(node, answers, inputs)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode) and node.operation is not OperationType.SUBSCRIPTION
    ]
    defined = [_definition(name, body) for name, body in definitions.bodies.items()]
    return "\n".join([HEAD, *defined, CLASS, *overloads, RUN])


def _overload(operation: OperationDefinitionNode, answers: Answers, inputs: Inputs) -> str:
    assert operation.name is not None
    name = operation.name.value
    variables = inputs.add_variables(operation, name)
    given = f", **variables: Unpack[{variables}]" if variables else ""
    return OVERLOAD.format(name=name, variables=given, data=answers.add_data(operation, name))


def _definition(name: str, body: str) -> str:
    return f'{name} = TypedDict("{name}", {body})' if body.startswith("{") else f"{name} = {body}"


def _spread(fragment: FragmentDefinitionNode) -> list[str]:
    """The names of the fragments that a fragment spreads."""
    names: list[str] = []

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
            names.append(node.name.value)

    visit(fragment, Spreads())
    return names


def formatted(text: str) -> str:
    """A module as ruff wants it: without idle imports, and with classes where their keys allow it."""
    for command in (["check", "--fix", "--select", "F401,I,UP013"], ["format"]):
        arguments = [sys.executable, "-m", "ruff", *command, "--quiet", "--stdin-filename", "tests/operations.py", "-"]
        text = subprocess.run(arguments, cwd=ROOT, input=text, capture_output=True, text=True, check=True).stdout
    return text

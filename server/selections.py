"""What an operation selects at its root."""

from collections.abc import Iterator

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode


def root_fields(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    """The root fields of an operation, those in fragments among them; each fragment is taken out of `fragments`."""
    for selection in selections.selections:
        match selection:
            case FieldNode():
                yield selection
            case InlineFragmentNode():
                yield from root_fields(selection.selection_set, fragments)
            case FragmentSpreadNode() if (fragment := fragments.pop(selection.name.value, None)) is not None:
                yield from root_fields(fragment.selection_set, fragments)

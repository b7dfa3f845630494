"""A loader gets the keys of a whole level in one call, wherever in the level they come from."""

from tests.executor.tree import walk


async def test_a_level_is_one_call() -> None:
    data, asked = await walk("{ node { children { children { title } } } }", width=2)
    assert data == {
        "node": {
            "children": [
                {"children": [{"title": "node 100"}, {"title": "node 101"}]},
                {"children": [{"title": "node 110"}, {"title": "node 111"}]},
            ]
        }
    }
    assert asked == {"children": [[1], [10, 11]], "titles": [[100, 101, 110, 111]]}


async def test_two_fields_that_ask_the_same_are_one_call() -> None:
    data, asked = await walk('{ node { children { title label other: label(before: "No ") } } }', width=2)
    assert data["node"]["children"][1] == {"title": "node 11", "label": "#11 node 11", "other": "No 11 node 11"}
    assert asked["titles"] == [[10, 11]]


async def test_two_places_of_a_level_are_one_call() -> None:
    _, asked = await walk("{ a: node(id_: 7) { title children { id } } b: node(id_: 8) { label children { title } } }")
    assert asked["titles"][0] == [7, 8] or asked["titles"][0] == [8, 7]
    assert len(asked["titles"]) == 2
    assert len(asked["children"]) == 1


async def test_a_key_is_asked_for_once() -> None:
    _, asked = await walk("{ a: node { title } b: node { title } }")
    assert asked == {"titles": [[1]]}


async def test_calls_grow_with_depth_and_not_with_width() -> None:
    query = "{ node { children { children { children { title } } } } }"
    for width in (1, 3, 9):
        _, asked = await walk(query, width)
        assert {name: len(calls) for name, calls in asked.items()} == {"children": 3, "titles": 1}
        assert len(asked["titles"][0]) == width**3

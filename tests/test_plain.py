"""Reading plain documents by lines gives what libyaml gives, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import FIXTURES
from netlint.kubernetes.composing import compose
from netlint.kubernetes.nodes import Mapping, Sequence
from netlint.kubernetes.plain import read_plain
from netlint.kubernetes.tree import Origin, tree_of

if TYPE_CHECKING:
    import yaml

    from netlint.kubernetes.nodes import Node

SHIFT = 7


def shown(node: Node | yaml.Node, origin: Origin) -> Any:
    """All that a node says, keys in order; of a mapping in which a key stands twice, its duplicates."""
    tree = tree_of(node, origin)
    if isinstance(tree.node, Mapping):
        entries = tree.entries()
        inner = [(key.node, shown(child.node, origin)) for key, child in entries.values()]
        return "mapping", tree.node.start, tree.node.end, inner
    if isinstance(tree.node, Sequence):
        return "sequence", tree.node.start, tree.node.end, [shown(item.node, origin) for item in tree.items()]
    return tree.node


def assert_alike(chunk: str) -> bool:
    """Whether the document was plain; then libyaml read it, and read the same."""
    plain = read_plain(chunk, "a.yaml", SHIFT)
    if plain is None:
        return False
    composed = compose(chunk)
    assert composed is not None
    origin = Origin("a.yaml", "\0" * SHIFT + chunk, SHIFT)
    assert shown(plain, origin) == shown(composed, origin)
    assert origin.duplicate_keys == []
    return True


def test_plain_documents_of_the_fixtures_are_read_as_libyaml_reads_them() -> None:
    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(FIXTURES.rglob("*.yaml"))]
    chunks = [chunk for text in texts for chunk in text.split("\n---\n")]
    assert sum(assert_alike(chunk) for chunk in chunks) > 100


@pytest.mark.parametrize(
    "line",
    [
        "a: {x: 1}",
        "a: [x]",
        "a: |",
        "a: >-",
        "a: &x y",
        "a: *x",
        "a: !!str 1",
        'a: "x\\n"',
        "a: 'it''s'",
        "a: x: y",
        "a: 'x' y",
        "a: x\ty",
        "a: x\x07",
        "a: \u2028",
        "a: - x",
        "a: x\n  y",
        "a:\n  x\n",
        "a: x\na: y",
        "yes: x",
        "1: x",
        "<<: x",
        "'a': x",
        "? a",
        "a: @x",
        "a: `x`",
        "a: %x",
        "- a: x\n b: y",
        "-\n  a: x",
        "- - x",
        "a:\n  - x\n - y",
        "a: x\n- y",
        "--- a: x",
        "%YAML 1.2",
        "...",
        "# nothing",
        f"a: {'x' * 1000}",
    ],
)
def test_what_is_not_surely_plain_is_left_to_libyaml(line: str) -> None:
    assert read_plain(f"b: 1\n{line}\n", "a.yaml", 0) is None or line == "# nothing"
    assert read_plain(f"{line}\n", "a.yaml", 0) is None


@pytest.mark.parametrize(
    "chunk",
    [
        "a: x",
        "---\na: x # c\n# d\n",
        "--- \n\n  a: x\n  b:\n\n",
        "a:\n- x\n- w: 1\n  z: 'q' # c\n# d\nb: ~\n",
        "a:\n  - x:\n    - 1\n    w:\n  -   z: http://h:80/a#b\nb: []\nc: {}\n",
        '- a\n- --b=c\n- "d: e" \n- \'f "g\'\n',
        "a: -1\nb: .5\nc: 012\nd: on\ne: null\nf: é\n",
        "a:\nb:\n",
        "a: a:b\nc: d#e\nf: x   # y\n",
    ],
)
def test_what_is_plain_is_read_by_lines(chunk: str) -> None:
    assert assert_alike(chunk)


PIECES = st.sampled_from(
    [
        *"\n\n\n\n\n   -:#'\"abxy01,.&*!|>%@?~{}[]`\t",
        "\n  ",
        "\n    ",
        "- ",
        ": ",
        "a: ",
        "b: x",
        "c:\n",
        "- d: ",
        " # ",
        "---",
        "{}",
        "[]",
        "é",
        "on",
    ]
)


@settings(max_examples=3000, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=30).map("".join))
def test_whatever_is_taken_for_plain_is_read_as_libyaml_reads_it(chunk: str) -> None:
    assert_alike(chunk)


LINES = st.tuples(
    st.integers(0, 3), st.sampled_from(["a: x", "b:", "- a: x", "- b:", "- x", "c: 'y'", "d: {}", "# e", "", "f: x y", "- g: []"])
)


@settings(max_examples=3000, deadline=None)
@given(st.lists(LINES.map(lambda line: " " * 2 * line[0] + line[1]), min_size=1, max_size=9).map("\n".join))
def test_levels_are_those_that_libyaml_finds(chunk: str) -> None:
    assert_alike(chunk)

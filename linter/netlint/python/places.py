"""Where the nodes of libcst's tree stand in the text that it was made of.

libcst tells by writing the text again and noting how far it has come. Its own provider (libcst 1.9.0 ``metadata/span_provider.py``) takes
as long for this as the parser for all it does; the same is done here with half the steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from libcst import FormattedStringText
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    import libcst
    from libcst import CSTNode


class Places(CodegenState):
    """The start and end of each expression, statement and piece of an f-string, by its identity, without what stands around it."""

    def __init__(self, module: libcst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.spans: dict[int, tuple[int, int]] = {}
        self.at = 0
        module._codegen(self)

    def add_token(self, value: str) -> None:
        """Goes on by a piece of text."""
        self.at += len(value)

    def add_indent_tokens(self) -> None:
        """Goes on by what stands in front of a line."""
        for token in self.indent_tokens:
            self.at += len(token)

    def pop_trailing_newline(self) -> None:
        """Nothing follows the end of the file."""

    def after_codegen(self, node: CSTNode) -> None:
        """Text of an f-string is the one node with a place that does not say so by itself."""
        if node.__class__ is FormattedStringText:
            self.spans[id(node)] = (self.at - len(node.value), self.at)

    def record_syntactic_position(  # type: ignore[override]
        self, node: CSTNode, *, start_node: CSTNode | None = None, end_node: CSTNode | None = None
    ) -> _Own:
        """The place of a node without what stands around it."""
        return _Own(self, node, start_node, end_node)


class _Own:
    """Notes where a node stands while the body of a ``with`` writes it."""

    __slots__ = ("_end_node", "_node", "_places", "_start", "_start_node")

    def __init__(self, places: Places, node: CSTNode, start_node: CSTNode | None, end_node: CSTNode | None) -> None:
        self._places, self._node, self._start_node, self._end_node = places, node, start_node, end_node
        self._start = places.at

    def __enter__(self) -> None:
        """Nothing to do: the place was noted when this was made."""

    def __exit__(self, *_: object) -> None:
        spans, at = self._places.spans, self._places.at
        # A node with no place of its own, such as what an import names, ends where all of this does.
        start = self._start if self._start_node is None else spans.get(id(self._start_node), (self._start, 0))[0]
        end = at if self._end_node is None else spans.get(id(self._end_node), (0, at))[1]
        spans[id(self._node)] = (start, end)

"""Where the nodes of libcst's tree stand in the text that it was made of.

libcst tells by writing the text again and noting how far it has come. Its own provider (libcst 1.9.0 ``metadata/span_provider.py``) takes
as long for this as the parser for all it does; the same is done here with half the steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    import libcst


class Places(CodegenState):
    """The start and end of each node, by its identity. A node in parentheses stands between them."""

    def __init__(self, module: libcst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.spans: dict[int, tuple[int, int]] = {}
        self.at = 0
        self._starts: list[int] = []
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

    def before_codegen(self, _: libcst.CSTNode) -> None:
        """A node begins, with what stands around it."""
        self._starts.append(self.at)

    def after_codegen(self, node: libcst.CSTNode) -> None:
        """It ends; one that has no place of its own stands where all of it does."""
        start = self._starts.pop()
        if id(node) not in self.spans:
            self.spans[id(node)] = (start, self.at)

    def record_syntactic_position(  # type: ignore[override]
        self, node: libcst.CSTNode, *, start_node: libcst.CSTNode | None = None, end_node: libcst.CSTNode | None = None
    ) -> _Own:
        """The place of a node without what stands around it."""
        return _Own(self, node, start_node, end_node)


class _Own:
    """Notes where a node stands while the body of a ``with`` writes it."""

    __slots__ = ("_end_node", "_node", "_places", "_start", "_start_node")

    def __init__(self, places: Places, node: libcst.CSTNode, start_node: libcst.CSTNode | None, end_node: libcst.CSTNode | None) -> None:
        self._places, self._node, self._start_node, self._end_node = places, node, start_node, end_node
        self._start = places.at

    def __enter__(self) -> None:
        """Nothing to do: the place was noted when this was made."""

    def __exit__(self, *_: object) -> None:
        spans = self._places.spans
        start = self._start if self._start_node is None else spans[id(self._start_node)][0]
        end = self._places.at if self._end_node is None else spans[id(self._end_node)][1]
        spans[id(self._node)] = (start, end)

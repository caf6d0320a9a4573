"""A document of any YAML into nodes, or into what is wrong with it. Imported for the first that is not plain, for it loads PyYAML."""

from __future__ import annotations

import re
from typing import Final

import yaml

from netlint.kubernetes.composing import aliases_exceeded, bound_exceeded, children, compose
from netlint.kubernetes.nodes import BrokenDocument, Document, TemplatedDocument
from netlint.kubernetes.splitting import looks_like_manifest

_ACTION_AS_VALUE: Final = re.compile(r"^[^\"'#\r\n]*[:-][ \t]+\{\{", re.MULTILINE)
_TEMPLATE_ACTION: Final = re.compile(r"\{\{|\{%|^[ \t]*<%|^[ \t]*#@", re.MULTILINE)


def parse(chunk: str, start: int, end: int) -> Document | BrokenDocument | TemplatedDocument | None:
    """The document that stands between ``start`` and ``end`` of its file; None for one that is empty, or broken and no manifest."""
    bound = bound_exceeded(chunk)
    if bound:
        return BrokenDocument(start, end, start, bound)
    try:
        root = compose(chunk)
    except yaml.MarkedYAMLError as error:
        if _TEMPLATE_ACTION.search(chunk):
            return TemplatedDocument(start, end)
        mark = error.problem_mark or error.context_mark
        offset = start + min(mark.index, len(chunk.rstrip())) if mark else start
        return BrokenDocument(start, end, offset, _describe(error)) if looks_like_manifest(chunk) else None
    except (yaml.YAMLError, ValueError) as error:
        return BrokenDocument(start, end, start, " ".join(str(error).split())) if looks_like_manifest(chunk) else None
    except RecursionError:
        return BrokenDocument(start, end, start, "it nests too deep")
    if root is None:
        return None
    grown = aliases_exceeded(root) if "*" in chunk and "&" in chunk else None
    if grown is not None:
        return BrokenDocument(start, end, start + grown.offset, grown.problem)
    # The plain search first: the expression alone costs a quarter as much as composing does.
    if "{{" in chunk and _ACTION_AS_VALUE.search(chunk) and _has_action(root):
        return TemplatedDocument(start, end)
    return Document(root, start, end)


def composed_document(text: str, start: int, end: int) -> yaml.Node | None:
    """The document between two of ``document_bounds`` as libyaml composes it, its marks counted from ``start``; None for a broken one."""
    chunk = text[start:end]
    try:
        root = None if bound_exceeded(chunk) else compose(chunk)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return None if root is None or aliases_exceeded(root) else root


def _has_action(root: yaml.Node) -> bool:
    """Whether a template action without quotes was read as YAML: ``{{ .Values.x }}`` is a mapping whose key is a mapping."""
    pending = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and any(isinstance(key, yaml.MappingNode) for key, _ in node.value):
            return True
        pending.extend(children(node))
    return False


def _describe(error: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (error.problem, error.context and f"({error.context})") if part)

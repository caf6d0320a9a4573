"""YAML and JSON text into documents: split on the text, sieve by kind, parse only what can matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.kubernetes.nodes import Document
from netlint.kubernetes.plain import read_plain
from netlint.kubernetes.splitting import JSON_KIND, is_json, may_matter, split_documents, split_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.nodes import BrokenDocument, TemplatedDocument


def read_documents(text: str, path: str, read_all: bool = False) -> Iterator[Document | BrokenDocument | TemplatedDocument]:
    """The documents of the file at ``path`` that can matter, in order; others are passed over without parsing.

    ``read_all``: read them whatever their kind (a kustomization may leave its kind out).
    """
    as_json = is_json(text)
    if as_json and not read_all and not JSON_KIND.search(text):
        return
    for start, end in split_json(text) if as_json else split_documents(text):
        chunk = text[start:end]
        if not (as_json or read_all or may_matter(chunk)):
            continue
        plain = read_plain(chunk, path, start)
        if plain is not None:
            yield Document(plain, start, end)
            continue
        from netlint.kubernetes.parsing import parse

        parsed = parse(chunk, start, end)
        if parsed is not None:
            yield parsed

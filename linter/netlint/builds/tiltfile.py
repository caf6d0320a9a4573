"""``Tiltfile``: images with what they are built of, where that is written out (docs.tilt.dev/api.html, ``docker_build``).

It is Starlark, whose syntax Python's own parser reads; nothing of it is run, so that what loops and functions build is not known.
"""

from __future__ import annotations

import ast
import posixpath
import warnings
from typing import TYPE_CHECKING, Final

from netlint.builds.facts import ImageBuild, Prebuilt, Script, Word
from netlint.builds.shell import commands
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netlint.source import SourceFile

_DOCKER: Final = frozenset(("docker_build", "docker_build_with_restart"))
_COMPILES: Final = frozenset(("local_resource", "local"))


def read_tiltfile(source: SourceFile) -> Iterator[ImageBuild]:
    """The images of the calls at the top of a file, with the binaries that local commands at the top build before."""
    calls = tuple(_calls(source))
    folder = posixpath.dirname(source.path) or "."
    binaries = tuple(binary for call, texts in calls if _name(call) in _COMPILES for binary in _compiled(call, source, texts))
    for call, texts in calls:
        if _name(call) in _DOCKER:
            found = _image_build(call, source, texts, folder)
            if found is not None:
                yield found._replace(binaries=_seen_from(found.context, binaries))


def _calls(source: SourceFile) -> Iterator[tuple[ast.Call, Mapping[str, str]]]:
    """The calls that are statements at the top, with the texts that names stand for there."""
    try:
        with warnings.catch_warnings():
            # Of escapes that Python does not know.
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    texts: dict[str, str] = {}
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                text = _text(value, texts)
                if name in texts or text is None:
                    texts.pop(name, None)
                else:
                    texts[name] = text
            case ast.Expr(value=ast.Call() as call):
                yield call, dict(texts)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _text(node: ast.expr | None, texts: Mapping[str, str]) -> str | None:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name):
            return texts.get(name)
    return None


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    given = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    return given if given is not None or place < 0 or place >= len(call.args) else call.args[place]


def _image_build(call: ast.Call, source: SourceFile, texts: Mapping[str, str], folder: str) -> ImageBuild | None:
    given = [_argument(call, 0, "ref"), _argument(call, 1, "context"), _argument(call, -1, "dockerfile"), _argument(call, -1, "target")]
    image, context, dockerfile, target = (_text(node, texts) for node in given)
    unknown = any(node is not None and _text(node, texts) is None for node in given)
    if image is None or context is None or unknown or _argument(call, -1, "dockerfile_contents") is not None or given[0] is None:
        return None
    span = _span(source, given[0])
    args = _argument(call, -1, "build_args")
    pairs = zip(args.keys, args.values, strict=True) if isinstance(args, ast.Dict) else ()
    known = ((_text(key, texts), _text(value, texts)) for key, value in pairs)
    return ImageBuild(
        image=Word(image, span),
        how="dockerfile",
        folders=(folder,),
        context=context,
        dockerfile=dockerfile or "",
        is_in_context=dockerfile is None,
        target=target or "",
        args=tuple((key, value) for key, value in known if key is not None and value is not None),
        program="",
        by="Tiltfile call",
        span=span,
        entrypoint=_words(_argument(call, -1, "entrypoint"), source, texts),
    )


def _words(node: ast.expr | None, source: SourceFile, texts: Mapping[str, str]) -> tuple[Word, ...]:
    """A command line: a list of words, or a text for the shell."""
    if isinstance(node, ast.List):
        found = [(_text(item, texts), item) for item in node.elts]
        return tuple(Word(text, _span(source, item)) for text, item in found if text is not None) if all(text for text, _ in found) else ()
    text = _text(node, texts)
    return (Word("sh", _span(source, node)), Word("-c", _span(source, node)), Word(text, _span(source, node))) if node and text else ()


def _compiled(call: ast.Call, source: SourceFile, texts: Mapping[str, str]) -> Iterator[Prebuilt]:
    """What ``go build -o PATH FOLDER`` in a local command makes."""
    node = _argument(call, 1, "cmd") if _name(call) == "local_resource" else _argument(call, 0, "command")
    text, folder = _text(node, texts), _argument(call, -1, "dir")
    directory = "." if folder is None else _text(folder, texts)
    if node is None or text is None or directory is None:
        return
    span = _span(source, node)
    for command in commands(Script(source.path, text, ((0, span.start),))):
        words = [word.text for word in command.words]
        while words and "=" in words[0]:
            words = words[1:]
        if words[:1] == ["cd"] and len(words) == 2:
            directory = posixpath.join(directory, words[1])
        elif words[:2] == ["go", "build"] and "-o" in words[2:-1]:
            place = words.index("-o") + 1
            package = words[-1] if place < len(words) - 1 else "."
            # An import path names a program as well, which is not looked for here.
            if package.startswith(".") or package.endswith(".go"):
                yield Prebuilt(posixpath.join(directory, words[place]), posixpath.join(directory, package), span)


def _seen_from(context: str, binaries: tuple[Prebuilt, ...]) -> tuple[Prebuilt, ...]:
    """The binaries that stand in the context, by their paths there and as seen from it."""
    found = []
    for binary in binaries:
        path = posixpath.relpath(posixpath.join("/", binary.path), posixpath.join("/", context))
        if not path.startswith(".."):
            found.append(binary._replace(path=path))
    return tuple(found)


def _span(source: SourceFile, node: ast.expr) -> Span:
    """Where an expression stands; of a text in quotes what is between them."""
    start, end = (
        _offset(source, line, column) for line, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
    )
    is_quoted = end - start > 1 and source.text[start] in "\"'" and source.text[start : start + 3] not in ('"""', "'''")
    return Span(source.path, start + is_quoted, end - is_quoted)


def _offset(source: SourceFile, line: int | None, column: int | None) -> int:
    """The character at a line, from 1, and a column in bytes."""
    text = source.line_text(line or 1)
    return source.line_starts[(line or 1) - 1] + len(text.encode()[: column or 0].decode(errors="ignore"))

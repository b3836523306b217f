"""What pybabel reads in our modules: sentences given to gettext, and the tables of words that pass through variables.

A table is named in babel.cfg, for the files that have one: `tables = REASONS WORDS`. Of a table, the values are read,
not the keys; texts without a lower-case letter are words to answer or acronyms, the same in every language.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python

Found = tuple[int, Any, Any, Any]


def extract_words(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Yield the messages of a module as pybabel wants them: line, function, message, comments."""
    source = file.read()
    yield from extract_python(BytesIO(source), keywords, comment_tags, options)  # type: ignore[arg-type]  # it only looks names up
    tables = frozenset(options.get("tables", "").split())
    for node in ast.walk(ast.parse(source)) if tables else ():
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(target, ast.Name) and target.id in tables:
            yield from ((text.lineno, None, text.value, []) for text in _texts(node.value))


def _texts(node: ast.expr | None) -> Iterator[ast.Constant]:
    """Yield the texts of a table; what is computed in it is no text."""
    match node:
        case ast.Constant(value=str(text)) if text.upper() != text:
            yield node
        case ast.Dict(values=inner) | ast.Tuple(elts=inner) | ast.List(elts=inner):
            for one in inner:
                yield from _texts(one)
        case ast.Call(func=ast.Name(id="Word"), args=[_, inner, *_], keywords=named):
            yield from _texts(inner)
            for keyword in named:
                yield from _texts(keyword.value if keyword.arg == "shown" else None)

"""The text of a file, and its syntax tree: encodings, and what is said when a file is no Python."""

from __future__ import annotations

import ast
import io
import os
import tokenize
import warnings

import gast

from ...errors import Problem, SourceUnavailableError
from .matching import parsed


def text_of_file(path: str) -> str:
    """The text of a Python file in the encoding that it declares, with newlines as Python has them."""
    with open(path, "rb") as file:
        data = file.read()
    encoding = "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = f"{path} is not in the encoding {encoding}: line {line} has the byte 0x{data[error.start]:02x}"
    except SyntaxError as error:
        what = f"{path} cannot be read: {error.msg}"
    raise SourceUnavailableError(Problem(what, "save it as UTF-8, or declare its encoding in the first line")) from None


def tree_of_file(path: str) -> tuple[list[str], gast.Module]:
    """The lines of a Python file and its syntax tree.

    Raises SourceUnavailableError when it is no Python, OSError when it cannot be read.
    """
    if not path.endswith(".py") and path.rpartition(".")[2] in ("so", "pyd", "pyc", "dll"):
        raise SourceUnavailableError(Problem(f"{path} is compiled: it has no Python source", "name a file of Python source"))
    text = text_of_file(path)
    lines = text.split("\n")
    tree = parsed(tuple(lines))
    if tree is not None:
        return lines, tree
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
        problem = Problem(f"{path} is not valid Python", "mend its syntax")
    except SyntaxError as error:
        line, column = error.lineno or 0, max((error.offset or 1) - 1, 0)
        shown = lines[line - 1].rstrip() if 0 < line <= len(lines) else ""
        what = f"{path} is not valid Python: {error.msg}"
        problem = Problem(what, "mend its syntax") if not shown else Problem(what, "mend its syntax", os.path.basename(path), line, "", shown, column, column + 1)
    except ValueError as error:
        problem = Problem(f"{path} is not valid Python: {error}", "mend its syntax")
    raise SourceUnavailableError(problem)

"""From lines to text: sections, marks of the user's lines, and 88 columns."""

from __future__ import annotations

from .lines import Line

WIDTH = 88
_INDENT = "    "


def width_of(line: Line, own: str) -> int:
    """The columns that a line takes with its mark, inside a function."""
    return len(_INDENT) * (line.depth + 1) + len(line.text) + len(_mark(line, own))


def lay_out(lines: list[Line], own: str) -> list[str]:
    """The body of a function; `own` is the user's function, whose lines are marked by their numbers alone."""
    has_sections = any(line.loc.sweep == "backward" for line in lines)
    found: list[str] = []
    backward = False
    current: tuple[int, str] | None = None
    heads: list[Line] = []
    for line in lines:
        heads = [h for h in heads if h.depth < line.depth]
        if has_sections and not found and line.loc.sweep != "backward" and not _is_return(line):
            found.append(_INDENT + "# --- forward sweep")
        if has_sections and not backward and line.loc.sweep == "backward" and not line.depth:
            backward = True
            found += [""] * bool(found) + [_INDENT + "# --- backward sweep"]
            current = None
        indent = _INDENT * (line.depth + 1)
        if current is not None and line.depth != current[0]:
            current = None
        label = _label(line, own)
        grouped = line.loc.sweep == "backward" and line.loc.line and not line.head and not _is_return(line)
        if grouped and heads and _label(heads[-1], own) == label:
            # The head of the loop or branch says which line of the user's this is.
            current = None
            found += _broken(indent, line.text, f"  # {label}")
            continue
        if grouped and current != (line.depth, label):
            found.append(_comment(indent, line, label))
            current = (line.depth, label)
        mark = "" if grouped or _is_return(line) else _mark(line, own)
        found += _broken(indent, line.text, mark)
        if line.head:
            current = None
            heads.append(line)
    return found


def _is_return(line: Line) -> bool:
    return line.text.startswith("return ") or line.text == "return"


def _label(line: Line, own: str) -> str:
    """How a line of the user's is named: `L4`, or `step L4` in another function of his."""
    other = line.loc.function if line.loc.function not in ("", own) else ""
    return f"{other} L{line.loc.line}".lstrip()


def _mark(line: Line, own: str) -> str:
    if not line.loc.line or _is_return(line) or line.loc.sweep == "backward" and not line.head:
        return ""
    return f"  # {_label(line, own)}"


def _comment(indent: str, line: Line, label: str) -> str:
    words = " ".join(line.loc.text.split())
    text = f"{indent}# {label}" + (f": {words}" if words else "")
    return text if len(text) <= WIDTH else text[: WIDTH - 3].rstrip() + "..."


def _broken(indent: str, text: str, mark: str) -> list[str]:
    """A statement on as many lines as it needs, where black breaks it: inside the last brackets, else in new ones."""
    if len(indent + text + mark) <= WIDTH:
        return [indent + text + mark]
    head, inner, tail = _parts(text)
    if not inner:
        return [indent + text + mark]
    deeper = indent + _INDENT
    is_target = text.startswith("for ") and len(indent + head) > WIDTH
    if is_target:
        at = _end_of_target(text)
        head, inner, tail = "for (", text[4:at], f"){text[at:]}"
    if len(deeper + inner) <= WIDTH and not is_target:
        return [indent + head, deeper + inner, *_broken(indent, tail, mark)]
    lines = [indent + head]
    for piece in _pieces(inner):
        lines += _broken(deeper, piece, "")
    return [*lines, *_broken(indent, tail, mark)]


def _parts(text: str) -> tuple[str, str, str]:
    """What stands before the brackets that may be broken, in them, and after them."""
    depths = _depths(text)
    end = len(text.rstrip(":,")) - 1
    ends_in_brackets = depths[end] == 0 and text[end] in ")]}"
    start = max((i for i in range(end) if depths[i] == 1 and (i == 0 or depths[i - 1] == 0)), default=-1)
    if ends_in_brackets and 0 <= start and end - start > 1 and _is_one_call(text[:start]):
        return text[: start + 1], text[start + 1 : end], text[end:]
    for word in ("return ", "if ", "elif ", "while "):
        if text.startswith(word):
            close = text[-1] if text.endswith(":") else ""
            return f"{word}(", text[len(word) : len(text) - len(close)], f"){close}"
    for i in range(len(text) - 2):
        if depths[i] == 0 and text[i : i + 2] == "= " and text[i - 1] not in "<>=!":
            return f"{text[: i + 2]}(", text[i + 2 :], ")"
    return (text[: start + 1], text[start + 1 : end], text[end:]) if ends_in_brackets and start >= 0 else (text, "", "")


def _end_of_target(text: str) -> int:
    """Where the target of a loop ends."""
    depths = _depths(text)
    return next(i for i in range(4, len(text)) if text[i : i + 4] == " in " and depths[i] == 0)


def _is_one_call(head: str) -> bool:
    """Whether what stands before the last brackets is no more than a target and one name."""
    value = head.partition(" = ")[2] or head
    return " " not in value.removeprefix("return ").removeprefix("for ") or value.startswith("for ")


def _pieces(inner: str) -> list[str]:
    """What stands in brackets, an item a line; an expression is broken before its loosest operators."""
    depths = _depths(inner)
    commas = [i for i in range(len(inner)) if inner[i] == "," and depths[i] == 0]
    if commas:
        ends = [-1, *commas, len(inner)]
        return [f"{piece}," for a, b in zip(ends, ends[1:]) if (piece := inner[a + 1 : b].strip())]
    for operators in _LOOSEST_FIRST:
        found = [i for i in range(len(inner)) if depths[i] == 0 and inner.startswith(operators, i)]
        if found:
            ends = [0, *found, len(inner)]
            return [inner[a:b].strip() for a, b in zip(ends, ends[1:]) if inner[a:b].strip()]
    return [inner]


_LOOSEST_FIRST = (
    (" if ", " else "), (" or ",), (" and ",), (" < ", " <= ", " > ", " >= ", " == ", " != ", " in ", " is "), (" | ",), (" & ",),
    (" + ", " - "), (" * ", " / ", " @ ", " // ", " % "),
)  # fmt: skip


def _depths(text: str) -> list[int]:
    """The depth of brackets after each character; inside strings, a depth that is never left."""
    depth, quote, found = 0, "", []
    skip = False
    for c in text:
        if quote:
            if skip:
                skip = False
            elif c == "\\":
                skip = True
            elif c == quote:
                quote = ""
        elif c in "\"'":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        found.append(depth if not quote else 10**6)
    return found

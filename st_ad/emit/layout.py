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
    """A statement on as many lines as it needs."""
    if len(indent + text + mark) <= WIDTH:
        return [indent + text + mark]
    if text.startswith("for ") and text.endswith("):") and (at := text.find(" in ")) > 40:
        targets = _filled(text[4:at], WIDTH - len(indent) - len(_INDENT))
        if len(indent + ")" + text[at:] + mark) <= WIDTH:
            return [f"{indent}for (", *(f"{indent}{_INDENT}{p}" for p in targets), f"{indent}){text[at:]}{mark}"]
        start = text.index("(", at) + 1
        items = _filled(text[start:-2], WIDTH - len(indent) - len(_INDENT))
        lines = [f"{indent}for (", *(f"{indent}{_INDENT}{p}" for p in targets), f"{indent}) in {text[at + 4 : start]}"]
        return [*lines, *(f"{indent}{_INDENT}{p}" for p in items), f"{indent}):{mark}"]
    head, inner, tail = _parts(text)
    if not inner:
        return [indent + text + mark]
    lines = [indent + head]
    for piece in _filled(inner, WIDTH - len(indent) - len(_INDENT)):
        lines.append(indent + _INDENT + piece)
    lines.append(indent + tail + mark)
    return lines


def _parts(text: str) -> tuple[str, str, str]:
    """What stands before the brackets that may be broken, in them, and after them."""
    depths = _depths(text)
    if depths[-1:] == [0] and text[-1:] in ")]" or text.endswith(":") and text[-2:-1] in (")", "]"):
        end = len(text) - 1 - text.endswith(":")
        start = max((i for i in range(end) if depths[i] == 1 and (i == 0 or depths[i - 1] == 0)), default=-1)
        if 0 <= start < 60 and end - start > 20:
            return text[: start + 1], text[start + 1 : end], text[end:]
    if text.startswith("return "):
        return "return (", text[7:], ")"
    for word in ("if ", "elif ", "while "):
        if text.startswith(word) and text.endswith(":"):
            return f"{word}(", text[len(word) : -1], "):"
    if text.startswith("for ") and text.endswith(":"):
        at = next((i for i in range(4, len(text)) if text[i : i + 4] == " in " and depths[i] == 0), 0)
        return ("for (", text[4:at], f"){text[at:]}") if at else (text, "", "")
    for i in range(len(text) - 2):
        if depths[i] == 0 and text[i : i + 2] == "= " and text[i - 1] not in "<>=!":
            return f"{text[: i + 2]}(", text[i + 2 :], ")"
    return text, "", ""


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


def _filled(text: str, width: int) -> list[str]:
    """An expression in brackets as lines, broken at spaces: where the least deep is, if that fills half a line."""
    pieces: list[str] = []
    # Far to the right there is no room left.
    width = max(width, WIDTH // 4)
    while len(text) > width:
        depths = _depths(text)
        spaces = [i for i in range(1, min(width, len(text) - 1) + 1) if text[i] == " " and depths[i] < 10**6]
        if not spaces:
            spaces = [i for i in range(width, len(text)) if text[i] == " " and depths[i] < 10**6][:1]
        if not spaces:
            break
        late = [i for i in spaces if i > width // 3] or spaces
        least = min(depths[i] for i in late)
        at = max(i for i in late if depths[i] == least)
        at = _before_operator(text, at, spaces)
        pieces.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*pieces, text]


def _before_operator(text: str, at: int, spaces: list[int]) -> int:
    """The break put before a binary operator instead of after it."""
    earlier = [i for i in spaces if i < at]
    if earlier and text[earlier[-1] + 1 : at] in ("+", "-", "*", "/", "@", "and", "or", "%", "//", "**", "if", "else", "<", ">"):
        return earlier[-1]
    return at

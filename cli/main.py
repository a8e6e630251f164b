"""The commands: arguments in, text or a file out, errors on stderr with status 2."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Sequence

from st_ad import StAdError, __version__, supported, targets

from .colour import coloured, wants_colour

STYLES = ("readable", "fast")
MODES = ("grad", "value_and_grad", "vjp", "jvp", "hvp", "elementwise_grad")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status: 0, 1 (a stale file with --check), or 2 (an error)."""
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (StAdError, ValueError, OSError) as error:
        name = type(error).__name__ if isinstance(error, StAdError) else "error"
        print(f"st-ad: {name}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        print(f"st-ad: error: st_ad is at fault: {type(error).__name__}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="st-ad", description="Derivatives of NumPy functions as Python source."
    )
    parser.add_argument("--version", action="version", version=f"st-ad {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    show = commands.add_parser("show", help="print the derivative of a function")
    show.add_argument("function", metavar="FUNCTION", help="FILE:FUNCTION or package.module:function")
    _add_common(show)
    show.add_argument(
        "--stage", choices=targets.STAGES, default="source", help="what to print (default: source)"
    )
    show.set_defaults(run=_show)

    emit = commands.add_parser("emit", help="write derivatives to a module that needs only NumPy")
    emit.add_argument("function", metavar="FUNCTION", nargs="+", help="FILE:FUNCTION or package.module:function")
    emit.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="the module to write, or - for the terminal"
    )
    emit.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when FILE is not up to date"
    )
    _add_common(emit)
    emit.set_defaults(run=_emit)

    rules = commands.add_parser("rules", help="list the functions that have derivative rules")
    rules.add_argument("pattern", nargs="?", default="", help="only those that contain this text")
    rules.add_argument("--areas", action="store_true", help="count them, area by area")
    rules.set_defaults(run=_rules)
    return parser


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--wrt", default="", metavar="NAMES", help="parameters to differentiate (default: the first)"
    )
    command.add_argument(
        "--args", default="", metavar="TYPES", help='types, as in "W=float64[:,:], n=int, axis=0"'
    )
    command.add_argument("--mode", choices=MODES, default="grad", help="which derivative (default: grad)")
    command.add_argument("--style", choices=STYLES, default="readable", help="which text (default: readable)")
    command.add_argument(
        "--target", dest="aim", choices=targets.AIMS, default="numpy", help="who runs the text (default: numpy)"
    )
    command.add_argument(
        "--import", dest="load", action="store_true", help="import the module instead of reading it"
    )


def _show(options: argparse.Namespace) -> int:
    target = targets.find(options.function, options.load)
    text = targets.text(
        target, options.wrt, options.args, options.mode, options.stage, options.style, options.aim
    )
    is_python = options.stage == "source"
    sys.stdout.write(coloured(text) if is_python and wants_colour(sys.stdout) else text)
    return 0


def _emit(options: argparse.Namespace) -> int:
    found = [targets.find(t, options.load) for t in options.function]
    text = targets.module(found, options.wrt, options.args, options.mode, options.style, options.aim)
    if options.output == "-":
        sys.stdout.write(text)
        return 0
    path = Path(options.output)
    current = path.read_bytes().decode("utf-8", "replace") if path.exists() else None
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}")
    if options.check:
        return _report_stale(path, current, text)
    if current != text:
        _replace(path, text)
    return 0


def _report_stale(path: Path, current: str | None, text: str) -> int:
    if current == text:
        return 0
    state = "does not exist" if current is None else "is not up to date"
    print(f"st-ad: {path} {state}: run the same command without --check", file=sys.stderr)
    return 1


def _replace(path: Path, text: str) -> None:
    """Write a file so that a reader never sees half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _rules(options: argparse.Namespace) -> int:
    if options.areas:
        print(supported.areas_text(), end="")
        return 0
    rows = [r for r in supported.rules_table() if options.pattern in r[0]]
    if not rows:
        print(f"st-ad: no rule contains {options.pattern!r}", file=sys.stderr)
        return 2
    width = max(len(r[0]) for r in rows)
    for template, kind, remark in rows:
        print(f"{template:<{width}}  {kind:<11}  {remark}".rstrip())
    return 0

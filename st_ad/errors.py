"""What can go wrong, by whose mistake it is, and how it is told: what, where, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that cannot be differentiated.

    what is the first line of the message. file, line, function, text (the source line), column and
    end_column (0-based, for the caret) say where; remedy says what to do instead.
    """

    what: str
    remedy: str = ""
    file: str = ""
    line: int = 0
    function: str = ""
    text: str = ""
    column: int = 0
    end_column: int = 0

    def render(self) -> str:
        """The problem with its source line and a caret under the part that is meant.

        >>> print(Problem("`try` has no adjoint", "move it", "solver.py", 41, "step", "    try:", 4, 8).render())
        `try` has no adjoint
          --> solver.py:41 in `step`
           |
        41 |     try:
           |     ^^^^
           = move it
        """
        lines = [self.what]
        if self.file or self.line:
            where = f"  --> {self.file}:{self.line}"
            lines.append(where + (f" in `{self.function}`" if self.function else ""))
        if self.text:
            number = str(self.line)
            pad = " " * len(number)
            end = max(self.end_column, self.column + 1)
            end = min(end, max(len(self.text), self.column + 1))
            lines += [
                f"{pad} |",
                f"{number} | {self.text}",
                f"{pad} | " + " " * self.column + "^" * (end - self.column),
            ]
            if self.remedy:
                lines.append(f"{pad} = {self.remedy}")
        elif self.remedy:
            lines.append(f"  = {self.remedy}")
        return "\n".join(lines)


class StAdError(Exception):
    """Anything that st_ad refuses; `problems` lists all that was found in one function.

    Args:
        problems: one Problem, a list of them, or the text of one.

    >>> from st_ad import grad
    >>> def f(x):
    ...     async def g(): pass
    ...     return x
    >>> try:
    ...     grad(f)(1.0)
    ... except StAdError as error:
    ...     print(len(error.problems), type(error).__name__)
    1 UnsupportedError
    """

    def __init__(self, problems: Problem | str | list[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: list[Problem] = problems if isinstance(problems, list) else [problems]
        super().__init__("\n".join(p.render() for p in self.problems))

    def __reduce__(self) -> tuple[type, tuple[list[Problem]]]:
        return type(self), (self.problems,)


class UnsupportedError(StAdError):
    """The function uses a construct of Python that st_ad does not differentiate; the message says what to write instead."""


class NoRuleError(StAdError):
    """A value that depends on the differentiated arguments goes into a function that has no derivative rule.

    Give it one with st_ad.rule or a shorter word, or call it outside of the differentiated function.
    """


class NotDifferentiableError(StAdError, TypeError):
    """The derivative that is asked for does not exist: an integer argument, a result that is no number.

    It is a TypeError as well, as a wrong argument of any function is.
    """


class SourceUnavailableError(StAdError):
    """The function has no Python source: it is written in C, or was made in a way that left no text.

    Give it a rule, or define it in a file or a notebook cell.
    """


class NeedStatic(Exception):
    """The value of an int parameter (or of a loop's index) must be known to lower the function."""

    def __init__(self, var: Any, problem: Problem) -> None:
        super().__init__(problem.render())
        self.var = var
        self.problem = problem
        self.param: str | None = None

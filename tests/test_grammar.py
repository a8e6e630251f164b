"""Every node of Python's grammar is differentiated, inert or refused: nothing falls through."""

from __future__ import annotations

import inspect
import linecache
import sys

import gast
import pytest

import goldens
import st_ad

# A node and the golden file in which it occurs inside the differentiated function or what it calls.
SUPPORTED = {
    "FunctionDef": "nested_function", "Lambda": "local_lambda", "arguments": "variable_arguments",
    "Return": "early_returns", "Delete": "comprehension_kinds", "Assign": "recurrence", "AugAssign": "augmented",
    "AnnAssign": "annotations", "For": "for_range", "While": "while_counter", "If": "if_else", "With": "with_errstate",
    "withitem": "with_errstate", "Match": "match_patterns", "match_case": "match_patterns", "MatchValue": "match_patterns",
    "MatchOr": "match_patterns", "MatchAs": "match_patterns", "MatchSingleton": "match_structures",
    "MatchSequence": "match_structures", "MatchMapping": "match_structures", "MatchClass": "match_structures",
    "MatchStar": "match_structures", "Raise": "raise_guard", "Try": "try_guard", "ExceptHandler": "try_guard",
    "Assert": "asserts", "Import": "comprehension_kinds", "ImportFrom": "comprehension_kinds",
    "alias": "comprehension_kinds", "Nonlocal": "nonlocal_variable", "Break": "break_loop", "Continue": "continue_loop",
    "BoolOp": "boolean_operators", "NamedExpr": "walrus_test", "BinOp": "arithmetic", "UnaryOp": "arithmetic",
    "IfExp": "ternary", "Dict": "dict_inside", "Set": "comprehension_kinds", "ListComp": "comprehension",
    "SetComp": "comprehension_kinds", "DictComp": "comprehension_kinds", "GeneratorExp": "comprehension_kinds",
    "comprehension": "comprehension", "Yield": "generator_loop", "YieldFrom": "generator_delegates",
    "Compare": "elif_chain", "Call": "own_function", "keyword": "keywords_and_defaults", "JoinedStr": "formatted_text",
    "FormattedValue": "formatted_text", "Constant": "arithmetic", "Attribute": "math_module", "Subscript": "slices_read",
    "Starred": "unpack_array", "Name": "arithmetic", "List": "array_of_floats", "Tuple": "tuples",
    "Slice": "slices_read", "Load": "arithmetic", "Store": "recurrence", "Del": "comprehension_kinds",
    "Param": "arithmetic", "And": "boolean_operators", "Or": "boolean_operators", "Add": "arithmetic",
    "Sub": "arithmetic", "Mult": "arithmetic", "MatMult": "matmul_vector", "Div": "arithmetic", "Mod": "arithmetic",
    "Pow": "integer_power", "FloorDiv": "arithmetic", "LShift": "integer_operators", "RShift": "integer_operators",
    "BitOr": "integer_operators", "BitXor": "integer_operators", "BitAnd": "integer_operators",
    "Invert": "integer_operators", "Not": "boolean_operators", "UAdd": "arithmetic", "USub": "arithmetic",
    "Eq": "asserts", "NotEq": "integer_operators", "Lt": "boolean_operators", "LtE": "boolean_operators",
    "Gt": "asserts", "GtE": "integer_operators", "Is": "integer_operators", "IsNot": "integer_operators",
    "In": "integer_operators", "NotIn": "integer_operators", "ClassDef": "local_class",
}  # fmt: skip

# Nodes that only stand for what the lines around them do.
INERT = {"Expr": "prints", "Pass": "comprehension_kinds", "Global": "comprehension_kinds"}

# A node, the golden file of its refusal, or its text and the version of Python that has it.
REFUSED = {"AsyncFunctionDef": "async"}
REFUSED_TEXTS = {
    "TryStar": ((3, 11), "    try:\n        y = x\n    except* ValueError:\n        y = 1.0\n    return y\n", "`except*`"),
    "TypeAlias": ((3, 12), "    type Number = float\n    return x\n", "a type alias"),
    "TypeVar": ((3, 12), "    def g[T](v: T) -> T:\n        return v\n    return g(x)\n", "type parameters"),
    "TypeVarTuple": ((3, 12), "    def g[*T](*v: *T):\n        return v[0]\n    return g(x)\n", "type parameters"),
    "ParamSpec": ((3, 12), "    def g[**P](v):\n        return v\n    return g(x)\n", "type parameters"),
    "TemplateStr": ((3, 14), "    y = t'{x}'\n    return x\n", "template strings"),
    "Interpolation": ((3, 14), "    y = t'{x}'\n    return x\n", "template strings"),
}
ASYNC = "inside `async def` only, which is refused as a whole"
UNREACHABLE = {
    **dict.fromkeys("Await AsyncFor AsyncWith".split(), ASYNC),
    **dict.fromkeys("Module Interactive Expression FunctionType Suite mod".split(), "the root of a tree, not of a function"),
    **dict.fromkeys("TypeIgnore type_ignore".split(), "a comment"),
    **dict.fromkeys("Print Exec Repr AugLoad AugStore slice".split(), "of Python 2 and of old trees"),
    **dict.fromkeys(
        "AST boolop cmpop excepthandler expr expr_context operator stmt unaryop pattern type_param".split(), "abstract"
    ),
}  # fmt: skip


def grammar() -> list[str]:
    return [n for n, c in vars(gast).items() if inspect.isclass(c) and issubclass(c, gast.AST)]


@pytest.mark.parametrize("name", grammar())
def test_every_node_is_decided(name: str) -> None:
    tables = [SUPPORTED, INERT, REFUSED, REFUSED_TEXTS, UNREACHABLE]
    assert sum(name in table for table in tables) == 1


def definitions(golden: str, errors: bool = False) -> list[gast.AST]:
    """The functions and classes of a golden file."""
    folder = goldens.FOLDER / "errors" if errors else goldens.FOLDER
    given = (folder / f"{golden}.txt").read_text(encoding="utf-8").split("\n# --- ")[0]
    kinds = (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)
    return [n for n in gast.parse(given).body if isinstance(n, kinds)]


@pytest.mark.parametrize(("name", "golden"), [*SUPPORTED.items(), *INERT.items()])
def test_what_is_supported_has_a_golden(name: str, golden: str) -> None:
    assert any(isinstance(n, getattr(gast, name)) for d in definitions(golden) for n in gast.walk(d))


@pytest.mark.parametrize(("name", "golden"), REFUSED.items())
def test_what_is_refused_has_a_golden(name: str, golden: str) -> None:
    assert any(isinstance(n, getattr(gast, name)) for d in definitions(golden, True) for n in gast.walk(d))


@pytest.mark.parametrize("name", REFUSED_TEXTS)
def test_newer_syntax_is_refused(name: str) -> None:
    version, body, what = REFUSED_TEXTS[name]
    if sys.version_info < version:
        pytest.skip(f"syntax of Python {version[0]}.{version[1]}")
    text = f"def f(x):\n{body}"
    file = f"<grammar {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    namespace: dict = {}
    exec(compile(text, file, "exec"), namespace)
    with pytest.raises(st_ad.StAdError) as caught:
        st_ad.grad(namespace["f"])(1.5)
    # gast does not parse all of the newest syntax, and then there is no source.
    assert what in str(caught.value) or isinstance(caught.value, st_ad.SourceUnavailableError)

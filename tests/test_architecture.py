"""The rooms of the design hold: who may import whom, what a room may depend on, and that public names are explained."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import st_ad

ROOT = Path(st_ad.__file__).parent

# A room imports only from rooms to its left; rooms in one group are free files of one step.
ROOMS = [
    "version", "errors", "recipe", "ir", "frontend", "rules", "analysis", "transform", "simplify", "lowering", "emit", "compile", "cache", "pipeline",
    "arguments", "recent", "subject", "loading", "stored", "dispatch", "transformed", "seeded", "products", "jacobians", "checking", "api",
    "typespec", "supported", "targets", "__init__",
]  # fmt: skip


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    parts = module.split(".")
    return "__init__" if len(parts) == 1 else parts[1]


MODULES = {module_name(p): p for p in sorted(ROOT.rglob("*.py"))}


def imports_of(module: str, path: Path) -> list[tuple[str, int]]:
    """Every module of st_ad that a file imports, also inside functions; not those under TYPE_CHECKING."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(a.name, node.lineno) for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{name}.{alias.name}"
                found.append((inner if inner in MODULES else name, node.lineno))
    return [(n, line) for n, line in found if n.split(".")[0] == "st_ad"]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_room_imports_only_from_rooms_to_its_left(module: str) -> None:
    room = room_of(module)
    wrong = []
    for name, line in imports_of(module, MODULES[module]):
        other = room_of(name)
        if room == "runtime":
            allowed = other == "runtime"
        elif other == "runtime":
            allowed = True
        else:
            allowed = other == room or ROOMS.index(other) < ROOMS.index(room)
        if not allowed:
            wrong.append(f"{module}:{line} imports {name}")
    assert not wrong


def test_every_room_has_a_place_in_the_order() -> None:
    assert {room_of(m) for m in MODULES} - {"runtime"} <= set(ROOMS)


def test_there_are_no_cycles() -> None:
    graph = {m: sorted({n for n, _ in imports_of(m, p)} - {m}) for m, p in MODULES.items()}
    state: dict[str, int] = {}

    def visit(module: str, path: list[str]) -> None:
        assert state.get(module) != 1, " -> ".join([*path, module])
        if state.get(module) == 2 or module not in graph:
            return
        state[module] = 1
        for other in graph[module]:
            visit(other, [*path, module])
        state[module] = 2

    for module in graph:
        visit(module, [])


def test_the_runtime_needs_numpy_only() -> None:
    for module, path in MODULES.items():
        if room_of(module) != "runtime":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            assert {n.split(".")[0] for n in names} <= {"__future__", "numpy", "math", "typing"}, module


@pytest.mark.parametrize("package, rooms", [("gast", {"frontend"}), ("astor", {"emit"})])
def test_outside_packages_stay_in_their_room(package: str, rooms: set[str]) -> None:
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            if package in {n.split(".")[0] for n in names}:
                assert room_of(module) in rooms, f"{module} imports {package}"


def test_the_command_line_uses_public_names_only() -> None:
    folder = ROOT.parent / "cli"
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.ImportFrom)
                and not node.level
                and (node.module or "").startswith("st_ad")
            ):
                assert node.module == "st_ad"
                assert not any(a.name.startswith("_") and a.name != "__version__" for a in node.names)


def test_public_names_are_explained() -> None:
    for name in set(st_ad.__all__) - {"__version__"}:
        assert inspect.getdoc(getattr(st_ad, name)), name


def test_every_module_says_what_it_is() -> None:
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or not tree.body, module


def test_files_are_short() -> None:
    long = {}
    for path in sorted([*ROOT.rglob("*.py"), *(ROOT.parent / "cli").glob("*.py")]):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines >= 400:
            long[str(path.relative_to(ROOT.parent))] = lines
    assert not long, "a file that outgrows 400 lines has two concerns: split it"


def test_every_package_is_installed() -> None:
    listed = (ROOT.parent / "pyproject.toml").read_text(encoding="utf-8")
    packages = {module_name(p) for p in ROOT.rglob("__init__.py")}
    assert [p for p in sorted(packages) if f'    "{p}",\n' not in listed] == []


def test_importing_is_light() -> None:
    code = "import sys, st_ad; print(*sorted({'scipy', 'pygments', 'matplotlib', 'sklearn', 'astor'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []

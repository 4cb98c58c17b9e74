"""What import-linter can't see: who may make a Suggestion, what the core may not call, and what the papers say.

Sources are read as syntax trees, so that a word in a comment or a docstring proves nothing.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import citecoder
from citecoder.app.cli import app as command_line
from citecoder.app.server import create_app
from citecoder.app.wiring import Parts
from tests.conftest import CHECKOUT

PLUGIN = CHECKOUT / "plugin"
PACKAGE = PLUGIN / "citecoder"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 450

CORE = {
    "errors", "model", "records", "paths", "codes", "elements", "leading", "notes", "rules", "retrieval", "coding", "checking",
    "prompts", "language_model", "yaml_text", "redaction",
}  # fmt: skip
CLOCKS = {"today", "now", "utcnow", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
CLOCK_OWNERS = {"date", "datetime", "time"}
OUTSIDE = {"socket", "ssl", "urllib", "http", "requests", "httpx", "aiohttp", "subprocess"}
STORES = {"chromadb", "langchain", "langchain_core", "langchain_chroma"}
SAYS_NOTHING = {"utils", "helpers", "common", "misc", "manager", "util", "helper", "managers"}
VERBS = {
    "suggest": ("post", "/v1/suggestions"),
    "ask": ("post", "/v1/answers"),
    "search": ("post", "/v1/passages/search"),
    "lookup": ("get", "/v1/codes/{code}"),
    "units": ("post", "/v1/units"),
}


TOOLS = {
    "suggest": "suggest_codes",
    "ask": "ask_coding_question",
    "search": "search_sources",
    "lookup": "lookup_code",
}


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield the full name of every import, wherever it stands in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _packages(tree: ast.Module) -> set[str]:
    return {name.split(".")[0] for name in _imports(tree)}


def _called(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


core = pytest.mark.parametrize("path", [path for path in MODULES if _layer(path) in CORE], ids=_name)
every = pytest.mark.parametrize("path", MODULES, ids=_name)


# --- the first law -------------------------------------------------------------------------------


def test_only_decide_makes_suggestions() -> None:
    makers = {_name(path) for path in MODULES if "Suggestion" in _called(_tree(path))}
    assert makers == {"coding/decide.py"}


# --- the core ------------------------------------------------------------------------------------


def test_every_layer_of_the_core_is_on_disk() -> None:
    assert {_layer(path) for path in MODULES} >= CORE


@core
def test_the_core_asks_no_clock(path: Path) -> None:
    asked = [
        f"{owner}.{node.attr}"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
        if (owner := ast.unparse(node.value).rsplit(".", 1)[-1]) in CLOCK_OWNERS
    ]
    assert asked == []
    assert "time" not in _packages(_tree(path))


@core
def test_the_core_reads_no_environment(path: Path) -> None:
    tree = _tree(path)
    assert not {name for name in _imports(tree) if name in {"os.environ", "os.getenv"}}
    read = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert not {"environ", "getenv"} & set(read)


@core
def test_the_core_reaches_no_network_and_no_process(path: Path) -> None:
    assert not OUTSIDE & _packages(_tree(path))


# --- vendors -------------------------------------------------------------------------------------


class _RunTime(ast.NodeTransformer):
    """Leaves out what only a type checker reads."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        """Drop the body of ``if TYPE_CHECKING:``."""
        return node.orelse if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def test_only_adapters_import_chroma_and_langchain() -> None:
    run_time = {path: _RunTime().visit(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES}
    users = {path for path, tree in run_time.items() if STORES & _packages(tree)}
    assert {_layer(path) for path in users} == {"adapters"}


def test_only_one_module_imports_chroma() -> None:
    users = {_name(path) for path in MODULES if {"chromadb", "langchain_chroma"} & _packages(_tree(path))}
    assert users == {"adapters/chroma_collection.py"}


def test_only_the_records_know_sql() -> None:
    users = {_name(path) for path in MODULES if {"sqlalchemy", "alembic", "psycopg"} & _packages(_tree(path))}
    assert users
    assert {name for name in users if not name.startswith("adapters/records/")} == set()


# --- the doors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_command(verb: str) -> None:
    assert verb in {command.name for command in command_line.registered_commands}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_route(verb: str, parts: Parts) -> None:
    method, path = VERBS[verb]
    assert method in create_app(parts).openapi()["paths"][path]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_function(verb: str) -> None:
    assert verb in citecoder.__all__
    assert callable(getattr(citecoder, verb))


def test_every_verb_of_the_contract_is_a_tool() -> None:
    from citecoder.app.mcp_server import tools

    assert [verb.name for verb in tools.VERBS] == list(TOOLS.values())


# --- the papers ----------------------------------------------------------------------------------

_ROW = re.compile(
    r"^(?P<indent>(?:│   |    )*)(?:├── |└── )?(?P<name>[\w.\-*<>]+/?)(?:\s{2,}(?P<says>\S.*))?$"
)


def _drawn() -> dict[str, str]:
    """Return the tree of ARCHITECTURE.md: path → what its line says."""
    text = (CHECKOUT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = next(b for b in re.findall(r"```text\n(.*?)```", text, re.DOTALL) if "citecoder/" in b)
    stack: list[str] = []
    found: dict[str, str] = {}
    for line in filter(str.strip, block.splitlines()):
        row = _ROW.match(line)
        assert row, f"ARCHITECTURE.md: this line of the tree can't be read: {line!r}"
        depth = len(row["indent"]) // 4 + ("── " in line)
        stack = [*stack[:depth], row["name"].rstrip("/")]
        found["/".join(stack)] = row["says"] or ""
    return found


def test_the_drawn_tree_is_the_tree_on_disk() -> None:
    drawn = {path for path in _drawn() if path.startswith("plugin/citecoder/") and path.endswith(".py")}
    on_disk = {path.relative_to(CHECKOUT).as_posix() for path in MODULES}
    assert sorted(on_disk - drawn) == [], "add these to ARCHITECTURE.md"
    assert sorted(drawn - on_disk) == [], "these are gone: take them out of ARCHITECTURE.md"


def test_every_folder_that_is_drawn_is_there() -> None:
    assert [path for path in _drawn() if not (CHECKOUT / path).exists()] == []


def test_every_line_of_the_drawn_tree_says_something() -> None:
    assert [path for path, says in _drawn().items() if path.endswith(".py") and not says] == []


def test_every_pass_is_named_in_order() -> None:
    from citecoder.coding.decide import PASSES

    text = (CHECKOUT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\d+\. `(\w+)`", text.split("## The passes", 1)[1].split("\n## ", 1)[0], re.MULTILINE
    )
    assert listed == [one.__name__ for one in PASSES]


def test_the_layers_are_those_that_are_enforced() -> None:
    config = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    text = (CHECKOUT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert " → ".join(layers) in text


@pytest.mark.parametrize("paper", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_file_that_a_paper_links_to_is_there(paper: str) -> None:
    text = (CHECKOUT / paper).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (CHECKOUT / link).exists()] == []


# --- modules -------------------------------------------------------------------------------------


@every
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(_tree(path))


@every
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_file_has_a_name_that_says_its_job() -> None:
    files = [*MODULES, *(CHECKOUT / "tests").rglob("*.py"), *(PLUGIN / "scripts").glob("*.py")]
    names = {
        path: {path.stem.removeprefix("test_"), *path.relative_to(CHECKOUT).parts[:-1]} for path in files
    }
    assert [path for path, parts in names.items() if SAYS_NOTHING & parts] == []

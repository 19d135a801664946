"""What no linter sees: the shape of the code (style.md, architecture.md)."""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Lowest first: an app may name only apps before it.
APPS = ("accounts", "notifications", "course", "quizzes", "presentations", "exchange", "config")
SIDE_BY_SIDE = {"quizzes", "presentations"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}
PURE_FILES = (
    "course/weekfile.py",
    "course/markdown.py",
    "course/week_*.py",
    "course/index.py",
    "course/line_changes.py",
    "quizzes/scoring.py",
    "quizzes/saving.py",
    "quizzes/tally.py",
    "quizzes/formats/*.py",
)
# These begin with "week_" for other reasons: registries and what a page shows.
NOT_PURE = {"week_panels.py", "week_rows.py", "week_page.py", "week_todo.py", "week_words.py", "week_template.py"}


def sources() -> list[Path]:
    return [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in sources())


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(function: ast.FunctionDef) -> int:
    """Lines of code of a function without its docstring."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
        body = body[1:]
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def allowed(app: str) -> set[str]:
    before = set(APPS[: APPS.index(app) + 1])
    return before - (SIDE_BY_SIDE - {app}) if app in SIDE_BY_SIDE else before


def test_modules_length_stays_under_500_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in sources() if (n := len(p.read_text(encoding="utf-8").splitlines())) > 500}
    assert long == {}


def test_modules_names_say_what_they_are_about() -> None:
    bad = [str(p.relative_to(ROOT)) for p in sources() if FORBIDDEN_NAMES & {p.stem, *p.relative_to(ROOT).parts}]
    assert bad == []


def test_functions_length_stays_in_budget() -> None:
    lengths = {f"{p.relative_to(ROOT)}:{f.name}": length(f) for p, tree in trees() for f in functions(tree)}
    assert {name: n for name, n in lengths.items() if n > 60} == {}
    assert median(lengths.values()) <= 8
    assert quantiles(lengths.values(), n=10)[-1] <= 25


def test_views_length_stays_in_budget() -> None:
    views = {
        f"{p.relative_to(ROOT)}:{f.name}": length(f)
        for p, tree in trees()
        if "views" in p.parts or p.stem == "views"
        for f in functions(tree)
        if f.args.args and f.args.args[0].arg == "request"
    }
    assert {name: n for name, n in views.items() if n > 40} == {}
    assert median(views.values()) <= 15


def test_imports_inside_functions_carry_a_reason() -> None:
    bad = []
    for path, tree in trees():
        lines = path.read_text(encoding="utf-8").splitlines()
        for function in functions(tree):
            bad += [
                f"{path.relative_to(ROOT)}:{node.lineno}"
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom) and "#" not in lines[node.lineno - 1]
            ]
    assert bad == []


def test_exceptions_broad_ones_are_raised_again() -> None:
    bad = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"Exception"}
            raises = any(isinstance(n, ast.Raise) for n in ast.walk(node))
            if names & {"Exception", "BaseException"} and not raises:
                bad.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert bad == []


def test_foreign_keys_by_string_stay_inside_the_dag() -> None:
    bad = []
    for path, tree in trees():
        app = path.relative_to(ROOT).parts[0]
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"ForeignKey", "OneToOneField", "ManyToManyField"}
            ):
                target = node.args[0] if node.args else None
                if isinstance(target, ast.Constant) and isinstance(target.value, str) and "." in target.value:
                    label = target.value.split(".")[0].lower()
                    if label in APPS and label not in allowed(app):
                        bad.append(f"{path.relative_to(ROOT)}:{node.lineno} {target.value}")
    assert bad == []


def test_pure_modules_import_no_framework() -> None:
    files = {path for pattern in PURE_FILES for path in ROOT.glob(pattern) if path.name not in NOT_PURE}
    assert len(files) > 20
    bad = []
    for path in sorted(files):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            bad += [f"{path.relative_to(ROOT)} imports {m}" for m in modules if m.split(".")[0] in {"django", "celery"}]
    assert bad == []


def test_models_and_actions_know_no_http() -> None:
    bad = []
    for path, tree in trees():
        if not ({"models", "actions"} & {path.stem, *path.parts}):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("django.http", "django.shortcuts", "celery")):
                bad.append(f"{path.relative_to(ROOT)} imports {node.module}")
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("notifications.bell"):
                bad.append(f"{path.relative_to(ROOT)} rings the bell")
    assert bad == []


def reads_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "now"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"timezone", "datetime"}
    )


def test_clock_is_read_only_at_the_edges() -> None:
    edges = {"views", "tasks", "commands", "middleware", "templatetags", "dev_mail", "health", "supervisor"}
    bad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in trees()
        if not edges & {path.stem, *path.relative_to(ROOT).parts} and not path.stem.startswith("admin")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and reads_clock(node)
    ]
    assert bad == []


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INSIDE = re.compile(r"""(?:extends|include)\s+["']([\w/.\-]+)""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_template_keeps_the_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    is_mail = "email" in path.parts or path.name.startswith("mail")
    assert is_mail or not re.search(r"\sstyle=", text), "inline style"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline script"
    assert "hx-on" not in text
    assert "js:" not in text
    assert not re.search(r"""hx-trigger=["'][^"']*\[""", text), "a filter in hx-trigger needs eval and still sends"
    assert "|safe" not in text, "stored HTML goes through the filter `stored`; nothing else is safe"
    app = path.relative_to(ROOT / "templates").parts[0]
    for other in INSIDE.findall(text):
        owner = other.split("/")[0]
        if "/" in other and owner in APPS and app in APPS:
            assert owner in allowed(app), f"{other} belongs to an app above or beside"


CSS = sorted((ROOT / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", CSS, ids=lambda p: p.name)
def test_style_sheet_keeps_the_rules(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    outside = re.sub(r"@layer tokens \{.*?\n\}", "", text, flags=re.DOTALL)
    assert "!important" not in text
    assert not re.search(r"outline\s*:\s*(none|0)\b", text)
    assert not re.search(r"font(-size)?\s*:[^;]*\d+px", text)
    if path.name != "admin.css":  # maps our tokens onto the admin's own variables
        assert not re.search(r"#[0-9a-f]{3,8}\b|oklch\(|rgba?\(|hsla?\(", outside, flags=re.IGNORECASE), (
            "raw colour outside the tokens"
        )


def test_style_sheets_are_layered() -> None:
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "static/css/seminar.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    top = re.sub(r"@layer [\w, ]+;|@layer \w+ \{.*?\n\}", "", text, flags=re.DOTALL)
    assert top.strip() == ""


def test_vendored_files_are_unchanged() -> None:
    for line in (ROOT / "static/vendor/SHA256SUMS").read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest, name


def test_dependencies_stay_few_and_carry_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [")[1].split("\n]")[0].strip().splitlines()
    assert len(block) <= 28
    assert [line for line in block if "#" not in line] == []


def test_tests_are_named_for_thing_condition_result() -> None:
    bad = [
        f"{path.relative_to(ROOT)}:{function.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
        if function.name.startswith("test_") and function.name.count("_") < 3
    ]
    assert bad == []

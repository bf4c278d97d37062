"""The layout, the layers and the names that keep the code readable are held here, not in anybody's memory."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from leads.decisions.stages import Stage, can_move

ROOT = Path(__file__).resolve().parent.parent
APPS = ("leads", "routing", "queues", "dashboards")
SOURCES = sorted(
    path for app in ("config", *APPS) for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

ROOMS = ("decisions", "actions", "queries", "models", "presenters", "receivers", "signals")
VAGUE_FILES = {"utils", "util", "helpers", "helper", "services", "service", "common", "misc", "data", "info", "manager"}
VAGUE_STARTS = ("handle_", "process_")
FRAMEWORKS_ASK_FOR = {
    "process_request", "process_view", "process_exception", "handle", "handle_request", "handle_no_permission",
    "handle_starttag", "handle_endtag",
}  # fmt: skip
READS_THE_CLOCK = re.compile(r"\b(?:timezone|datetime|date|time)\.(?:now|utcnow|today|time|localtime|localdate)\(")
# Slow to load, and one page in a hundred needs them. Each place says why; nothing may load them at the start.
PACKAGES_LOADED_WHEN_USED = {
    "apprise", "charset_normalizer", "cryptography", "email_validator", "holidays", "http_ece", "httpx", "icalendar",
    "ninja", "phonenumbers", "py_vapid", "pydantic", "recurring_ical_events", "requests", "tldextract",
}  # fmt: skip
LOADED_WHEN_USED = PACKAGES_LOADED_WHEN_USED | {
    "cryptography.fernet",
    "cryptography.hazmat.primitives",
    "cryptography.hazmat.primitives.asymmetric",
    "cryptography.hazmat.primitives.hashes",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "config.web.pinned_transport",
    "leads.api.endpoint",
    "leads.api.openapi",
}
BLOCKED_BY_THE_POLICY = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", re.I),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']|\shx-on[:a-z-]*\s*=|javascript:", re.I),
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def definitions(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(tree(path))


def room_of(path: Path) -> str:
    """The room of a file of an app, else nothing."""
    app, *rooms = path.relative_to(ROOT).with_suffix("").parts
    return rooms[0] if app in APPS else ""


def test_imports_follow_both_lines_of_the_design():
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_no_file_has_more_than_300_lines():
    lengths = {name(path): len(path.read_text().splitlines()) for path in SOURCES + TESTS}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_each_file_says_its_one_job_first():
    written = [path for path in SOURCES + TESTS if path.stat().st_size]
    assert [name(path) for path in written if not ast.get_docstring(tree(path))] == []


def test_names_say_what_a_thing_is():
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    named = [(name(path), node.name) for path in SOURCES for node in definitions(path) if isinstance(node, kinds)]
    vague = [found for found in named if found[1].startswith(VAGUE_STARTS) and found[1] not in FRAMEWORKS_ASK_FOR]
    files = [name(path) for path in SOURCES if VAGUE_FILES & {path.stem, path.parent.name}]
    assert (vague, files) == ([], [])


def test_imports_stand_at_the_top():
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [(path, node) for path in SOURCES for node in definitions(path) if isinstance(node, kinds)]
    hidden = [
        f"{name(path)}:{node.lineno}"
        for path, function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not set(imported_by(node)) <= LOADED_WHEN_USED
    ]
    assert hidden == []


def imported_by(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]


def test_what_few_pages_need_is_not_loaded_at_the_start(tmp_path: Path):
    """A web server that has answered a first request, on SQLite."""
    first_answer = """if True:
        import sys
        from config.asgi import application
        from django.test import Client
        assert Client().get("/sign-in/").status_code == 200
        print(*{name.partition(".")[0] for name in sys.modules})
    """
    environment = {"PATH": os.environ["PATH"], "ALUR_DEMO": "true", "VAR_DIR": str(tmp_path), "ALLOWED_HOSTS": "*"}
    started = subprocess.run(
        [sys.executable, "-c", first_answer], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert PACKAGES_LOADED_WHEN_USED & set(started.stdout.split()) == set()


def test_saving_has_no_side_effects():
    """No save() overrides, no post_save, no generic foreign keys: actions write, and say what follows."""
    classes = [(path, node) for path in SOURCES for node in definitions(path) if isinstance(node, ast.ClassDef)]
    overrides = [name(path) for path, node in classes for each in node.body if getattr(each, "name", "") == "save"]
    hooks = [name(path) for path in SOURCES if re.search(r"post_save|pre_save|GenericForeignKey", path.read_text())]
    assert (overrides, hooks) == ([], [])


def test_time_is_passed_into_the_rooms():
    """Only doors and config read the clock."""
    inside = [path for path in SOURCES if room_of(path) in ROOMS]
    assert [name(path) for path in inside if READS_THE_CLOCK.search(path.read_text())] == []


def test_templates_obey_the_policy():
    """Strict everywhere; the admin alone may set styles."""
    found = {
        (name(path), what)
        for path in TEMPLATES
        for what, pattern in BLOCKED_BY_THE_POLICY.items()
        if pattern.search(path.read_text())
    }
    assert {(path, what) for path, what in found if not ("admin/" in path and what == "an inline style")} == set()


def test_no_line_of_a_template_is_longer_than_140_columns():
    lines = [(path, number, line) for path in TEMPLATES for number, line in enumerate(path.read_text().split("\n"), 1)]
    assert [f"{name(path)}:{number}" for path, number, line in lines if len(line) > 140] == []


def test_folders_of_tests_are_no_packages():
    """pytest imports them by path; two test files may then have the same name."""
    folders = {path.parent for path in TESTS if path.name.startswith("test_")}
    assert [name(folder) for folder in folders if (folder / "__init__.py").exists()] == []


STAGE_COLUMNS = {"stage", "stage_at", "closed_reason"}


def called(node: ast.Call) -> str:
    """The name of the function or method."""
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")


def writes_of_stages(path: Path) -> Iterator[int]:
    """The lines that set a lead's stage: by attribute, by setattr(), in update() or in a list of fields to write."""
    for node in definitions(path):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = {part.attr for target in targets for part in ast.walk(target) if isinstance(part, ast.Attribute)}
        elif isinstance(node, ast.Call) and called(node) in {"update", "save", "bulk_update"}:
            names = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
            found = {keyword.arg for keyword in node.keywords} | names
        else:
            continue
        if found & STAGE_COLUMNS:
            yield node.lineno


def test_one_module_changes_the_stage_of_leads():
    """leads.actions.stages checks that a lead may move. claims/take_next.sql is the one exception; its test holds it to
    the same rule."""
    writers = [f"{name(path)}:{line}" for path in SOURCES for line in writes_of_stages(path)]
    assert [each for each in writers if not each.startswith("leads/actions/stages.py:")] == []


def test_one_sql_statement_changes_the_stage_of_leads_and_only_as_allowed():
    """The claim takes waiting leads; a lead may go from waiting to held."""
    statements = [path for app in APPS for path in (ROOT / app).rglob("*.sql") if "leads_lead" in path.read_text()]
    assert [name(path) for path in statements] == ["queues/actions/claims/take_next.sql"]
    assert re.findall(r"UPDATE leads_lead \w+ SET stage = '(\w+)'", statements[0].read_text()) == [Stage.HELD]
    assert can_move(Stage.WAITING, Stage.HELD)

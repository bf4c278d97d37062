"""No stylesheet, class, icon or script is kept that nothing uses, and none is used that is not there."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "static"
APPS = ("config", "leads", "routing", "queues", "dashboards")
ENTRIES = ("alur.css", "admin.css", "web_form.css")
# Django and the admin's theme write these; htmx sets htmx-request
OTHERS = {
    "dark",
    "errorlist",
    "errornote",
    "field-position",
    "htmx-request",
    "material-symbols-outlined",
    "messagelist",
}
OTHERS |= {"nonfield", "nonform", "readonly"}
# classes that templates put together: a{{ band }} of ages, h{{ level }} of heat; field-... are the admin's columns
BUILT = re.compile(r"[ah]\d|is-(ok|warn|bad)|field-[a-z_]+")


def text_of(pattern: str, *folders: str) -> str:
    paths = [path for folder in folders for path in (ROOT / folder).rglob(pattern)]
    return "\n".join(path.read_text() for path in sorted(paths))


@pytest.fixture(scope="module")
def users() -> str:
    """Everything that can name a class, an icon or a file."""
    return "\n".join(
        [
            text_of("*.html", "templates"),
            text_of("*.py", *APPS),
            text_of("*.js", "static/js"),
            text_of("*.css", "static/css"),
        ]
    )


def sheets() -> list[Path]:
    return sorted((STATIC / "css").rglob("*.css"))


def test_every_class_of_the_stylesheets_is_used():
    named = set(
        re.findall(
            r"[A-Za-z_][\w-]*", text_of("*.html", "templates") + text_of("*.py", *APPS) + text_of("*.js", "static/js")
        )
    )
    unused = {}
    for sheet in sheets():
        plain = re.sub(r'/\*.*?\*/|url\([^)]*\)|"[^"]*"', "", sheet.read_text(), flags=re.S)
        classes = {
            name for rule in re.findall(r"([^{}]+)\{", plain) for name in re.findall(r"\.([A-Za-z_][\w-]*)", rule)
        }
        dead = {name for name in classes - named - OTHERS if not BUILT.fullmatch(name)}
        if dead:
            unused[sheet.name] = dead
    assert unused == {}


def test_every_stylesheet_is_imported_and_every_import_is_there():
    imported = {
        (sheet.parent / found).resolve()
        for sheet in sheets()
        for found in re.findall(r'@import url\("([^"]+)"\)', sheet.read_text())
    }
    assert imported | {STATIC / "css" / name for name in ENTRIES} == set(sheets())


def test_only_sheets_beside_the_entries_name_files_of_their_own():
    """An entry is served with its imports in it, where an address relative to a folder below would lead elsewhere."""
    below = [path for path in sheets() if path.parent.name != "css"]
    assert [path.name for path in below if re.search(r'(url\((?!"data:)|@import)', path.read_text())] == []


def test_a_stylesheet_is_served_as_one_file():
    for entry in ENTRIES:
        found = Path(finders.find(f"css/{entry}"))
        assert "@import" not in found.read_text()
        assert len(found.read_text()) > len((STATIC / "css" / entry).read_text())


def test_every_icon_is_used_and_every_icon_used_is_there(users: str):
    icons = re.findall(r'<symbol[^>]* id="([^"]+)"', (STATIC / "img/icons.svg").read_text())
    assert [name for name in icons if not re.search(rf"""["'#]{re.escape(name)}["']""", users)] == []
    drawn = set(re.findall(r"""\{% icon ["']([^"']+)["']""", users))
    assert drawn - set(icons) == set()


def test_every_script_is_used(users: str):
    assert [path.name for path in (STATIC / "js").iterdir() if f"js/{path.name}" not in users] == []


def test_a_stylesheet_or_a_script_has_at_most_300_lines():
    files = [*sheets(), *(STATIC / "js").iterdir()]
    assert [path.name for path in files if len(path.read_text().splitlines()) > 300] == []

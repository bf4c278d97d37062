"""What the papers say can be followed: paths exist, links lead somewhere, and each requirement number has its line."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
APPS = ("config", "leads", "routing", "queues", "dashboards")
FOLDERS = "|".join((*APPS, "templates", "static", "tests", "docs"))
NAMED_PATH = re.compile(rf"`((?:{FOLDERS})/[\w./-]*?)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
MARK = re.compile(r"(?<![\w-])([A-M](?:1[0-5]|[1-9])[a-d]?)(?![\w-])")
MARKED = re.compile(r"\(((?:[A-M]\d{1,2}[a-d]?)(?:(?:, | to |-)[A-M]\d{1,2}[a-d]?)*)\)")


def name(paper: Path) -> str:
    return paper.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_paths_that_are_named_exist(paper: Path):
    named = NAMED_PATH.findall(paper.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=name)
def test_links_lead_to_files(paper: Path):
    links = LINK.findall(paper.read_text())
    assert [link for link in links if not (paper.parent / link).exists()] == []


def promised() -> set[str]:
    """The numbers of docs/requirements.md; `A1a` is part (a) of line A1."""
    found: set[str] = set()
    for line in re.split(r"\n(?=- |## )", (ROOT / "docs" / "requirements.md").read_text()):
        for number in MARK.findall(line.split(" ", 2)[1] if line.startswith("- ") else ""):
            found |= {number} | {f"{number}{part}" for part in re.findall(r"\(([a-d])\)", line)}
        found |= set(re.findall(r"(?<=[.:;] )([A-M]\d{1,2}) ", line))
    return found


def test_every_number_in_the_code_has_its_line_in_the_requirements():
    sources = [
        path for app in (*APPS, "tests") for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
    ]
    used = {
        (mark, path.relative_to(ROOT).as_posix())
        for path in sources
        for group in MARKED.findall(path.read_text())
        for mark in MARK.findall(group)
    }
    assert {mark for mark, _path in used} - promised() == set()
    assert len(used) > 300


def test_readme_is_read_in_five_minutes():
    assert len((ROOT / "README.md").read_text().split()) <= 900

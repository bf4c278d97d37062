"""Files made by others are the ones that vendor.json names, unchanged, with their licences."""

import base64
import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "vendor.json").read_text())


def sha512(path: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def test_each_vendored_file_is_the_one_that_was_checked():
    named = {file["path"]: file["sha512"] for package in PACKAGES for file in package["files"] if "sha512" in file}
    assert {path: sha512(VENDOR / path) for path in named} == named


def test_no_file_of_others_is_unnamed():
    named = {file["path"] for package in PACKAGES for file in package["files"]}
    named |= {package["licence_file"] for package in PACKAGES} | {"vendor.json", "VERSIONS.md"}
    kept = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert kept - named == set()


def test_no_stylesheet_or_script_looks_for_a_map():
    """Hashed static files would fail on a map that is not there."""
    static = VENDOR.parent
    asking = [
        path.name
        for path in static.rglob("*")
        if path.suffix in {".css", ".js"} and "sourceMappingURL" in path.read_text()
    ]
    assert asking == []

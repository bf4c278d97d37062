"""Reads what a catalogue of messages must have: every message of Python and of templates, as pages ask for it (J1)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.template import Template
from django.template.base import Node, NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "leads", "routing", "queues", "dashboards")
PLAIN = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
IN_A_FILTER = re.compile(r"""_\((["'])(.+?)\1\)""")
Message = tuple[str, str]  # context or nothing, and the English text


def python_messages(folder: Path) -> Iterator[tuple[Message, str]]:
    """With the place of each, as path:line. Migrations name what was, and speak to nobody."""
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _messages_of(path)


def _messages_of(path: Path) -> Iterator[tuple[Message, str]]:
    tree = ast.parse(path.read_text())
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        asked = names.get(node.func.id, "")
        given = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if given and asked in PLAIN:
            yield ("", given[0]), f"{path}:{node.lineno}"
        elif len(given) > 1 and asked in WITH_CONTEXT:
            yield (given[0], given[1]), f"{path}:{node.lineno}"


def template_messages(folder: Path) -> Iterator[tuple[Message, str]]:
    for path in sorted(folder.rglob("*.html")) + sorted(folder.rglob("*.txt")):
        source = path.read_text()
        for found in IN_A_FILTER.finditer(source):
            yield ("", found[2]), str(path)
        for message in _of_nodes(Template(source).nodelist):
            yield message, str(path)


def _of_nodes(nodes: NodeList | list[Node]) -> Iterator[Message]:
    for node in nodes:
        if isinstance(node, TranslateNode):
            said = node.filter_expression.var
            text = getattr(said, "literal", said)
            if isinstance(text, str):
                yield _context(node), text.replace("%", "%%")
        elif isinstance(node, BlockTranslateNode):
            text, _names = node.render_token_list(node.singular)
            yield _context(node), text.strip() if node.trimmed else text
        for name in getattr(node, "child_nodelists", ()):
            yield from _of_nodes(getattr(node, name, None) or [])


def _context(node: TranslateNode | BlockTranslateNode) -> str:
    said = node.message_context
    return str(getattr(said, "var", said) or "")

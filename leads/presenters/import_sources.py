"""New words for sources in a file, each with what it means or is to mean (A9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.actions.imports.source_choices import ChosenSources, read_choices
from leads.decisions.source_words import UNKNOWN
from leads.models import LeadType


@dataclass(frozen=True, slots=True)
class WordRow:
    """One word. `value` is the chosen option; `says` tells why it is chosen; `groups` are the options by heading."""

    key: str
    word: str
    rows: int
    value: str
    says: str
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]


def word_rows(words: Mapping[str, tuple[str, int]], stored: Mapping[str, Mapping[str, object]]) -> list[WordRow]:
    """The most frequent first."""
    chosen = read_choices(stored)
    sources = ChosenSources(chosen)
    here = [(f"to:{source.pk}", source.name) for source in sources.sources.values()]
    made = [(f"make:{kind}", _("As a new source: %(type)s") % {"type": name}) for kind, name in LeadType.choices]
    groups = [(_("Make it"), made), (_("It is"), here)]
    found = []
    for key, (word, rows) in sorted(words.items(), key=lambda each: (-each[1][1], each[0])):
        choice = chosen.get(key) or sources.without_choice(key)
        value = f"to:{choice.to}" if choice and choice.to else f"make:{choice.make if choice else LeadType.WARM.value}"
        found.append(WordRow(key, word, rows, value, _why(key, sources, is_chosen=key in chosen), groups))
    return found


def _why(key: str, sources: ChosenSources, *, is_chosen: bool) -> str:
    if is_chosen:
        return ""
    if key in sources.aliases:
        return _("as last time")
    if key == UNKNOWN:
        return _("their cell is empty")
    return _("guessed") if sources.without_choice(key) else _("not known yet")

"""What the defaults made, in words (M1)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def made_text(made: Mapping[str, int]) -> str:
    """`made` is what queues.actions.set_up.run.set_up() returned."""
    parts = [words for words in (_part(name, count) for name, count in made.items() if count) if words]
    if not parts:
        return _("Everything was there already; nothing was changed.")
    return _("Made: %(things)s. They are yours now: change them as you like.") % {"things": ", ".join(parts)}


def _part(name: str, n: int) -> str:
    words = {
        "sources": ngettext("%(n)s source", "%(n)s sources", n),
        "score rules": ngettext("%(n)s score rule", "%(n)s score rules", n),
        "tiers": ngettext("%(n)s priority tier", "%(n)s priority tiers", n),
        "queues": ngettext("%(n)s queue", "%(n)s queues", n),
        "entry rules": ngettext("%(n)s entry rule", "%(n)s entry rules", n),
    }
    return words[name] % {"n": n} if name in words else ""

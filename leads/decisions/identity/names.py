"""Split full names into first and last name."""

from leads.decisions.facts.text import folded

# Words that belong to the next word of the name.
_PARTICLES = "al bin binti da de del della den der di dos du el ibn la le st ten ter van von zu"
_SUFFIXES = "jr sr ii iii iv phd md mba se sh st skom spd mm msc ma ba bsc"
PARTICLES = frozenset(_PARTICLES.split())
SUFFIXES = frozenset(_SUFFIXES.split())


def split_name(whole: str) -> tuple[str, str]:
    """First and last name: "Maria de la Cruz" is Maria + de la Cruz, "Lestari, Dewi" is Dewi + Lestari. "Sukarno"
    has only a first name."""
    before, comma, after = whole.partition(",")
    if comma and before.strip() and after.strip() and folded(after).replace(" ", "") not in SUFFIXES:
        return after.strip(" ,"), before.strip()
    words = whole.strip(" ,").split()
    if len(words) < 2:
        return " ".join(words), ""
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    if words[start - 1].endswith(",") and start > 1:  # "Dewi Lestari, S.E."
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])

"""What the mapping page says of the identities in a file: whose ids they are, and values that many rows share (A3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.figures import number
from leads.decisions.csv.survey import Repeats

PERSON, EXTRA = "", "extra"
REPEAT_CHOICES = ((PERSON, lazy("It is the person's")), (EXTRA, lazy("Keep it as an extra column")))
SENTENCES: Mapping[str, object] = {
    "external_id": lazy(
        "%(n)s rows share %(value)s. This looks like the company's id, not the person's: then they are not one lead."
    ),
    "email": lazy("%(n)s rows share %(value)s. Rows with one address of a person become one lead."),
    "phone": lazy("%(n)s rows share %(value)s. A number that more than two people have joins nobody."),
}


@dataclass(frozen=True, slots=True)
class RepeatNote:
    """One column whose values repeat, and the choice of what it is."""

    title: str
    words: str
    field: BoundField


def repeat_words(field: str, repeats: Repeats) -> str:
    words = {"n": number(repeats.rows), "value": repeats.value}
    says = str(SENTENCES[field]) % words
    if repeats.values > 1:
        says += " " + _("%(n)s more values repeat.") % {"n": number(repeats.values - 1)}
    return says

"""What people typed cannot become HTML; what is HTML already stays as it is."""

import pytest
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from config.web.escaping import escaped


@pytest.mark.parametrize(
    "text", ["<b>Rina & Co</b>", 'it\'s "here"', mark_safe("<b>x</b>"), gettext_lazy("Leads & more"), 7, ""]
)
def test_text_is_escaped_as_templates_do(text: object):
    assert escaped(text) == conditional_escape(text)

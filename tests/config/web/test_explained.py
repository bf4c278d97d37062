"""What the "?" of a figure says."""

import pytest

from config.web.explained import Explained, explanation


@pytest.mark.parametrize(("name", "title"), [("Waiting", "<b>Waiting.</b>"), ("Is it fair?", "<b>Is it fair?</b>")])
def test_a_name_ends_as_a_sentence_does(name: str, title: str):
    figure = Explained(name, "Leads that wait.", "Our ruling (C7)")
    assert title in explanation(figure)

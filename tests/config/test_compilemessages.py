"""`manage.py compilemessages` needs no gettext tools, and says which catalogue is broken (J1)."""

import gettext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "id" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    return path


def test_plurals_contexts_and_signs_arrive_and_doubtful_ones_do_not(catalogue: Path, tmp_path: Path, capsys):
    catalogue.write_text(
        HEAD + '\nmsgid "%(n)s lead “x”"\nmsgid_plural "%(n)s leads “x”"\nmsgstr[0] "%(n)s lead “x”, ya"\n'
        '\nmsgctxt "end"\nmsgid "To"\nmsgstr "Sampai"\n'
        '\n#, fuzzy\nmsgid "Undo"\nmsgstr "Hapus"\n'
    )
    call_command("compilemessages", str(tmp_path))
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        found = gettext.GNUTranslations(compiled)
    assert found.ngettext("%(n)s lead “x”", "%(n)s leads “x”", 5) == "%(n)s lead “x”, ya"
    assert (found.pgettext("end", "To"), found.gettext("To"), found.gettext("Undo")) == ("Sampai", "To", "Undo")
    assert capsys.readouterr().out == "id: 2 messages\n"


def test_a_broken_catalogue_is_named_and_the_compiled_one_stays(catalogue: Path, tmp_path: Path):
    compiled = catalogue.with_suffix(".mo")
    compiled.write_bytes(b"as it was")
    catalogue.write_text(HEAD + '\nmsgid "Undo"\nthis is no line of a catalogue\n')
    with pytest.raises(CommandError, match=r"django\.po cannot be read"):
        call_command("compilemessages", str(tmp_path))
    assert compiled.read_bytes() == b"as it was"

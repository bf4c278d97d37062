"""Django's own, and it also finds lazy(...) and noop(...), short names beside gettext as _ (J1)."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=lazy", "--keyword=noop"]

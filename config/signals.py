"""The facts that the frame announces: `language_chosen(request, user, language, at)`, where the language is a
code of settings.LANGUAGES (J1)."""

from django.dispatch import Signal

language_chosen = Signal()

"""What new words for sources in a file mean: a source that is here, or a new one; remembered for the next file (A9)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from leads.decisions.facts.fields import LEAD_TYPES
from leads.decisions.source_words import guess_source, source_key
from leads.models import LeadType, Source, SourceAlias

KINDS = ("to", "make")


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """What a word means: `to` is the id of a source that is here; else a source is made with the lead type `make`."""

    word: str
    to: int | None = None
    make: str = LeadType.WARM.value

    def as_stored(self) -> dict[str, object]:
        return {"word": self.word} | ({"to": self.to} if self.to else {"make": self.make})


def read_choices(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, SourceChoice]:
    """By key. What cannot be meant, such as a word of another key or a source that is gone, is left out."""
    wanted = {key: SourceChoice(**choice) for key, choice in stored.items()}
    ids = {choice.to for choice in wanted.values() if choice.to}
    here = set(Source.objects.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    return {
        key: choice
        for key, choice in wanted.items()
        if source_key(choice.word) == key and (choice.to in here if choice.to else choice.make in LEAD_TYPES)
    }


class ChosenSources(Mapping[str, Source]):
    """The source of each new key, asked one by one: as chosen, else as remembered, else the one it most likely
    means. A key without any of these is not in here: it becomes a source of its own."""

    def __init__(self, choices: Mapping[str, SourceChoice]) -> None:
        self.choices = choices
        self.sources = {source.slug: source for source in Source.objects.order_by("name", "pk")}
        self.aliases = {alias.slug: alias.source for alias in SourceAlias.objects.select_related("source")}
        self.found = cache(self._find)

    def __getitem__(self, key: str) -> Source:
        if (source := self.found(key)) is None:
            raise KeyError(key)
        return source

    def __iter__(self) -> Iterator[str]:
        return iter(self.choices)

    def __len__(self) -> int:
        return len(self.choices)

    def without_choice(self, key: str) -> SourceChoice | None:
        """What the key means if nobody chooses; None: a source of its own."""
        source = self.aliases.get(key) or self.sources.get(
            guess_source(key, {slug: each.name for slug, each in self.sources.items()})
        )
        return SourceChoice(source.name, to=source.pk) if source is not None else None

    def _find(self, key: str) -> Source | None:
        choice = self.choices.get(key) or self.without_choice(key)
        if choice is None:
            return None
        if choice.to:
            return next((source for source in self.sources.values() if source.pk == choice.to), None)
        return Source(slug=key, name=choice.word.strip()[:80], lead_type=choice.make)


def telling_choices(choices: Mapping[str, SourceChoice]) -> dict[str, SourceChoice]:
    """Those that say something else than what is meant without them, so that a page that only shows what it guessed
    asks for no new count."""
    sources, made = ChosenSources({}), LeadType.WARM.value
    telling = {}
    for key, choice in sorted(choices.items()):
        usual = sources.without_choice(key)
        if (choice.to, None if choice.to else choice.make) != ((usual.to, None) if usual else (None, made)):
            telling[key] = choice
    return telling


@transaction.atomic
def keep_source_choices(choices: Mapping[str, SourceChoice], *, by: User | None, at: datetime) -> None:
    """Make the new sources, and remember the other words. A key that has a source by now keeps it."""
    here = set(Source.objects.filter(slug__in=choices).order_by("pk").values_list("slug", flat=True))
    for key, choice in sorted(choices.items()):
        if key in here:
            continue
        if choice.to:
            SourceAlias.objects.update_or_create(
                slug=key,
                defaults={"label": choice.word.strip()[:80], "source_id": choice.to, "at": at, "by": by},
            )
        else:
            SourceAlias.objects.filter(slug=key).delete()
            name = choice.word.strip()[:80] or "Unknown"
            Source.objects.get_or_create(slug=key, defaults={"name": name, "lead_type": choice.make})

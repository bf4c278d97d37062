"""Reads what waiting leads need of the members who get them (F5, C4, G1)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from leads.models import Source
from queues.decisions.needs import OWNER, Need, need_text, read_need
from queues.models import Entry, Queue
from routing.models import Rotation
from routing.queries.rotation.lead_requirements import names_of_skill, skill_value
from routing.queries.rotation.openings import Openings

MAX_NEEDS = 5000

# Each step goes by index to the next text, so that the cost grows with the number of needs and not with the depth.
DISTINCT = """
    WITH RECURSIVE need(text) AS (
        SELECT (SELECT needs FROM queues_entry WHERE queue_id = %(queue)s AND left_at IS NULL AND needs > ''
                ORDER BY needs LIMIT 1)
        UNION ALL
        SELECT (SELECT needs FROM queues_entry WHERE queue_id = %(queue)s AND left_at IS NULL AND needs > ''
                AND needs > need.text ORDER BY needs LIMIT 1)
        FROM need WHERE need.text IS NOT NULL
    ) SELECT text FROM need WHERE text IS NOT NULL LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class NeedsRead:
    """By what the needs of a queue's entries are read: the skill that each of its rotations asks for."""

    queue: Queue
    skills: Mapping[int, str]

    def of(self, entry: Entry, declined: Iterable[int]) -> str:
        """As it is stored; "" in a queue that does not push. A lead that a manager moved to the front is open to those
        who gave it back."""
        rotation_id = entry.rotation_id or self.queue.rotation_id
        if not self.queue.is_push or rotation_id is None:
            return ""
        if entry.owner_id is not None and self.queue.asks_owner:
            return OWNER
        skill = self.skills.get(rotation_id, "")
        return need_text(rotation_id, skill, skill_value(skill, entry.lead), () if entry.is_open_again else declined)

    def is_current(self, text: str) -> bool:
        """Whether it was read by the rotations, skills and owners of now."""
        need = read_need(text)
        if need is None:
            return text == OWNER and self.queue.asks_owner
        return self.skills.get(need.rotation_id) == need.kind


def needs_read(queue: Queue, rotation_ids: Collection[int]) -> NeedsRead:
    """One query; none for a queue that does not push."""
    if not queue.is_push or queue.rotation_id is None:
        return NeedsRead(queue, {})
    rows = Rotation.objects.filter(pk__in={queue.rotation_id, *rotation_ids}).order_by("pk")
    return NeedsRead(queue, dict(rows.values_list("pk", "skill")))


def waiting_needs(queue: Queue) -> list[str]:
    """Every need that an entry of this queue has now, each once; one query."""
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT, {"queue": queue.pk, "most": MAX_NEEDS})
        return [text for (text,) in cursor.fetchall()]


def needs_somebody_meets(texts: Iterable[str], rotation: Rotation, now: Openings) -> list[str]:
    """Those of these needs of one rotation that somebody who is free meets. One query where sources are skills."""
    found = [(text, need) for text in texts if (need := read_need(text)) and need.rotation_id == rotation.pk]
    sources = source_names(need for _text, need in found)
    return [text for text, need in found if now.somebody_may(skill_names_of(need, sources), need.declined)]


def needs_all_declined(texts: Iterable[str], rotation: Rotation, now: Openings) -> list[str]:
    """Those of these needs of one rotation that somebody who is free has the skill for, and all of them gave back."""
    found = [(text, need) for text in texts if (need := read_need(text)) and need.rotation_id == rotation.pk]
    sources = source_names(need for _text, need in found)
    holders = [(text, need, now.holders(skill_names_of(need, sources))) for text, need in found]
    return [text for text, need, free in holders if free and all(each.user_id in need.declined for each in free)]


def skill_names_of(need: Need, sources: Mapping[str, str]) -> frozenset[str]:
    return names_of_skill(need.kind, need.value, sources)


def source_names(needs: Iterable[Need]) -> dict[str, str]:
    slugs = {need.value for need in needs if need.kind == Rotation.Skill.SOURCE}
    return dict(Source.objects.filter(slug__in=slugs).order_by("pk").values_list("slug", "name")) if slugs else {}

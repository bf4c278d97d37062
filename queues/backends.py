"""Permission backend: the managers of a queue may see and change the leads that wait in it (C7, C9)."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User
from django.db.models import Q

from leads.models import Lead
from queues.models import Entry, Queue
from queues.queries.waiting import waiting_entry


class QueuesBackend(BaseBackend):
    def has_perm(self, user_obj: User, perm: str, obj: object = None) -> bool:
        if not isinstance(obj, Lead) or perm not in ("leads.view_lead", "leads.change_lead"):
            return False
        if not user_obj.is_active or not user_obj.has_perm("queues.watch_queue"):
            return False
        entry = waiting_entry(obj.pk)
        return entry is not None and Queue.objects.managed_by(user_obj).filter(pk=entry.queue_id).exists()

    def leads_in_reach(self, user_obj: User) -> Q:
        """The same as a filter for lists (leads.queries.leads.visible_to)."""
        if not user_obj.is_active or not user_obj.has_perm("queues.watch_queue"):
            return Q(pk__in=[])
        managed = Queue.objects.managed_by(user_obj).values("pk")
        return Q(pk__in=Entry.objects.waiting().filter(queue__in=managed).values("lead"))

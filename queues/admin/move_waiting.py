"""A queue that shall be closed: who waits there, which rules lead there, and the page that moves the leads."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from config.web.figures import number
from queues.actions.entries.moving import MOST, Moved, move_waiting
from queues.actions.entries.placement import QueueIsOff
from queues.actions.queue_settings import QueueIsInUse, check_can_close
from queues.models import EntryRule, Queue
from queues.queries.counts import depth_by_queue
from queues.queries.moving import waiting_ages


class MoveForm(forms.Form):
    to = forms.ModelChoiceField(
        label=lazy("Into"),
        queryset=Queue.objects.none(),
        empty_label=lazy("Choose a queue"),
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": lazy("This queue is off or gone. Choose another.")},
    )

    def __init__(self, *args, queue: Queue, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = Queue.objects.active().exclude(pk=queue.pk).order_by("position", "name", "pk")
        depths = depth_by_queue(others)
        self.fields["to"].queryset = others
        self.fields["to"].label_from_instance = lambda each: (
            _("%(name)s (%(n)s waiting)")
            % {
                "name": each.name,
                "n": number(depths.get(each.pk, 0)),
            }
        )


class MovesLeads:
    """For the admin of queues."""

    actions_detail = ("move_waiting",)

    @display(description=lazy("rules that lead here"))
    def rules_here(self, obj: Queue) -> str:
        return rule_links(EntryRule.objects.filter(queue=obj).order_by("position", "pk")) or _("none")

    @action(description=lazy("Move the waiting leads"), icon="move_up", permissions=["change"])
    def move_waiting(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """First where to, then with all numbers whether; the same address does both."""
        queue = self.get_object(request, object_id)
        if queue is None:
            raise Http404
        form = MoveForm(request.POST or None, queue=queue)
        if request.method == "POST" and form.is_valid():
            to = form.cleaned_data["to"]
            return self._moved(request, queue, to) if "sure" in request.POST else self._asked(request, queue, to)
        context = {
            "title": _("Move the leads that wait in %(name)s") % {"name": queue.name},
            "queue": queue,
            "form": form,
        }
        rules = EntryRule.objects.filter(queue=queue).order_by("position", "pk")
        return self.page(
            request,
            "admin/move_waiting.html",
            **context,
            ages=waiting_ages(queue, at=timezone.now()),
            rules=rules,
            back=self.admin_url(queue),
            status=422 if form.is_bound else 200,
        )

    def _asked(self, request: HttpRequest, queue: Queue, to: Queue) -> HttpResponse:
        ages = waiting_ages(queue, at=timezone.now())
        depth = depth_by_queue([to]).get(to.pk, 0)
        return self.page(
            request,
            "admin/move_sure.html",
            title=_("Move them to %(name)s?") % {"name": to.name},
            queue=queue,
            to=to,
            ages=ages,
            now=depth,
            then=depth + min(ages.waiting, MOST),
            most=MOST if ages.waiting > MOST else 0,
            back=self.admin_url(queue),
        )

    def _moved(self, request: HttpRequest, queue: Queue, to: Queue) -> HttpResponse:
        try:
            moved = move_waiting(queue, to=to, by=request.user, at=timezone.now())
        except QueueIsOff:
            self.message_user(request, _("%(name)s was switched off meanwhile.") % {"name": to.name}, messages.ERROR)
        else:
            self.message_user(
                request, moved_words(moved, queue, to), messages.SUCCESS if moved.count else messages.INFO
            )
        return HttpResponseRedirect(self.admin_url(queue))


def moved_words(moved: Moved, queue: Queue, to: Queue) -> str:
    if not moved.count:
        return _("Nobody waits in %(name)s any more.") % {"name": queue.name}
    text = ngettext(
        "%(n)s lead moved from %(from)s to %(to)s with its age.",
        "%(n)s leads moved from %(from)s to %(to)s with their age.",
        moved.count,
    )
    told = text % {"n": number(moved.count), "from": queue.name, "to": to.name}
    if moved.left:
        told += " " + _("%(n)s still wait: move them too.") % {"n": number(moved.left)}
    return told


def why_open(queue: Queue) -> str:
    """Why a queue cannot be switched off now, and what to do, with links; empty when it can."""
    try:
        check_can_close(queue)
    except QueueIsInUse as problem:
        return _in_use(queue, problem)
    return ""


def _in_use(queue: Queue, problem: QueueIsInUse) -> SafeString:
    told = []
    if problem.waiting:
        text = ngettext("%(n)s lead waits here.", "%(n)s leads wait here.", problem.waiting) % {"n": problem.waiting}
        page = reverse("admin:queues_queue_move_waiting", args=[queue.pk])
        told.append(format_html('{} <a href="{}">{}</a>.', text, page, _("Move them to another queue")))
    if problem.rules:
        text = _("Entry rules send leads here: %(rules)s. Switch them off or send them elsewhere first.")
        told.append(mark_safe(text % {"rules": rule_links(problem.rules)}))
    return mark_safe(" ".join(told))


def rule_links(rules) -> SafeString:
    """Rules by name, each a way to its page; those that are off say so."""
    rows = (
        (reverse("admin:queues_entryrule_change", args=[rule.pk]), rule.name, "" if rule.is_active else _(" (off)"))
        for rule in rules
    )
    return format_html_join(", ", '<a href="{}">{}</a>{}', rows)

"""Close a queue: who waits there, which rules send leads there, and the page that moves the leads."""

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

from config.models import BackgroundJob
from config.web.figures import number
from queues.actions.entries.moving import move_waiting
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


class MoveWaitingMixin:
    """For QueueAdmin: an action that moves the waiting leads."""

    actions_detail = ("move_waiting",)

    @display(description=lazy("rules that lead here"))
    def rules_here(self, obj: Queue) -> str:
        return rule_links(EntryRule.objects.filter(queue=obj).order_by("position", "pk")) or _("none")

    @action(description=lazy("Move the waiting leads"), icon="move_up", permissions=["change"])
    def move_waiting(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """First choose the target, then confirm with all numbers; both at the same address."""
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
            then=depth + ages.waiting,
            back=self.admin_url(queue),
        )

    def _moved(self, request: HttpRequest, queue: Queue, to: Queue) -> HttpResponse:
        try:
            job = move_waiting(queue, to=to, by=request.user, at=timezone.now())
        except QueueIsOff:
            text = _("%(name)s has been switched off in the meantime.") % {"name": to.name}
            self.message_user(request, text, messages.ERROR)
        else:
            level = messages.SUCCESS if job.total else messages.INFO
            self.message_user(request, moved_message(job, queue, to), level)
        return HttpResponseRedirect(self.admin_url(queue))


def moved_message(job: BackgroundJob, queue: Queue, to: Queue) -> str:
    names = {"from": queue.name, "to": to.name}
    if job.is_large:
        text = _("%(n)s leads are being moved from %(from)s to %(to)s with their age. The progress is shown here.")
        return text % {"n": number(job.total), **names}
    if not job.done:
        return _("No lead waits in %(name)s any more.") % {"name": queue.name}
    text = ngettext(
        "%(n)s lead moved from %(from)s to %(to)s with its age.",
        "%(n)s leads moved from %(from)s to %(to)s with their age.",
        job.done,
    )
    return text % {"n": number(job.done), **names}


def in_use_reason(queue: Queue) -> str:
    """Why a queue cannot be switched off now, and what to do, with links; empty if it can."""
    try:
        check_can_close(queue)
    except QueueIsInUse as problem:
        return _in_use(queue, problem)
    return ""


def _in_use(queue: Queue, problem: QueueIsInUse) -> SafeString:
    sentences = []
    if problem.waiting:
        text = ngettext("%(n)s lead waits here.", "%(n)s leads wait here.", problem.waiting) % {"n": problem.waiting}
        page = reverse("admin:queues_queue_move_waiting", args=[queue.pk])
        sentences.append(format_html('{} <a href="{}">{}</a>.', text, page, _("Move them to another queue")))
    if problem.rules:
        text = _("Entry rules send leads here: %(rules)s. Switch them off or send them elsewhere first.")
        sentences.append(mark_safe(text % {"rules": rule_links(problem.rules)}))
    return mark_safe(" ".join(sentences))


def rule_links(rules) -> SafeString:
    """Links to the rules, by name; inactive rules are marked."""
    rows = (
        (reverse("admin:queues_entryrule_change", args=[rule.pk]), rule.name, "" if rule.is_active else _(" (off)"))
        for rule in rules
    )
    return format_html_join(", ", '<a href="{}">{}</a>{}', rows)

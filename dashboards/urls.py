"""Addresses of the dashboards app."""

from django.urls import URLPattern, path

from dashboards.views import (
    changes,
    desk,
    escalations,
    flow,
    flow_tables,
    guide,
    home,
    layout,
    my_leads,
    my_numbers,
    my_queues,
    new_team,
    own_leads,
    own_leads_many,
    queue_then,
    queues,
    team,
    tries,
    waiting,
)
from dashboards.views.reports import leads as report_leads
from dashboards.views.reports import mailing as report_mailing
from dashboards.views.reports import page as report_page

app_name = "dashboards"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("frame/bar/", layout.choose_bar, name="choose_bar"),
    path("frame/nav/", layout.nav, name="nav"),
    path("frame/availability/", layout.availability, name="availability"),
    path("frame/inbox/", layout.inbox_link, name="inbox_link"),
    path("get-going/", guide.get_going, name="get_going"),
    path("get-going/defaults/", guide.use_defaults, name="use_defaults"),
    path("get-going/test/", tries.test_lead, name="test_lead"),
    path("get-going/team/", new_team.new_team, name="new_team"),
    path("get-going/team/preview/", new_team.preview, name="new_team_preview"),
    path("get-going/close/", guide.close, name="close_guide"),
    path("desk/", desk.desk, name="desk"),
    path("desk/next/", desk.next_bar, name="desk_next"),
    path("desk/mine/", desk.mine, name="desk_mine"),
    path("desk/clock/<id:lead_id>/", desk.clock, name="desk_clock"),
    path("desk/waiting/", waiting.waiting_list, name="desk_waiting"),
    path("desk/day/", desk.day, name="desk_day"),
    path("desk/closed/", my_queues.closed_today, name="closed_today"),
    path("my-leads/", own_leads.own_leads, name="own_leads"),
    path("my-leads/many/", own_leads_many.act_on_many, name="own_leads_many"),
    path("my-leads/undo/", own_leads_many.undo, name="own_leads_undo"),
    path("my-queues/", my_queues.my_queues, name="my_queues"),
    path("my-numbers/", my_numbers.my_numbers, name="my_numbers"),
    path("my-numbers/leads/", my_leads.my_leads, name="my_leads"),
    path("changes/", changes.changes, name="changes"),
    path("queues/", queues.queues, name="queues"),
    path("queues/<slug:slug>/", queues.queue, name="queue"),
    path("queues/<slug:slug>/at/", queue_then.queue_then, name="queue_then"),
    path("escalations/", escalations.escalations, name="escalations"),
    path("team/", team.team, name="team"),
    path("reports/", report_page.reports, name="reports"),
    path("reports/leads/", report_leads.leads, name="report_leads"),
    path("reports/mail/", report_mailing.mails, name="report_mails"),
    path("reports/mail/<id:pk>/end/", report_mailing.end, name="report_mail_end"),
    path("reports/<slug:slug>/", report_page.report, name="report"),
    path("reports/<slug:slug>/mail/", report_mailing.start, name="report_mail"),
    path("flow/", flow.flow, name="flow"),
    path("flow/heat/", flow.flow_heat, name="flow_heat"),
    path("flow/stale/", flow.stale, name="flow_stale"),
    path("flow/<slug:table>.csv", flow_tables.flow_csv, name="flow_csv"),
]

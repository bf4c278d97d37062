"""Assigns leads in Odoo 17, round by round: odoo_rounds.py ADDONS DATABASE, with its Python, in its tree.

It answers each line of its input with one line of JSON, as serving_rounds.py does. The database has `crm` installed and
its role has the same name. Ten members have the same quota, far above the leads, so that nobody reaches it.
"""

import json
import os
import sys
import time

sys.path.insert(0, os.getcwd())

import odoo
import psutil
from odoo import SUPERUSER_ID, api

LEADS = 1000
ADDONS, DATABASE = sys.argv[1:]


def make_team(env) -> int:
    """A team of ten salespeople; other teams take no part."""
    env["ir.config_parameter"].set_param("crm.lead.auto.assignment", True)
    env["crm.team"].search([]).write({"assignment_optout": True})
    salesperson = [(4, env.ref("sales_team.group_sale_salesman").id)]
    people = [
        {"name": f"Rep {n}", "login": f"rep{n}-{os.getpid()}@example.com", "groups_id": salesperson} for n in range(10)
    ]
    users = env["res.users"].with_context(no_reset_password=True).create(people)
    team = env["crm.team"].create({"name": f"Team {os.getpid()}", "use_leads": True, "use_opportunities": True})
    members = [{"user_id": user.id, "crm_team_id": team.id, "assignment_max": 900_000} for user in users]
    env["crm.team.member"].create(members)
    return team.id


def make_leads(env, number: int) -> None:
    """Without those of the round before, because Odoo slows down with every lead that it holds."""
    for table, column in (("mail_message", "model = 'crm.lead'"), ("mail_followers", "res_model = 'crm.lead'")):
        env.cr.execute(f"DELETE FROM {table} WHERE {column}")
    env.cr.execute("DELETE FROM crm_lead")
    leads = [
        {
            "name": f"Lead {number}-{n}",
            "type": "lead",
            "contact_name": f"Dewi {number} {n}",
            "partner_name": f"PT Maju {number} {n}",
            "email_from": f"p{n}@firm{n}-{number}.co.id",
            "user_id": False,
            "team_id": False,
        }
        for n in range(LEADS)
    ]
    env["crm.lead"].create(leads)


def assign(cursor, env, team: int, number: int) -> dict:
    """Per lead: milliseconds of this process and of its database process, and leads a second."""
    cursor.execute("SELECT pg_backend_pid()")
    (pid,) = cursor.fetchone()
    server = psutil.Process(pid)
    before, mine, start = server.cpu_times(), time.process_time(), time.perf_counter()
    env["crm.team"].browse(team)._action_assign_leads(work_days=30)
    cursor.commit()
    took, mine, after = time.perf_counter() - start, time.process_time() - mine, server.cpu_times()
    cursor.execute(
        "SELECT count(*) FROM crm_lead WHERE name LIKE %s AND user_id IS NOT NULL GROUP BY user_id",
        [f"Lead {number}-%"],
    )
    given = [count for (count,) in cursor.fetchall()]
    assert sum(given) == LEADS
    theirs = after.user + after.system - before.user - before.system
    figures = {"python": mine * 1000 / LEADS, "database": theirs * 1000 / LEADS, "rate": LEADS / took}
    return figures | {"spread": max(given) - min(given)}


def main() -> None:
    options = [f"--addons-path={ADDONS}", "-d", DATABASE, "-r", DATABASE, "--db_host=127.0.0.1"]
    odoo.tools.config.parse_config([*options, "--log-level=error", "--max-cron-threads=0"])
    registry = odoo.registry(DATABASE)
    with registry.cursor() as cursor:
        team = make_team(api.Environment(cursor, SUPERUSER_ID, {}))
    print("ready", flush=True)
    for number, _line in enumerate(sys.stdin):
        with registry.cursor() as cursor:
            make_leads(api.Environment(cursor, SUPERUSER_ID, {}), number)
        with registry.cursor() as cursor:
            figures = assign(cursor, api.Environment(cursor, SUPERUSER_ID, {}), team, number)
        print(json.dumps(figures), flush=True)


main()

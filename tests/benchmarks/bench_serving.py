"""What a lead costs that is served, and one that is taken in by hundreds, with ten people on PostgreSQL.

BESIDE names a work tree of an earlier release (git worktree add --detach ../before TAG): then both are measured by
turns. At most 0.55 of the CPU time of da3dc8c for a served lead, and 0.7 for one that is taken in. ODOO names a tree
of Odoo 17 with its Python in venv/ and a database with `crm` (ODOO_DATABASE): then it assigns as many leads beside it.
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from django.conf import settings

from tests.benchmarks.answering import answer, answering, ask
from tests.benchmarks.measure import report

HERE = Path(__file__).resolve()
ROUNDS = 4
BARS = {"serve": 0.55, "intake": 0.7}


def contender(tree: Path):
    """A process that works in this tree, on a database of its own."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(tree)}
    return answering([sys.executable, str(HERE.with_name("serving_rounds.py"))], tree, env)


def odoo(tree: Path):
    database = os.environ.get("ODOO_DATABASE", "odoo")
    script = [str(HERE.with_name("odoo_rounds.py")), str(tree / "addons"), database]
    return answering([str(tree / "venv/bin/python"), *script], tree, os.environ)


def one_round(process: subprocess.Popen, act: str) -> dict[str, float]:
    ask(process, act)
    return answer(process)


def test_leads_that_are_served_and_taken_in():
    trees = {"now": settings.BASE_DIR}
    if os.environ.get("BESIDE"):
        trees["before"] = Path(os.environ["BESIDE"]).resolve()
    with ExitStack() as stack:
        processes = {name: stack.enter_context(contender(tree)) for name, tree in trees.items()}
        rounds: dict[tuple[str, str], list[dict[str, float]]] = {(act, name): [] for act in BARS for name in trees}
        if os.environ.get("ODOO"):
            processes["Odoo"] = stack.enter_context(odoo(Path(os.environ["ODOO"]).resolve()))
            rounds["serve", "Odoo"] = []
        for number in range(ROUNDS + 1):
            for act, name in rounds:
                figures = one_round(processes[name], act)
                rounds[act, name] += [figures] if number else []  # the first one warms up
    cost = {key: median(each["python"] + each["database"] for each in figures) for key, figures in rounds.items()}
    for (act, name), figures in rounds.items():
        shown = {part: median(each[part] for each in figures) for part in ("python", "database", "rate")}
        shown = {"Python": shown["python"], "PostgreSQL": shown["database"], "together": cost[act, name]} | {
            "leads/s": shown["rate"]
        }
        report(f"{act}, {name}: CPU ms a lead", shown | {"max - min": max(each["spread"] for each in figures)})
        assert name == "Odoo" or max(each["spread"] for each in figures) <= 1
    for act, bar in BARS.items() if "before" in trees else ():
        report(f"{act}: CPU time now / before", {"ratio": cost[act, "now"] / cost[act, "before"]}, bar=f"at most {bar}")
    if ("serve", "Odoo") in cost:
        rate = {name: median(each["rate"] for each in rounds["serve", name]) for name in ("now", "Odoo")}
        shown = {"CPU": cost["serve", "Odoo"] / cost["serve", "now"], "leads/s": rate["now"] / rate["Odoo"]}
        report("serve beside Odoo's assignment, times as fast", shown, bar="at least 6")

"""Every board and report as whole pages, after a long history beside a short one: at most 1.2 times, 8 trivial pages.

SMALL and LARGE say how many leads there were (100,000 and 5,000,000); ROUNDS how often each page is asked for. KEEP=1
keeps the databases; SLOW=20 prints the plans of statements that took longer than so many milliseconds.
"""

import os
from statistics import median
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from dashboards.views.reports.registry import QUESTIONS
from tests.benchmarks.page_databases import Pages, pages_of

SMALL, LARGE = (int(os.environ.get(name, most)) for name, most in (("SMALL", 100_000), ("LARGE", 5_000_000)))
ROUNDS = max(7, int(os.environ.get("ROUNDS", "7")))
SLOW = os.environ.get("SLOW")
GROWTH, TIMES, STATEMENTS = 1.2, 8, 20
TRIVIAL = ("ops", "/trivial")


@pytest.mark.django_db(transaction=True)
def test_pages_do_not_grow_with_the_past(process_env):
    with pages_of(SMALL, process_env) as small, pages_of(LARGE, process_env) as large:
        sites = {"small": small, "large": large}
        asked = pages(queue=small.told["queue"])
        rounds = measured(sites, [TRIVIAL, *asked])
        rows = [row(page, rounds) for page in asked]
        print(f"\npages after {small.told} / {large.told}\n")
        print("\n".join(table(rows)))
        for page, *_figures, missed in rows if SLOW else ():
            if missed:
                print("\n".join(plans(page, large)))


def pages(*, queue: int) -> list[tuple[str, str]]:
    """Who opens what. Questions of the reports come by themselves."""
    found = [
        ("rep", "/desk/"),
        ("manager", "/queues/"),
        ("manager", "/queues/queue-1/"),
        ("manager", "/escalations/"),
        ("manager", "/team/"),
        ("manager", "/fairness/"),
        ("manager", "/fairness/?p=quarter"),
        ("ops", "/flow/"),
        ("ops", "/flow/?range=30d"),
    ]
    return [*found, *own_numbers(), *reports(queue)]


def own_numbers() -> list[tuple[str, str]]:
    try:
        return [("rep", reverse("dashboards:my_numbers"))]
    except NoReverseMatch:
        return []


def reports(queue: int) -> list[tuple[str, str]]:
    """Each question as it opens, and for one queue and 90 days."""
    found = [reverse("dashboards:report", args=[question.slug]) for question in QUESTIONS]
    return [("ops", path + query) for path in found for query in ("", f"?period=90d&queue={queue}")]


def measured(sites: dict[str, Pages], asked: list[tuple[str, str]]) -> dict[tuple, list[dict[str, Any]]]:
    """The answers by site and page, by turns; the first two rounds fill caches of the database and of templates."""
    rounds: dict[tuple, list[dict[str, Any]]] = {(name, page): [] for name in sites for page in asked}
    for number in range(ROUNDS + 2):
        for page in asked:
            for name, site in sites.items():
                told = site.ask(*page)
                assert told["status"] == 200, (page, name, told)
                if number > 1:
                    rounds[name, page].append(told)
    return rounds


def row(page: tuple[str, str], rounds: dict[tuple, list[dict[str, Any]]]) -> tuple:
    took = {name: median(each["ms"] for each in rounds[name, page]) for name in ("small", "large")}
    trivial = median(each["ms"] for each in rounds["large", TRIVIAL])
    last = rounds["large", page][-1]
    growth, times = took["large"] / took["small"], took["large"] / trivial
    missed = [
        *(["grows"] if growth > GROWTH else []),
        *(["slow"] if times > TIMES else []),
        *(["statements"] if last["statements"] > STATEMENTS else []),
    ]
    return page, took["small"], took["large"], growth, times, last["statements"], last["parts"], last["bytes"], missed


def table(rows: list[tuple]) -> list[str]:
    head = f"| page | ms after {SMALL:,} | {LARGE:,} | ratio, at most {GROWTH} | times trivial, at most {TIMES} |"
    lines = [
        f"{head} statements, at most {STATEMENTS} | parts | KB | missed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for (who, path), small, large, growth, times, statements, parts, size, missed in rows:
        figures = f"{small:.1f} | {large:.1f} | {growth:.2f} | {times:.1f} | {statements} | {parts} | {size // 1024}"
        lines.append(f"| {path} ({who}) | {figures} | {', '.join(missed)} |")
    return lines


def plans(page: tuple[str, str], site: Pages) -> list[str]:
    told = site.ask(*page, slow=float(SLOW or 20))
    lines = [f"\n## {page[1]} ({page[0]}): {told['ms']:.0f} ms, {told['statements']} statements"]
    for each in sorted(told["slow"], key=lambda one: -one["ms"]):
        lines += [f"\n{each['ms']:.0f} ms: {each['sql']}\n  with {each['params']}\n{each['plan']}"]
    return lines

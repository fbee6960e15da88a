"""The answer to one question about a plan, in a process of its own that knows no database; see `planning.search`.

On stdin one line with the question, then perhaps `stop`. On stdout `{"progress": [seconds, of, done, null]}`, at last
`{"pages": ..., "files": ...}`: the page in every language, so that the reader may choose later.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import secondsource
from secondsource.advice import dependence, frontier, negotiation, price_to_win, rule_prices, switching
from secondsource.errors import InvalidInput
from secondsource.language import use_language
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports.dependence_page import dependence_page
from secondsource.reports.page_html import page_body
from secondsource.reports.page_pdf import page_pdf
from secondsource.reports.page_workbook import write_page
from secondsource.reports.pages import Page
from secondsource.reports.price_page import price_page, supplier_page
from secondsource.reports.rules_page import rules_page
from secondsource.reports.scenarios_page import frontier_page
from secondsource.reports.switching_page import switching_page
from secondsource.solver.highs import Limits
from secondsource.web.planning.translate import problem_of

LANGUAGES = ("en", "ru", "uk")
MOST_ITEMS = 60
"""Needed items up to which losing a supplier is asked item by item too."""
ORDERS = 12
"""Orders of the rules that are drawn where they are many."""

Asked = dict[str, Any]
Told = Callable[[int, int], None]


def main() -> None:
    """Answer the question on stdin."""
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_listen, daemon=True).start()
    began = time.monotonic()

    def told(done: int, count: int) -> None:
        _say({"progress": [time.monotonic() - began, count, done, None]})

    try:
        problem = problem_of(asked["tables"], date.fromisoformat(asked["today"]))
        plan, page = _ANSWERS[asked["kind"]](problem, asked, Limits(0.0, asked["seconds"], 2), told)
        _say({} if plan.cost is None else _in_every_language(page))
    except InvalidInput:
        _say({})
    sys.stdout.flush()
    os._exit(0)


def _in_every_language(page: Callable[[], Page]) -> dict[str, Any]:
    pages, files = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.xlsx"
        for code in LANGUAGES:
            with use_language(code):
                made = page()
                pages[code] = page_body(made)
                write_page(made, path)
                files[f"xlsx.{code}"] = base64.b64encode(path.read_bytes()).decode()
                files[f"pdf.{code}"] = base64.b64encode(page_pdf(made)).decode()
    return {"pages": pages, "files": files}


def _dependence(problem: Problem, asked: Asked, limits: Limits, told: Told) -> tuple[Plan, Callable[[], Page]]:
    per_item = len(problem.items) <= MOST_ITEMS
    answer = dependence.dependences(problem, limits, per_item=per_item, version=secondsource.__version__, told=told)
    return answer.plan, lambda: dependence_page(answer, problem, asked["title"])


def _prices(problem: Problem, asked: Asked, limits: Limits, told: Told) -> tuple[Plan, Callable[[], Page]]:
    only = [asked["supplier"]] if asked["supplier"] else []
    version = secondsource.__version__
    answer = price_to_win.prices_to_win(problem, limits, suppliers=only, version=version, told=told)
    return answer.plan, lambda: price_page(answer, problem, asked["title"])


def _sheet(problem: Problem, asked: Asked, limits: Limits, told: Told) -> tuple[Plan, Callable[[], Page]]:
    name = asked["supplier"]
    version = secondsource.__version__
    answer = price_to_win.prices_to_win(problem, limits, suppliers=[name], version=version, told=told)
    chosen = next((each for each in negotiation.POLICIES if each == asked["policy"]), negotiation.POLICIES[0])
    sheet = negotiation.negotiation_sheet(answer, name, chosen)
    return answer.plan, lambda: supplier_page(sheet, problem, answer.plan)


def _rules(problem: Problem, asked: Asked, limits: Limits, told: Told) -> tuple[Plan, Callable[[], Page]]:
    answer = rule_prices.rule_prices(problem, limits, orders=ORDERS, version=secondsource.__version__, told=told)
    return answer.plan, lambda: rules_page(answer, asked["title"])


def _frontier(problem: Problem, asked: Asked, limits: Limits, told: Told) -> tuple[Plan, Callable[[], Page]]:
    version = secondsource.__version__
    both = (
        frontier.frontier(problem, limits, "expected loss", version=version, told=told),
        frontier.frontier(problem, limits, "worst failure", version=version, told=told),
    )
    return both[0].plan, lambda: frontier_page(both, asked["title"])


def _switch(problem: Problem, asked: Asked, limits: Limits, told: Told) -> tuple[Plan, Callable[[], Page]]:
    answer = switching.switching(problem, limits, version=secondsource.__version__, told=told)
    return answer.plan, lambda: switching_page(answer, problem, asked["title"])


_ANSWERS: dict[str, Callable[[Problem, Asked, Limits, Told], tuple[Plan, Callable[[], Page]]]] = {
    "dependence": _dependence,
    "price-to-win": _prices,
    "rules": _rules,
    "frontier": _frontier,
    "switch": _switch,
    "sheet": _sheet,
}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _listen() -> None:
    """Stopped, or the worker is gone: what is not answered by then is not answered."""
    sys.stdin.readline()
    os._exit(3)


if __name__ == "__main__":
    main()

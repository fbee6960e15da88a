"""What a question to every bidder asks for: a text, a number, yes or no, or one of several; not for its answers' keep.

A question is kept as it was typed; square brackets at its end say what its answer is:

    Is the plant certified to ISO 9001? [yes/no]
    How many units can you make a month? [number]
    Which terms do you deliver on? [FCA | DAP | DDP]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from secondsource.language import Message, _
from secondsource.reports import numbers as shown
from secondsource.web.bidding import numbers
from secondsource.web.bidding.numbers import Refused

YES_NO = {"yes": _("yes"), "no": _("no")}
_WORDS = {"yes": "yes", "да": "yes", "так": "yes", "true": "yes", "no": "no", "нет": "no", "ні": "no", "false": "no"}
_NUMBER = ("number", "число")
_EITHER = ("yes/no", "да/нет", "так/ні")
_ENDING = re.compile(r"(?P<text>.*\S)\s*\[(?P<kind>[^\[\]]+)\]\s*", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """What is asked; `kind` is `text`, `number`, `yes_no` or `choice`, and `choices` what may be chosen."""

    text: str
    kind: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, cell: object) -> str:
        """Return an answer in its one way of writing: a number without separators, `yes` or `no`, a choice as listed.

        >>> parse("How many a month? [number]").read("1 500,0")
        '1500'

        Raises
        ------
        Refused
            It is no such answer.
        """
        if self.kind == "number":
            found = numbers.number(cell, low=None)
            return format(found.normalize() + 0, "f")
        text = numbers.text(cell, 5000)
        if self.kind == "yes_no":
            word = _WORDS.get(text.casefold())
            if word is None:
                raise Refused(_("expected yes or no"))
            return word
        if self.kind == "choice":
            folded = {choice.casefold(): choice for choice in self.choices}
            if text.casefold() not in folded:
                raise Refused(_("expected one of {choices}", choices=", ".join(self.choices)))
            return folded[text.casefold()]
        return text

    def shown(self, answer: str) -> Message | str:
        """Return an answer as people read it."""
        if self.kind == "number" and answer:
            return shown.number(Decimal(answer), numbers.DECIMALS)
        return YES_NO.get(answer, answer) if self.kind == "yes_no" else answer


def parse(typed: str) -> Question:
    """Return what a typed question asks for; brackets that say nothing of the kind belong to its text.

    >>> parse("Which terms? [FCA | DAP]")
    Question(text='Which terms?', kind='choice', choices=('FCA', 'DAP'))
    >>> parse("What does the drawing [sheet 2] leave open?").kind
    'text'
    """
    found = _ENDING.fullmatch(typed.strip())
    if found is None:
        return Question(typed.strip())
    kind = found["kind"].strip()
    if kind.casefold() in _NUMBER:
        return Question(found["text"], "number")
    if kind.casefold().replace(" ", "") in _EITHER:
        return Question(found["text"], "yes_no")
    choices = tuple(dict.fromkeys(each.strip() for each in kind.split("|") if each.strip()))
    if "|" in kind and len(choices) > 1:
        return Question(found["text"], "choice", choices)
    return Question(typed.strip())


def asked(event: Any) -> list[Question]:
    """Return the questions of an event."""
    return [parse(typed) for typed in event.questions]

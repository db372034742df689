"""A question of the Check pages, and its answer in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from mappa.forms import Form
from mappa.templatetags.mappa import long_date


@dataclass(frozen=True)
class Answered:
    """An answer in words: what it is, its details, where it stands and why."""

    headline: str
    rows: list[dict[str, Any]]
    authority: str
    explanation: str


class CheckForm(Form):
    """One question; `answer` is asked once it is valid."""

    def answer(self) -> Answered:
        raise NotImplementedError


def rows(*pairs: tuple[Any, Any]) -> list[dict[str, Any]]:
    return [{"label": label, "value": value} for label, value in pairs]


def day_or(day: date | None, words: str) -> str:
    return long_date(day) or words

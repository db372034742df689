"""Search for people of the demo as somebody would who remembers them badly, and print at which rank each stands.

    python -m bench.finding [--cases 20000] [--keep]

The table of docs/search.md. People are drawn from those whom one police officer sees, in a small area and in the largest;
each way of remembering is tried on three of them. It makes and drops the database of bench/pages.py and writes nothing else.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import django

from bench.pages import a_database

EACH, FIRST, ENOUGH = 3, 10, 0.95
# A small area that the demo has in full, and the largest, with a tenth of all the other cases.
WHO = {"Bedfordshire": "police@demo.invalid", "London": "police@london.demo.invalid"}
Way = Callable[[Any, dict[str, str]], str]
SOUNDS = (("ph", "f"), ("ck", "k"), ("ai", "ay"), ("ee", "ea"), ("gh", "g"), ("mac", "mc"), ("y", "ie"), ("c", "k"))


def misheard(word: str) -> str:
    """The word as it sounds; nothing where it would be written the same."""
    for written, heard in SOUNDS:
        if written in word[1:]:
            return word[0] + word[1:].replace(written, heard, 1)
    return ""


def other_form(case: Any) -> str:
    """The name with another form of the first name; nothing where there is none."""
    from offenders import names

    first, *_more = case.forenames.casefold().split()
    found = sorted(names.forms(first))
    return f"{found[-1].title()} {case.surname}" if found else ""


def slip(word: str, how: str) -> str:
    """A slip of the hand in the middle of a word of five letters and more."""
    at = len(word) // 2
    if len(word) < 5:
        return ""
    return {
        "missing": word[:at] + word[at + 1 :],
        "twice": word[:at] + word[at] + word[at:],
        "swapped": word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        "another": word[:at] + ("e" if word[at] != "e" else "a") + word[at + 1 :],
        "end": word[:-2] + word[-1] + word[-2],
    }[how]


def after(words: str, rest: str) -> str:
    return f"{words} {rest}" if words and rest else ""


def plain(name: str) -> str:
    return re.sub(r"[’'-]", " ", name) if re.search(r"[’'-]", name) else ""


# How somebody remembers a person. A way that makes nothing of this person is tried on the next.
WAYS: dict[str, Way] = {
    "name in the other order": lambda case, _n: f"{case.forenames} {case.surname}",
    "a letter missing": lambda case, _n: after(slip(case.surname, "missing"), case.forenames),
    "a letter twice": lambda case, _n: after(slip(case.surname, "twice"), case.forenames),
    "letters swapped": lambda case, _n: after(slip(case.surname, "swapped"), case.forenames),
    "another letter": lambda case, _n: after(slip(case.surname, "another"), case.forenames),
    "slips in both names": lambda case, _n: after(slip(case.forenames, "missing"), slip(case.surname, "end")),
    "as it sounds": lambda case, _n: after(misheard(case.surname.lower()), case.forenames),
    "another form, transliterated": lambda case, _n: other_form(case),
    "without apostrophe": lambda case, _n: after(plain(case.surname), case.forenames),
    "initial": lambda case, _n: f"{case.forenames[0]} {case.surname}",
    "beginning of the name": lambda case, _n: f"{case.surname[:4]} {case.forenames[:4]}",
    "name and year": lambda case, _n: f"{case.surname} {case.born_on.year}",
    "name and month": lambda case, _n: f"{case.surname} {case.born_on:%B %Y}",
    "name and birthday": lambda case, _n: f"{case.surname} {case.born_on:%-d %B}",
    "name and about": lambda case, _n: f"{case.forenames} {case.surname} about {case.born_on.year + 1}",
    "slip and day and month swapped": lambda case, _n: after(
        slip(case.surname, "swapped"),
        f"{case.born_on:%-m/%-d/%Y}" if case.born_on.month != case.born_on.day < 13 else "",
    ),
    "date of birth": lambda case, _n: f"{case.born_on:%d.%m.%y}",
    "CRN, spaced": lambda _c, number: " ".join(re.findall("..?", number.get("crn", "").lower())),
    "CRN, label and colon": lambda _c, number: after("CRN:", number.get("crn", "")).replace(" ", ""),
    "CRN, beginning": lambda _c, number: number.get("crn", "")[:6],
    "PNC, label and dash": lambda _c, number: after("PNC", number.get("pnc", "").replace("/", "-")),
    "PNC, spaced": lambda _c, number: number.get("pnc", "").replace("/", " "),
    "PNC, short year": lambda _c, number: re.sub("/0*", "/", number.get("pnc", "")[2:]).lower(),
    "PNC, no letter": lambda _c, number: number.get("pnc", "")[:-1],
    "prison number": lambda _c, number: after("Prison no.", number.get("noms", "")),
    "CRO, no slash": lambda _c, number: number.get("cro", "").replace("/", ""),
}


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 when fewer than nineteen of twenty are among the first ten."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    options = parser.parse_args(arguments)
    django.setup()
    with a_database(options.cases, keep=options.keep):
        rows = {area: list(table(email)) for area, email in WHO.items()}
    for area, found in rows.items():
        print(f"\n{area}\n\n| what is remembered | query | person | rank |\n|---|---|---|---|")
        for way, query, person, rank in found:
            print(f"| {way} | `{query}` | {person} | {rank or '–'} |")
    print()
    enough = [say(area, found, options.cases) for area, found in rows.items()]
    return 0 if all(enough) else 1


def say(area: str, rows: list[tuple[str, str, str, int]], cases: int) -> bool:
    """The sum of one table, and whether it is enough."""
    recall = sum(1 for row in rows if 1 <= row[3] <= FIRST) / len(rows)
    first = sum(1 for row in rows if row[3] == 1) / len(rows)
    print(f"{area}: {len(rows)} queries, {cases:,} cases: first {first:.1%}, among the first ten {recall:.1%}")
    return recall >= ENOUGH


def table(email: str) -> Iterator[tuple[str, str, str, int]]:
    """Way, query, person and rank; 0 for one who is not on the first page."""
    from agencies.models import User
    from offenders import search
    from offenders.models import Offender

    user = User.objects.get(email=email)
    everyone = list(Offender.objects.visible_to(user).current().order_by("search_name", "pk"))
    rng = Random(1)
    for way, remember in WAYS.items():
        rng.shuffle(everyone)
        done = 0
        for case in everyone:
            if done == EACH:
                break
            query = remember(case, numbers_of(case, user))
            if not query.strip():
                continue
            done += 1
            page = search.page_of(search.matching(user, query, {}), user=user, after="", before="")
            places = [person.pk for person in page.people]
            yield way, query, case.full_name, places.index(case.pk) + 1 if case.pk in places else 0


def numbers_of(case: Any, user: Any) -> dict[str, str]:
    return dict(case.identifiers.visible_to(user).filter(withdrawn_at=None).values_list("kind", "value"))


if __name__ == "__main__":
    sys.exit(main())

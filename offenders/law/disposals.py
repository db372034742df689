"""What a court or the police imposed, and how long it is (SOA 2003 s.82(3) and (4))."""

from dataclasses import dataclass

from offenders.law.periods import Length

CUSTODY = frozenset({"imprisonment", "detention"})
INDETERMINATE = frozenset({"life", "imprisonment_for_public_protection"})
HOSPITAL = frozenset({"hospital_order", "restricted_hospital_order", "guardianship_order"})
# These have no length of their own: a conditional discharge has its `discharge`.
WITHOUT_TERMS = frozenset({"fine", "conditional_discharge", "absolute_discharge", "caution"})
KINDS = (
    "imprisonment",
    "detention",
    "life",
    "imprisonment_for_public_protection",
    "hospital_order",
    "restricted_hospital_order",
    "guardianship_order",
    "community_order",
    "fine",
    "conditional_discharge",
    "absolute_discharge",
    "caution",
    "other",
)
NONE = Length()


@dataclass(frozen=True)
class Disposal:
    """One sentence, order or caution.

    `terms` are consecutive; `overlap` is the part of them that runs together; `extension` is the licence of an
    extended sentence; `discharge` is the period of a conditional discharge. A suspended sentence counts as if it was
    not suspended (Sentencing Act 2020 s.289).
    """

    kind: str
    terms: tuple[Length, ...] = ()
    overlap: Length = NONE
    suspended: bool = False
    extension: Length = NONE
    discharge: Length = NONE

    @property
    def length(self) -> Length:
        """All terms together, less what runs together, with the extension (s.82(3) and (4); R v Wiles [2004] EWCA
        Crim 836): X + Y − Z."""
        return sum(self.terms, NONE) - self.overlap + self.extension


def disposal_of(kind: str, term: Length) -> Disposal:
    """What the record keeps: a kind, and one length, which for a conditional discharge is its period."""
    if kind == "conditional_discharge":
        return Disposal(kind, discharge=term)
    return Disposal(kind, terms=(term,) if term else ())


def problems(disposal: Disposal) -> dict[str, str]:
    """What makes no sense in a disposal, by field, with how to put it right."""
    custody = disposal.kind in CUSTODY
    rules = (
        ("terms", custody and not disposal.terms, "Give the length of the sentence as one term or more."),
        (
            "terms",
            disposal.kind in WITHOUT_TERMS and bool(disposal.terms),
            "This disposal has no terms: leave them out, or choose imprisonment or detention.",
        ),
        ("overlap", bool(disposal.overlap) and _overlaps_too_much(disposal), _OVERLAP),
        ("suspended", disposal.suspended and not custody, "Only imprisonment or detention can be suspended."),
        ("extension", bool(disposal.extension) and not custody, "Only imprisonment or detention can be extended."),
        (
            "discharge",
            disposal.kind == "conditional_discharge" and not disposal.discharge,
            "Give the period of the conditional discharge.",
        ),
        (
            "discharge",
            disposal.kind != "conditional_discharge" and bool(disposal.discharge),
            "Only a conditional discharge has this period: leave it out.",
        ),
    )
    return {field: words for field, wrong, words in rules if wrong}


_OVERLAP = (
    "What runs together cannot be longer than the terms that it is taken off: give two terms or more and a shorter "
    "overlap, or for wholly concurrent terms give the longest term alone."
)


def _overlaps_too_much(disposal: Disposal) -> bool:
    """X and Y can run together for no longer than the shorter of them; one term runs together with nothing.

    Months and days are compared only so far as every calendar agrees: 1,826 days may be 5 years.
    """
    if len(disposal.terms) < 2:
        return True
    longest = max(disposal.terms, key=lambda term: term.most_days)
    return (sum(disposal.terms, NONE) - longest - disposal.overlap).is_less_than_nothing

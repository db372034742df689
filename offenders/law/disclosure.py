"""Telling the public about a child sex offender (Criminal Justice Act 2003 s.327A)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChildDisclosure:
    """Must disclosure be considered, and is it presumed?"""

    must_consider: bool
    presumption: bool
    authority: str
    explanation: str


def child_disclosure(
    *, child_sex_offender: bool, serious_harm_to_children: bool, necessary: bool, asked_for: bool
) -> ChildDisclosure:
    """Considered in each case of a child sex offender (s.327A(1)); presumed where there is a risk of serious harm to
    particular children and telling is necessary to protect them (s.327A(2) and (3)), asked for or not (s.327A(4))."""
    presumed = child_sex_offender and serious_harm_to_children and necessary
    asked = "whether or not somebody asked" if not asked_for else "and would be had nobody asked"
    if not child_sex_offender:
        why = "The duty is about child sex offenders only; any other disclosure is decided under the common law."
    elif presumed:
        why = f"There is a risk of serious harm to children and disclosure is necessary, so it is presumed, {asked}."
    else:
        why = "Disclosure must be considered, but is not presumed without a risk of serious harm and necessity."
    return ChildDisclosure(child_sex_offender, presumed, "Criminal Justice Act 2003 s.327A(1) to (4)", why)

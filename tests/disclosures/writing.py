"""What somebody types to record a disclosure, page by page, and what the record then says."""

from disclosures.actions import Considered
from tests.factories import in_days
from tests.offenders.dates_typed import typed

PAGES = {
    "risk": {"risk": "Contact with children", "at_risk": "Pupils who pass the address"},
    "recipient": {
        "recipient": "school",
        "recipient_name": "Jo Example",
        "recipient_role": "Head teacher",
        "recipient_organisation": "Example School",
        "recipient_address": "1 School Lane",
    },
    "information": {"information": "He must not be alone with pupils"},
    "necessity": {"necessity": "Only the school can watch its gates"},
    "proportionality": {"proportionality": "One person is told one thing", "harm": "Others may learn of it"},
    "alternatives": {"self_disclosure": "He will not", "joint": "Police with probation", "other_ways": ""},
    "representations": {"representations_sought": "yes", "representations": "He agrees", "not_sought_because": ""},
    "victim": {"victim": "Nothing identifies the victim"},
    "children": {
        "child_sex_offender": "yes",
        "serious_harm_to_children": "yes",
        "necessary_for_children": "yes",
        "asked_for": "no",
    },
    "decision": {
        "decision": "yes",
        "reasons": "All tests are met",
        "against_presumption": "",
        **typed("tell_by", in_days(5)),
        **typed("review_on", in_days(60)),
    },
}
NO = {
    "decision": "no",
    "reasons": "The school knows already",
    "against_presumption": "Nothing is left to tell",
    **typed("tell_by", None),
    **typed("review_on", in_days(60)),
}
NOBODY = {"recipient": "nobody", "recipient_name": "", "recipient_role": "", "recipient_address": ""}
NO_CHILDREN = dict.fromkeys(PAGES["children"], "no")


def considered(**changes):
    """The same as the verb is given it."""
    said = {name: value for page in PAGES.values() for name, value in page.items()}
    said = {name: value for name, value in said.items() if name in Considered.__dataclass_fields__}
    said |= {name: said[name] == "yes" for name in (*PAGES["children"], "representations_sought")}
    return Considered(**{**said, "tell_by": in_days(5), "review_on": in_days(60), **changes})


def as_no(**changes):
    """The answers of a decision not to disclose."""
    return considered(**{"tell_by": None, "against_presumption": "Nothing is left to tell", **changes})

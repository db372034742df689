"""The letter to whoever is told, and the undertaking that they sign: only what was authorised, as PDF and as Word."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from disclosures.models import Disclosure
from mappa.paper import Section
from mappa.templatetags.mappa import long_date


@dataclass(frozen=True)
class Letter:
    """What stands in it. Of the person, the risk and the reasons it says nothing but what the authorised words say."""

    title: str
    recipient: str
    address: str
    reference: str
    sender: str
    sections: list[Section]


def letter_of(row: Disclosure) -> Letter:
    """The letter of an authorised disclosure. Needs the case's lead agency loaded."""
    sections = [
        Section(_("What you are told"), [row.information]),
        Section(
            _("What you may do with it"),
            [
                _("You are told this in confidence, so that you can protect people. Use it for nothing else."),
                *([row.conditions] if row.conditions else []),
            ],
        ),
    ]
    if row.needs_undertaking:
        sections.append(_undertaking(row))
    return Letter(
        title=_("Information given in confidence"),
        recipient=row.to_whom,
        address=row.recipient_address,
        reference=_("Reference %(reference)s, authorised on %(date)s")
        % {"reference": row.reference, "date": long_date(row.authorised_on)},
        sender=_("From %s") % row.offender.lead_agency.name,
        sections=sections,
    )


def _undertaking(row: Disclosure) -> Section:
    kept = _(
        "I have read this letter. I will use what I am told only to protect people, keep to what it asks of me, keep it "
        "safe and give it to nobody. I will work with the agency that told me."
    )
    return Section(_("Undertaking"), [kept], [_("Name"), _("Signature"), _("Date")])

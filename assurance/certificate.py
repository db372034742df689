"""The certificate of a disposal, on paper."""

from django.utils.translation import gettext as _

from agencies.models import User
from assurance.models import RecordDisposal
from mappa.paper import Paper, Section, Table
from mappa.templatetags.mappa import clock, long_date
from offenders.copies import copy_for


def certificate_paper(disposal: RecordDisposal, reader: User) -> Paper:
    """What went, when, why, and who decided it."""

    def moment(at: object) -> str:
        return _("%(day)s at %(time)s") % {"day": long_date(at), "time": clock(at)}  # type: ignore[arg-type]

    facts = [
        (_("Certificate"), disposal.reference),
        (_("Reference of the record"), disposal.case_reference),
        (_("Area"), disposal.area.name),
        (_("Why"), str(disposal.get_ground_display())),
        (_("Proposed by"), f"{disposal.proposed_by.name}, {moment(disposal.proposed_at)}"),
        (_("Approved by"), f"{getattr(disposal.approved_by, 'name', '')}, {moment(disposal.decided_at)}"),
        (_("Disposed of"), moment(disposal.done_at)),
        (_("Rows"), f"{disposal.rows:,}"),
        (_("Files"), str(disposal.files)),
        (_("SHA-256"), disposal.digest),
    ]
    rows = [(name, f"{count:,}") for name, count in sorted(disposal.counts.items()) if count]
    table = Table(_("Rows taken away, by table"), [_("Table"), _("Rows")], rows)
    return Paper(
        title=_("Certificate of disposal"),
        opening=[
            _("The record named below was taken out of mappa with everything that belonged to it, and its files."),
            _("Who opened it while it was there is still recorded, without what it said."),
        ],
        sections=[Section(_("Decision"), facts=facts), Section(_("What went"), tables=[table])],
        copy=copy_for(reader, disposal.reference),
    )

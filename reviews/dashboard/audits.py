"""What the audits of the period found: only those that two people have signed off (reviews/audit_trends.py)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mappa.charts import Chart
from reviews import audit_trends
from reviews.dashboard.look import Look, Named, share_part, share_table
from reviews.dashboard.part import Part
from reviews.dashboard.words import number
from reviews.models.audit import Kind
from reviews.period import Share


def audits(look: Look) -> Part:
    """Scores that are satisfactory or better, of cases and of meetings; the weakest question; findings still open."""
    title, months = _("Audits: scores that are satisfactory or better"), look.period.starts
    found = {kind: audit_trends.trend(look.area, kind.value, months) for kind in Kind}
    rows = [
        Named(str(kind.label), Share(sum(m.satisfactory for m in trend), sum(m.scores for m in trend)))
        for kind, trend in found.items()
    ]
    signed = sum(month.signed for trend in found.values() for month in trend)
    if not signed:
        return Part(Chart(title, _("No audit of these months is signed off yet."), [], id="audits"))
    weakest = audit_trends.weakest(look.area, months)
    summary = ngettext(
        "Every score of %s signed audit is satisfactory.", "Every score of %s signed audits is satisfactory.", signed
    ) % number(signed)
    if weakest:
        words = ngettext(
            "Weakest in %(signed)s signed audit: %(question)s (%(part)s of %(whole)s satisfactory).",
            "Weakest in %(signed)s signed audits: %(question)s (%(part)s of %(whole)s satisfactory).",
            signed,
        )
        summary = words % {
            "signed": number(signed),
            "question": weakest[0].text,
            "part": number(weakest[0].satisfactory),
            "whole": number(weakest[0].scores),
        }
    still_open, late = audit_trends.findings(look.area, look.today)
    note = _("Findings open today: %(open)s, of which %(late)s are late.") % {"open": still_open, "late": late}
    table = share_table(title, _("Audits of"), rows, _("Scores"))
    return share_part(title, "audits", summary, rows, table, notes=[note])

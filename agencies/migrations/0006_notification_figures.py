"""Figures of the notification requirements that are not verified law (domain.md 6.2): what an administrator has changed
is left alone."""

from datetime import date

from django.db import migrations

TRAVEL = "Sexual Offences Act 2003 s.86; SI 2004/1220 as amended by SI 2012/1876"
CTA = "Counter-Terrorism Act 2008"
FIGURES = [
    # name, value, unit, from, citation
    ("travel_notice_days", 7, "days", date(2012, 8, 13), f"{TRAVEL}: at least 7 days before leaving"),
    ("travel_short_notice_hours", 12, "hours", date(2012, 8, 13), f"{TRAVEL}: 12 hours where 7 days were not possible"),
    ("travel_return_days", 3, "days", date(2012, 8, 13), f"{TRAVEL}: within 3 days of the return"),
    ("child_household_hours", 12, "hours", date(2012, 8, 13), "SI 2012/1876: at least 12 hours in a day"),
    ("indefinite_review_most_years", 15, "years", date(2012, 7, 30), "Sexual Offences Act 2003 s.91B(5) and (6)"),
    ("terrorist_periodic_months", 12, "months", date(2009, 10, 1), f"{CTA} s.49: within one year of the last"),
    ("terrorist_change_days", 3, "days", date(2009, 10, 1), f"{CTA} s.48: 3 days beginning with the change"),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit, from_on, citation in FIGURES:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=from_on,
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": "R+"},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0005_category_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

"""How much is audited a month and by when, and the clocks of a serious case review. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no figure is published"
STANDARDS = [
    ("audit_cases_a_month", 5, "cases", LOCAL, "R?"),
    ("audit_meetings_a_month", 2, "meetings", LOCAL, "R?"),
    ("audit_working_days", 20, "working days", LOCAL, "R?"),
    ("audit_sign_working_days", 10, "working days", LOCAL, "R?"),
    ("serious_case_days_since_level", 28, "days", "MAPPA Guidance chapter 20: at level 2 or 3 then or within 28 days before", "R+"),
    ("serious_case_notice_days", 5, "days", "MAPPA N: within 5 days of completing its section 9 (document set of 2012, part 12)", "V-old"),
    ("serious_case_decision_working_days", 20, "working days", LOCAL, "R?"),
    ("serious_case_report_months", 3, "months", "MAPPA Guidance chapter 20: about three months from the decision", "R?"),
]


def load(apps, schema_editor):
    for name, value, unit, citation, certainty in STANDARDS:
        apps.get_model("agencies", "Standard").objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": certainty},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0023_board_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

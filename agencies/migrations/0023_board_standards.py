"""What a board is measured by, and the clock of its business. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

ALWAYS = date(2012, 4, 1)
OURS = "Set by this service; areas may set their own"
ADVERT = "Avon and Somerset lay adviser advert, 2020"
ROWS = [
    # name, value, unit, citation, certainty
    ("lay_advisers_each_board", 2, "advisers", "Criminal Justice Act 2003 s.326(3)", "V"),
    ("lay_adviser_usual_hours_each_month", 8, "hours", ADVERT, "V"),
    ("lay_adviser_most_hours_each_month", 16, "hours", ADVERT, "V"),
    ("lay_adviser_term_years", 3, "years", "MAPPA Guidance, believed: three years, renewable", "R?"),
    (
        "board_meetings_each_year",
        3,
        "meetings",
        "MAPPA Guidance 2012, list of changes in version 4.5: recommended to meet at least three times a year",
        "V-old",
    ),
    (
        "board_meeting_every_months",
        4,
        "months",
        "Follows from three meetings a year (MAPPA Guidance 2012, version 4.5)",
        "R?",
    ),
    ("board_papers_working_days", 5, "working days", OURS, "R?"),
    ("board_answer_working_days", 20, "working days", OURS, "R?"),
    ("board_term_notice_days", 90, "days", OURS, "R?"),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit, citation, certainty in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=ALWAYS,
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": certainty},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0022_registered_names")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

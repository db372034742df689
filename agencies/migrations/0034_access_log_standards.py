"""How much of the access log is read at once, from when on reading is unusual or stopped, and by when it is answered for.

No figure is published for any of them: an area sets its own. What an administrator has changed is left alone.
"""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no figure is published"
STANDARDS = [
    ("access_log_days", 28, "days"),
    ("access_log_most_days", 366, "days"),
    ("access_log_export_rows", 5000, "lines"),
    ("view_warn_people_hour", 300, "people an hour"),
    ("view_stop_people_hour", 600, "people an hour"),
    ("unusual_review_working_days", 5, "working days"),
    ("unusual_explain_working_days", 5, "working days"),
    ("unusual_people_hour", 60, "people an hour"),
    ("unusual_people_day", 150, "people a day"),
    ("unusual_people_least", 20, "people a day"),
    ("unusual_median_times", 4, "times"),
    ("unusual_night_from_hour", 22, "o’clock"),
    ("unusual_night_until_hour", 6, "o’clock"),
    ("unusual_night_people", 5, "people"),
    ("unusual_night_usual_days", 3, "days"),
    ("unusual_without_part_people", 15, "people a day"),
    ("unusual_same_purpose_days", 5, "days"),
    ("unusual_denials_day", 15, "refusals a day"),
    ("unusual_guesses_day", 5, "references a day"),
    ("unusual_searches_day", 40, "searches a day"),
    ("unusual_searches_opened_percent", 10, "per cent"),
    ("unusual_in_order_people", 15, "people"),
    ("unusual_leaving_days", 30, "days"),
    ("unusual_leaving_copies", 3, "copies a day"),
    ("unusual_sample_percent", 1, "per cent"),
    ("unusual_sample_most", 20, "accesses"),
]


def load(apps, schema_editor):
    for name, value, unit in STANDARDS:
        apps.get_model("agencies", "Standard").objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": value, "unit": unit, "citation": LOCAL, "certainty": "R?"},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0033_emergency_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

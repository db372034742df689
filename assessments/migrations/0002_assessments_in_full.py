"""Assessments in full: custody and self, words as HMPPS asks for them, reviews, countersignature, and when they are due.

What was recorded before stays valid and locked: its levels in custody are not known, it waits for no countersignature,
and the last of each case is due for review by the standard of its level.
"""

import functools
from datetime import date

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import mappa.reference_numbers

GROUPS = {
    "children": "Children",
    "public": "Public",
    "known_adult": "Known adult",
    "staff": "Staff",
    "prisoners": "Prisoners",
    "to_self": "Self",
}
LEVELS = [(1, "Low"), (2, "Medium"), (3, "High"), (4, "Very high")]
BATCH = 2000

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no period is published in the MAPPA Guidance; figure not checked"
STANDARDS = [
    # name, value, unit, citation, certainty
    ("assessment_review_weeks_low", 52, "weeks", LOCAL, "R?"),
    ("assessment_review_weeks_medium", 52, "weeks", LOCAL, "R?"),
    ("assessment_review_weeks_high", 26, "weeks", LOCAL, "R?"),
    ("assessment_review_weeks_very_high", 16, "weeks", LOCAL, "R?"),
    ("assessment_review_weeks_unknown", 4, "weeks", "Local practice: what is not known is found out soon", "R?"),
    ("assessment_countersign_working_days", 5, "working days", "Local practice; figure not checked", "R?"),
]


def level(group):
    return models.PositiveSmallIntegerField(blank=True, choices=LEVELS, null=True, verbose_name=GROUPS[group])


def reference(**more):
    make = functools.partial(mappa.reference_numbers.new_reference, "AS")
    return models.CharField(default=make, editable=False, max_length=12, **more)


def load_standards(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit, citation, certainty in STANDARDS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": certainty},
        )


def complete(apps, schema_editor):
    """Each earlier row gets its reference and day; those that a later one followed are superseded by it."""
    Assessment = apps.get_model("assessments", "Assessment")
    make = functools.partial(mappa.reference_numbers.new_reference, "AS")
    batch, case, later = [], None, None
    for row in Assessment.objects.order_by("offender_id", "-assessed_at", "-pk").iterator(BATCH):
        row.reference = make()
        if row.offender_id == case:
            row.superseded_on = later
        case, later = row.offender_id, _in_london(row.assessed_at)
        batch.append(row)
        if len(batch) == BATCH:
            Assessment.objects.bulk_update(batch, ["reference", "superseded_on"])
            batch = []
    Assessment.objects.bulk_update(batch, ["reference", "superseded_on"])


def _in_london(instant):
    from django.utils import timezone

    return timezone.localtime(instant).date()


DATED = """
UPDATE assessments_assessment SET assessed_on = (assessed_at AT TIME ZONE 'Europe/London')::date;
UPDATE assessments_assessment a SET review_on = a.assessed_on + 7 * s.value::int
FROM agencies_standard s
WHERE a.superseded_on IS NULL AND s.area_id IS NULL AND s.from_on = '2010-01-01' AND s.name = CASE
    greatest(a.children, a.public, a.known_adult, a.staff, a.prisoners)
    WHEN 4 THEN 'assessment_review_weeks_very_high' WHEN 3 THEN 'assessment_review_weeks_high'
    WHEN 2 THEN 'assessment_review_weeks_medium' ELSE 'assessment_review_weeks_low' END;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def words(label, **more):
    return models.TextField(verbose_name=label, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0001_initial"),
        ("agencies", "0009_victim_contact_since_2001"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(load_standards, migrations.RunPython.noop),
        *(
            migrations.AlterField(model_name="assessment", name=group, field=level(group))
            for group in GROUPS
            if group != "to_self"
        ),
        migrations.AddField(model_name="assessment", name="to_self", field=level("to_self")),
        *(
            migrations.AddField(model_name="assessment", name=f"custody_{group}", field=level(group))
            for group in GROUPS
        ),
        # The column keeps its name.
        migrations.AlterField(
            model_name="assessment", name="nature", field=words("nature of the risk", db_column="nature")
        ),
        migrations.RenameField(model_name="assessment", old_name="nature", new_name="nature_of_risk"),
        migrations.AlterField(
            model_name="assessment",
            name="nature_of_risk",
            field=words("What is the nature of the risk?", db_column="nature"),
        ),
        *(
            migrations.AddField(
                model_name="assessment", name=name, field=words(label, default=""), preserve_default=False
            )
            for name, label in (
                ("who_is_at_risk", "Who is at risk?"),
                ("risk_imminence", "When is the risk likely to be greatest?"),
                ("risk_increase_factors", "What makes it more likely?"),
                ("risk_mitigation_factors", "What makes it less likely?"),
            )
        ),
        *(
            migrations.AddField(
                model_name="assessment",
                name=name,
                field=models.TextField(blank=True, default=""),
                preserve_default=False,
            )
            for name in ("unknown_plan", "change_reason", "return_reason")
        ),
        migrations.AddField(
            model_name="assessment",
            name="change",
            field=models.CharField(
                blank=True,
                choices=[("changed", "Something changed"), ("unchanged", "Nothing changed")],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="assessment",
            name="assessed_on",
            field=models.DateField(null=True, verbose_name="date of the assessment"),
        ),
        *(
            migrations.AddField(model_name="assessment", name=name, field=models.DateField(blank=True, null=True))
            for name in ("review_on", "countersign_due_on", "superseded_on")
        ),
        *(
            migrations.AddField(model_name="assessment", name=name, field=models.DateTimeField(blank=True, null=True))
            for name in ("countersigned_at", "returned_at")
        ),
        *(
            migrations.AddField(
                model_name="assessment",
                name=name,
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            )
            for name in ("countersigned_by", "returned_by")
        ),
        migrations.AddField(
            model_name="assessment",
            name="previous",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successor",
                to="assessments.assessment",
            ),
        ),
        migrations.AddField(model_name="assessment", name="reference", field=reference(null=True)),
        migrations.RunPython(complete, migrations.RunPython.noop),
        migrations.RunSQL(DATED, migrations.RunSQL.noop),
        migrations.AlterField(model_name="assessment", name="reference", field=reference(unique=True)),
        migrations.AlterField(
            model_name="assessment",
            name="assessed_on",
            field=models.DateField(verbose_name="date of the assessment"),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                condition=Q(superseded_on__isnull=True), fields=["review_on"], name="assessments_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=Q(countersigned_at__isnull=True, countersigned_by__isnull=True)
                | Q(countersigned_at__isnull=False, countersigned_by__isnull=False),
                name="a_countersignature_says_whose_it_is",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")),
                name="an_assessment_sent_back_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=Q(countersigned_at__isnull=True) | Q(returned_at__isnull=True),
                name="an_assessment_is_countersigned_or_sent_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=(Q(countersigned_by__isnull=True) | ~Q(countersigned_by=F("assessed_by")))
                & (Q(returned_by__isnull=True) | ~Q(returned_by=F("assessed_by"))),
                name="nobody_countersigns_his_own_assessment",
                violation_error_message="You made this assessment: another manager countersigns it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=Q(previous__isnull=True) | ~Q(previous=F("pk")), name="no_assessment_reviews_itself"
            ),
        ),
    ]

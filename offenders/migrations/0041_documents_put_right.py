"""A withdrawn version gives its place back, the timeline has topics, and what was written down cannot be changed.

The application adds entries, notes and reviews of flags and reads them. Of a row it may only change the case, which a merge
needs.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

NEVER_CHANGED = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mappa_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER
            ON offenders_timelineentry, offenders_note, offenders_flagreview FROM mappa_app;
        GRANT UPDATE (offender_id) ON offenders_timelineentry, offenders_note, offenders_flagreview TO mappa_app;
    END IF;
END $$
"""
CHANGED_AGAIN = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mappa_app') THEN
        GRANT UPDATE, DELETE ON offenders_timelineentry, offenders_note, offenders_flagreview TO mappa_app;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("offenders", "0040_import_turns")]

    operations = [
        migrations.AlterField(
            "document",
            "supersedes",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="offenders.document",
            ),
        ),
        migrations.AlterField(
            "photograph",
            "supersedes",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="offenders.photograph",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                models.F("supersedes"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_document_stands_in_the_place_of_another",
            ),
        ),
        migrations.AddConstraint(
            "photograph",
            models.UniqueConstraint(
                models.F("supersedes"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_photograph_stands_in_the_place_of_another",
            ),
        ),
        migrations.AddField(
            "timelineentry",
            "topic",
            models.CharField(
                choices=[
                    ("person", "Person and record"),
                    ("law", "Category and level"),
                    ("sentences", "Sentences and key dates"),
                    ("moves", "Custody, moves and approved premises"),
                    ("orders", "Orders and licence"),
                    ("notification", "Notification requirements"),
                    ("risk", "Risk and disclosure"),
                    ("meetings", "Referrals, meetings and actions"),
                    ("flags", "Flags and warnings"),
                    ("documents", "Documents and photographs"),
                    ("access", "Access, transfer and lead officer"),
                ],
                default="person",
                max_length=12,
            ),
        ),
        migrations.RunSQL(NEVER_CHANGED, CHANGED_AGAIN),
    ]

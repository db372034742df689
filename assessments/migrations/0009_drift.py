"""Prompts to refer or reassess, and the figures by which their rules judge. What an administrator has changed is left alone."""

from datetime import date

import django.db.models.deletion
import functools
import mappa.reference_numbers
from django.conf import settings
from django.db import migrations, models

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no figure is published"
LEVEL = "MAPPA Guidance (as quoted in local guidance): the level is set at least 6 months before release"
ROWS = [
    # name, value, unit, citation, how sure
    ("drift_fact_weeks", 26, "weeks", LOCAL, "R?"),
    ("drift_release_months", 6, "months", LEVEL, "R+"),
    ("drift_level_set_months", 12, "months", LOCAL, "R?"),
    ("drift_near_postcode_parts", 2, "parts of the postcode", LOCAL, "R?"),
    ("drift_missed_reviews", 2, "reviews", LOCAL, "R?"),
    ("drift_missed_review_months", 12, "months", LOCAL, "R?"),
    ("drift_answer_working_days", 5, "working days", LOCAL, "R?"),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit, citation, certainty in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": certainty},
        )


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0013_information_request_standards'),
        ('assessments', '0008_who_wrote_a_plan'),
        ('offenders', '0044_cases_by_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DriftPrompt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('DP',), **{}), editable=False, max_length=12, unique=True)),
                ('rule', models.CharField(choices=[('breach', 'New breach'), ('rosh-raised', 'Risk of serious harm raised'), ('release', 'Release near and no level set'), ('near-victim', 'Address near a victim'), ('child', 'Child in the household'), ('reviews', 'Reviews missed'), ('recall', 'Recall to custody')], max_length=12)),
                ('fact', models.CharField(max_length=20)),
                ('besides', models.CharField(blank=True, max_length=12)),
                ('fact_on', models.DateField()),
                ('words', models.CharField(max_length=400)),
                ('due_on', models.DateField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('outcome', models.CharField(blank=True, choices=[('referred', 'Referred to a higher level'), ('reassessed', 'Risk assessed again'), ('dismissed', 'Dismissed with a reason'), ('gone', 'No longer holds')], max_length=10)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer_reason', models.TextField(blank=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area')),
                ('offender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drift_prompts', to='offenders.offender')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('outcome', '')), fields=['due_on'], name='drift_prompts_open'), models.Index(fields=['area', 'made_at'], name='drift_prompts_made')],
                'constraints': [models.UniqueConstraint(models.F('rule'), models.F('fact'), models.F('besides'), name='a_fact_prompts_once'), models.CheckConstraint(condition=models.Q(models.Q(('answer_reason', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(models.Q(('outcome', 'dismissed'), _negated=True), models.Q(('answer_reason', ''), _negated=True), _connector='OR')), _connector='OR'), name='an_answered_prompt_says_by_whom')],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]

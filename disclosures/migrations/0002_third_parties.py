"""The whole record of a disclosure, and by when it is authorised. Entries that stand in the log stay as they are."""

from datetime import date

import django.db.models.deletion
import functools
import mappa.reference_numbers
from django.conf import settings
from django.db import migrations, models

ROWS = [
    # name, value, unit, citation, certainty
    (
        "disclosure_authorisation_days",
        2,
        "working days",
        "Set by this service: no period is published; areas may set their own",
        "R?",
    ),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit, citation, certainty in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=date(2010, 1, 1),
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": certainty},
        )


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_victim_contact_since_2001'),
        ('disclosures', '0001_initial'),
        ('offenders', '0040_import_turns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='disclosuredecision',
            name='to_whom',
            field=models.CharField(blank=True, max_length=340),
        ),
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('DS',), **{}), editable=False, max_length=12, unique=True)),
                ('correction_reason', models.TextField(blank=True)),
                ('risk', models.TextField(blank=True)),
                ('at_risk', models.TextField(blank=True)),
                ('recipient', models.CharField(choices=[('partner', 'A partner or former partner'), ('parent', 'A parent or carer of a child'), ('victim', 'A victim'), ('landlord', 'A landlord or somebody who houses the person'), ('school', 'A head teacher, school or college'), ('employer', 'An employer or voluntary body'), ('faith', 'A faith group'), ('leisure', 'A leisure centre or club'), ('public', 'The public'), ('other', 'Somebody else'), ('nobody', 'Nobody in particular: disclosure was considered in general')], max_length=10)),
                ('recipient_name', models.CharField(blank=True, max_length=120)),
                ('recipient_role', models.CharField(blank=True, max_length=80)),
                ('recipient_organisation', models.CharField(blank=True, max_length=120)),
                ('recipient_address', models.TextField(blank=True)),
                ('information', models.TextField(blank=True)),
                ('necessity', models.TextField(blank=True)),
                ('proportionality', models.TextField(blank=True)),
                ('harm', models.TextField(blank=True)),
                ('self_disclosure', models.TextField(blank=True)),
                ('joint', models.TextField(blank=True)),
                ('other_ways', models.TextField(blank=True)),
                ('representations_sought', models.BooleanField(blank=True, null=True)),
                ('representations', models.TextField(blank=True)),
                ('not_sought_because', models.TextField(blank=True)),
                ('victim', models.TextField(blank=True)),
                ('child_sex_offender', models.BooleanField()),
                ('serious_harm_to_children', models.BooleanField()),
                ('necessary_for_children', models.BooleanField()),
                ('asked_for', models.BooleanField()),
                ('presumption', models.BooleanField()),
                ('against_presumption', models.TextField(blank=True)),
                ('tell_by', models.DateField(blank=True, null=True)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('authorise_by', models.DateField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('authorised', 'Authorised'), ('refused', 'Not authorised')], max_length=10)),
                ('authorised_on', models.DateField(blank=True, null=True)),
                ('authorised_rank', models.CharField(blank=True, max_length=200)),
                ('authorised_reasons', models.TextField(blank=True)),
                ('conditions', models.TextField(blank=True)),
                ('needs_undertaking', models.BooleanField(default=False)),
                ('no_undertaking_because', models.TextField(blank=True)),
                ('delivered_on', models.DateField(blank=True, null=True)),
                ('delivered_how', models.CharField(blank=True, choices=[('in-person', 'In person'), ('letter', 'By letter'), ('telephone', 'By telephone'), ('secure-email', 'By secure email')], max_length=12)),
                ('delivered_by', models.CharField(blank=True, max_length=200)),
                ('undertaking_on', models.DateField(blank=True, null=True)),
                ('person_told', models.BooleanField(blank=True, null=True)),
                ('person_told_words', models.TextField(blank=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('authorised_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='correction', to='disclosures.disclosure')),
                ('delivery_recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='disclosure', to='disclosures.disclosuredecision')),
                ('follows', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='carried_out', to='disclosures.disclosuredecision')),
                ('offender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='disclosures', to='offenders.offender')),
            ],
            options={
                'ordering': ['-entry__considered_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='DisclosureDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('DD',), **{}), editable=False, max_length=12, unique=True)),
                ('answers', models.JSONField(default=dict)),
                ('correction_reason', models.TextField(blank=True)),
                ('begun_at', models.DateTimeField(auto_now_add=True)),
                ('saved_at', models.DateTimeField(auto_now=True)),
                ('kept_until', models.DateField()),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='disclosures.disclosure')),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='disclosures.disclosuredecision')),
                ('offender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='disclosure_drafts', to='offenders.offender')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-saved_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='DisclosureReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was_due_on', models.DateField()),
                ('reviewed_on', models.DateField()),
                ('found', models.TextField()),
                ('next_on', models.DateField(blank=True, null=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disclosure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='disclosures.disclosure')),
                ('offender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='disclosure_reviews', to='offenders.offender')),
            ],
            options={
                'ordering': ['-reviewed_on', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='disclosure',
            index=models.Index(condition=models.Q(('outcome', '')), fields=['authorise_by'], name='disclosures_waiting'),
        ),
        migrations.AddIndex(
            model_name='disclosure',
            index=models.Index(condition=models.Q(('review_on__isnull', False)), fields=['review_on'], name='disclosures_to_review'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('risk', ''), _negated=True), models.Q(('at_risk', ''), _negated=True), models.Q(('necessity', ''), _negated=True), models.Q(('proportionality', ''), _negated=True), models.Q(('victim', ''), _negated=True)), name='a_disclosure_answers_every_test', violation_error_message='Answer every test before the decision is recorded.'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('recipient', 'nobody'), models.Q(models.Q(('recipient_name', ''), _negated=True), models.Q(('information', ''), _negated=True), models.Q(('harm', ''), _negated=True), models.Q(('self_disclosure', ''), _negated=True), models.Q(('joint', ''), _negated=True), ('representations_sought__isnull', False), models.Q(models.Q(('representations_sought', True), models.Q(('representations', ''), _negated=True)), models.Q(('representations_sought', False), models.Q(('not_sought_because', ''), _negated=True)), _connector='OR')), _connector='OR'), name='a_disclosure_to_somebody_answers_more_tests', violation_error_message='Answer every test about whom it is to be disclosed to.'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('authorised_by', None), ('authorised_on', None), ('authorised_rank', ''), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('authorise_by__isnull', False), ('authorised_by__isnull', False), ('authorised_on__isnull', False), models.Q(('authorised_by', models.F('author')), _negated=True), models.Q(('authorised_rank', ''), _negated=True), models.Q(('authorised_reasons', ''), _negated=True)), _connector='OR'), name='somebody_else_authorises_a_disclosure', violation_error_message='Nobody authorises what he or she recorded.'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivered_by', ''), ('delivered_how', ''), ('delivered_on', None), ('person_told', None), ('undertaking_on', None)), models.Q(('delivered_on__isnull', False), ('outcome', 'authorised'), ('person_told__isnull', False), ('delivered_on__gte', models.F('authorised_on')), models.Q(('delivered_how', ''), _negated=True), models.Q(('delivered_by', ''), _negated=True), models.Q(('person_told_words', ''), _negated=True), models.Q(('needs_undertaking', False), ('undertaking_on__isnull', False), _connector='OR'), models.Q(('undertaking_on__isnull', True), ('undertaking_on__lte', models.F('delivered_on')), _connector='OR')), _connector='OR'), name='only_what_was_authorised_is_disclosed', violation_error_message='Nothing is disclosed before it is authorised and the undertaking is dated.'),
        ),
        migrations.AddIndex(
            model_name='disclosuredraft',
            index=models.Index(fields=['kept_until'], name='disclosure_drafts_by_age'),
        ),
        migrations.AddConstraint(
            model_name='disclosurereview',
            constraint=models.CheckConstraint(condition=models.Q(('next_on__isnull', True), ('next_on__gt', models.F('reviewed_on')), _connector='OR'), name='the_next_review_comes_after_this_one', violation_error_message='The next review must be after this one.'),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]

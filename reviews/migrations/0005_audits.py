from datetime import date

import django.db.models.deletion
import functools
import mappa.reference_numbers
from django.conf import settings
from django.db import migrations, models


SOURCE = "MAPPA document set of 2012, part 12; the items that could be read"
FORMS = [
    (
        "case",
        "MAPPA K: audit of a level 2 or 3 case",
        [
            ("Referral", "The referral was timely", "yes-no", False),
            ("Referral", "Every section of the referral was complete", "yes-no", False),
            ("First meeting", "The first meeting was held in time", "yes-no", False),
            ("First meeting", "The agencies that were invited attended", "missing", False),
            ("First meeting", "Agencies that were absent sent a report", "reports", True),
            ("Minutes", "The minutes are clear", "four", False),
            ("Minutes", "The category is identified", "yes-no", False),
            ("Minutes", "The level is recorded", "yes-no", False),
            ("Minutes", "The lead agency brought an initial risk management plan", "yes-no", False),
            ("Conduct", "The agenda was followed", "four", False),
            ("Conduct", "Information was exchanged and considered", "four", False),
            ("Risk", "Diversity was considered", "four", False),
            ("Risk", "The risk was addressed", "four", False),
        ],
    ),
    (
        "meeting",
        "MAPPA L: audit of a level 2 or 3 meeting",
        [
            ("Arrangements", "The arrangements for the meeting", "four", False),
            ("Conduct", "It started on time", "four", False),
            ("Conduct", "Its purpose was stated", "four", False),
            ("Conduct", "Those present were introduced", "four", False),
            ("Conduct", "The confidentiality statement was read and agreed", "four", False),
            ("Conduct", "Time was used well", "four", False),
            ("Conduct", "Digressions were kept short", "four", False),
            ("Conduct", "Everyone could contribute", "four", False),
            ("Conduct", "Dissent was noted and recorded", "four", False),
            ("Risk assessment", "Victims were considered", "four", False),
            ("Risk assessment", "Diversity was considered", "four", False),
            ("Risk assessment", "Each discussion ended with a summary", "four", False),
        ],
    ),
]


def load(apps, schema_editor):
    """The forms as they were published: data with an edition. What an administrator has added is left alone."""
    for kind, name, questions in FORMS:
        form, is_new = apps.get_model("reviews", "AuditForm").objects.get_or_create(
            kind=kind,
            from_on=date(2012, 1, 1),
            defaults={"name": name, "edition": "2012", "source": SOURCE, "certainty": "V-old"},
        )
        if is_new:
            for position, (heading, text, scale, may_not_apply) in enumerate(questions, start=1):
                apps.get_model("reviews", "AuditQuestion").objects.create(
                    form=form, position=position, heading=heading, text=text, scale=scale, may_not_apply=may_not_apply
                )


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0024_audit_and_serious_case_standards'),
        ('offenders', '0045_cases_by_lead'),
        ('panels', '0019_who_reads_is_final'),
        ('reviews', '0004_published_quarters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('case', 'Cases'), ('meeting', 'Meetings')], max_length=10)),
                ('name', models.CharField(max_length=80)),
                ('edition', models.CharField(max_length=20)),
                ('source', models.CharField(max_length=200)),
                ('certainty', models.CharField(blank=True, help_text='How far the source was checked.', max_length=10)),
                ('from_on', models.DateField(help_text='Samples drawn from this day on are scored by it.')),
            ],
            options={
                'ordering': ['kind', '-from_on'],
                'constraints': [models.UniqueConstraint(models.F('kind'), models.F('from_on'), name='one_audit_form_of_a_day')],
            },
        ),
        migrations.CreateModel(
            name='AuditQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('heading', models.CharField(max_length=80)),
                ('text', models.CharField(max_length=200)),
                ('scale', models.CharField(choices=[('four', 'Excellent to poor'), ('yes-no', 'Yes or no'), ('missing', 'How many were missing'), ('reports', 'How many reported')], default='four', max_length=10)),
                ('may_not_apply', models.BooleanField(default=False)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='reviews.auditform')),
            ],
            options={
                'ordering': ['form', 'position'],
            },
        ),
        migrations.CreateModel(
            name='AuditSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('AS',), **{}), editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('case', 'Cases'), ('meeting', 'Meetings')], max_length=10)),
                ('month', models.DateField()),
                ('seed', models.CharField(editable=False, max_length=32)),
                ('frame', models.JSONField(default=list, editable=False)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('asked', models.PositiveSmallIntegerField()),
                ('drawn_at', models.DateTimeField(auto_now_add=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.area')),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.auditform')),
            ],
            options={
                'ordering': ['-month', 'kind'],
            },
        ),
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('AU',), **{}), editable=False, max_length=12, unique=True)),
                ('place', models.PositiveIntegerField()),
                ('stratum', models.CharField(max_length=160)),
                ('state', models.CharField(choices=[('to-assign', 'Needs an auditor'), ('to-do', 'Being audited'), ('to-check', 'To be checked'), ('to-sign', 'To be signed off'), ('signed', 'Signed off'), ('set-aside', 'Set aside')], default='to-assign', max_length=10)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('returned_because', models.CharField(blank=True, max_length=300)),
                ('set_aside_because', models.CharField(blank=True, max_length=300)),
                ('assigned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('auditor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audits', to='panels.meeting')),
                ('offender', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audits', to='offenders.offender')),
                ('returned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_aside_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='audits', to='reviews.auditsample')),
            ],
            options={
                'ordering': ['sample', 'place'],
            },
        ),
        migrations.CreateModel(
            name='AuditScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('words', models.TextField(blank=True)),
                ('audit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='reviews.audit')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.auditquestion')),
            ],
            options={
                'ordering': ['question__position'],
            },
        ),
        migrations.CreateModel(
            name='AuditFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('AF',), **{}), editable=False, max_length=12, unique=True)),
                ('words', models.TextField()),
                ('action', models.CharField(max_length=300)),
                ('due_on', models.DateField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('done_on', models.DateField(blank=True, null=True)),
                ('outcome', models.TextField(blank=True)),
                ('audit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='reviews.audit')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('audit'), models.F('action'), name='a_finding_once', violation_error_message='This is recorded already.'), models.CheckConstraint(condition=models.Q(models.Q(('done_by__isnull', True), ('done_on__isnull', True)), models.Q(('done_by__isnull', False), ('done_on__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='a_finding_done_says_what_came_of_it', violation_error_message='Enter what was done.')],
            },
        ),
        migrations.AddConstraint(
            model_name='auditquestion',
            constraint=models.UniqueConstraint(models.F('form'), models.F('position'), name='one_audit_question_at_a_place'),
        ),
        migrations.AddConstraint(
            model_name='auditsample',
            constraint=models.UniqueConstraint(models.F('area'), models.F('kind'), models.F('month'), name='one_audit_sample_a_month', violation_error_message='The sample of this month is drawn already. It is not drawn a second time.'),
        ),
        migrations.AddIndex(
            model_name='audit',
            index=models.Index(fields=['auditor', 'state'], name='audits_of_an_auditor'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.UniqueConstraint(models.F('sample'), models.F('place'), name='one_audit_of_a_place'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('meeting__isnull', True), ('offender__isnull', False)), models.Q(('meeting__isnull', False), ('offender__isnull', True)), _connector='OR'), name='an_audit_is_of_a_case_or_a_meeting'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['to-assign', 'set-aside']), models.Q(('auditor__isnull', False), ('due_on__isnull', False)), models.Q(('auditor__isnull', False), ('state', 'signed')), _connector='OR'), name='an_audit_under_way_has_an_auditor_and_a_day'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['to-sign', 'signed']), _negated=True), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='an_audit_is_checked_before_it_is_signed'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), _negated=True), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='a_signed_audit_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'set-aside'), _negated=True), models.Q(('set_aside_by__isnull', False), models.Q(('set_aside_because', ''), _negated=True)), _connector='OR'), name='an_audit_set_aside_says_why'),
        ),
        migrations.AddConstraint(
            model_name='audit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_by', models.F('auditor')), _negated=True), models.Q(('signed_by', models.F('auditor')), _negated=True), models.Q(('signed_by', models.F('checked_by')), _negated=True)), name='nobody_signs_an_audit_of_his_own', violation_error_message='Someone else signs: nobody agrees to what he wrote or checked himself.'),
        ),
        migrations.AddConstraint(
            model_name='auditscore',
            constraint=models.UniqueConstraint(models.F('audit'), models.F('question'), name='a_box_is_scored_once'),
        ),
        migrations.AddConstraint(
            model_name='auditscore',
            constraint=models.CheckConstraint(condition=models.Q(('score__isnull', True), models.Q(('score__gte', 1), ('score__lte', 4)), _connector='OR'), name='a_score_is_of_four'),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]

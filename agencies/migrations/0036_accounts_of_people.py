"""How people come, change, are confirmed and leave: invitations, suspensions, lists to confirm, and why a membership stopped."""

import agencies.models.invitation
import agencies.models.membership
import agencies.models.recertification
import agencies.models.suspension
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def name_memberships(apps, schema_editor):
    memberships = apps.get_model("agencies", "Membership")
    rows = list(memberships.objects.filter(handle__isnull=True).only("pk"))
    for row in rows:
        row.handle = agencies.models.membership.new_membership_handle()
    memberships.objects.bulk_update(rows, ["handle"], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0035_life_of_data'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=agencies.models.invitation.new_invitation_reference, editable=False, max_length=12, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('from_on', models.DateField(verbose_name='first day')),
                ('until', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('vetting_level', models.CharField(choices=[('bpss', 'Baseline Personnel Security Standard'), ('nppv-2', 'Non-police personnel vetting, level 2'), ('nppv-3', 'Non-police personnel vetting, level 3'), ('rv', 'Recruitment vetting'), ('mv', 'Management vetting'), ('ctc', 'Counter-terrorist check'), ('sc', 'Security check'), ('dv', 'Developed vetting')], max_length=10)),
                ('vetting_expires_on', models.DateField(verbose_name='last day of the vetting')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('nonce', models.CharField(editable=False, max_length=43)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('times_sent', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Recertification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=agencies.models.recertification.new_recertification_reference, editable=False, max_length=12, unique=True)),
                ('opened_on', models.DateField()),
                ('due_on', models.DateField()),
                ('stops_on', models.DateField()),
                ('warned_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-opened_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RecertificationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(blank=True, choices=[('yes', 'Still right'), ('changed', 'Changed'), ('ended', 'Ended'), ('silence', 'Nobody answered')], max_length=10)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=agencies.models.suspension.new_suspension_reference, editable=False, max_length=12, unique=True)),
                ('why', models.CharField(choices=[('by-hand', 'Suspended'), ('dormant', 'Not used for too long')], max_length=10)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('disabled_at', models.DateTimeField(blank=True, null=True)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('asked_why', models.CharField(blank=True, max_length=300, verbose_name='why it should be opened again')),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='agency',
            name='email_domains',
            field=models.CharField(blank=True, help_text='What stands after the @ in its staff’s addresses, divided by spaces. Only such addresses are invited. Without any, only co-ordination and administrators invite.', max_length=300, verbose_name='email domains'),
        ),
        migrations.AddField(
            model_name='membership',
            name='confirmed_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='handle',
            field=models.CharField(editable=False, max_length=12, null=True),
        ),
        migrations.RunPython(name_memberships, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='membership',
            name='handle',
            field=models.CharField(default=agencies.models.membership.new_membership_handle, editable=False, max_length=12, unique=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='line_manager',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='membership',
            name='stopped_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='stopped_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='membership',
            name='stopped_why',
            field=models.CharField(blank=True, choices=[('left', 'Ended'), ('unconfirmed', 'Not confirmed')], editable=False, max_length=12),
        ),
        migrations.AddField(
            model_name='user',
            name='left_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='terms_accepted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='terms_version',
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='user',
            name='vetting_level',
            field=models.CharField(blank=True, choices=[('bpss', 'Baseline Personnel Security Standard'), ('nppv-2', 'Non-police personnel vetting, level 2'), ('nppv-3', 'Non-police personnel vetting, level 3'), ('rv', 'Recruitment vetting'), ('mv', 'Management vetting'), ('ctc', 'Counter-terrorist check'), ('sc', 'Security check'), ('dv', 'Developed vetting')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stopped_at__isnull', True), ('stopped_by__isnull', True), ('stopped_why', '')), models.Q(('stopped_at__isnull', False), ('stopped_by__isnull', False), models.Q(('stopped_why', ''), _negated=True)), _connector='OR'), name='membership_stopped_at_by_and_why_together'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('line_manager', models.F('user')), _negated=True), name='nobody_manages_himself', violation_error_message='Choose somebody else as line manager.'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='line_manager',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='rank',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.rank'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='role',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.role'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recertification',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recertifications', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='recertificationline',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recertificationline',
            name='membership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recertification_lines', to='agencies.membership'),
        ),
        migrations.AddField(
            model_name='recertificationline',
            name='recertification',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='agencies.recertification'),
        ),
        migrations.AddField(
            model_name='suspension',
            name='asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suspension',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suspension',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='suspension',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(models.F('user'), models.F('agency'), models.F('role'), condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), name='one_open_invitation_to_a_role', violation_error_message='This person is invited to this role already. Send that invitation again.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('from_on')), _connector='OR'), name='invited_until_a_day_not_before_the_first', violation_error_message='The last day must not be before the first.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='invitation_withdrawn_at_and_by_together'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('user', models.F('made_by')), _negated=True), name='nobody_invites_himself', violation_error_message='Nobody invites himself. Ask another contact point, or co-ordination.'),
        ),
        migrations.AddConstraint(
            model_name='recertification',
            constraint=models.UniqueConstraint(models.F('agency'), condition=models.Q(('closed_at__isnull', True)), name='one_open_list_an_agency'),
        ),
        migrations.AddConstraint(
            model_name='recertificationline',
            constraint=models.UniqueConstraint(models.F('recertification'), models.F('membership'), name='each_membership_once_on_a_list'),
        ),
        migrations.AddConstraint(
            model_name='recertificationline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='line_answered_at_and_by_together'),
        ),
        migrations.AddConstraint(
            model_name='suspension',
            constraint=models.UniqueConstraint(models.F('user'), condition=models.Q(('lifted_at__isnull', True)), name='suspended_once_at_a_time', violation_error_message='This account is suspended already.'),
        ),
        migrations.AddConstraint(
            model_name='suspension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asked_at__isnull', True), ('asked_by__isnull', True)), models.Q(('asked_at__isnull', False), ('asked_by__isnull', False)), _connector='OR'), name='suspension_asked_at_and_by_together'),
        ),
        migrations.AddConstraint(
            model_name='suspension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True)), models.Q(('asked_by__isnull', False), ('lifted_at__isnull', False), ('lifted_by__isnull', False), models.Q(('lifted_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='suspension_is_lifted_by_a_second_person', violation_error_message='Somebody else than whoever asked opens the account again.'),
        ),
    ]

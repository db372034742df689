from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("panels", "0006_done_actions_are_confirmed")]

    operations = [
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_on__isnull', True), ('state__in', ['open', 'withdrawn'])), models.Q(('done_on__isnull', False), ('state__in', ['done', 'confirmed'])), _connector='OR'), name='an_action_is_done_when_it_was_done'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), ('state', 'confirmed')), _connector='OR'), name='an_action_confirmed_at_and_by_together'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='a_withdrawn_action_says_why', violation_error_message='Enter why the action is withdrawn.'),
        ),
    ]

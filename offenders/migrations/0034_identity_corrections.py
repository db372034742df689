"""What was the recorded name is kept as such, and lines of the timeline that only those who manage the case may read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offenders', '0033_one_recall_contract'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='alias',
            name='one_alias_of_a_kind',
        ),
        migrations.AddField(
            model_name='alias',
            name='was_recorded',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='timelineentry',
            name='restricted',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='alias',
            constraint=models.UniqueConstraint(models.F('offender'), models.F('surname'), models.F('forenames'), models.F('kind'), condition=models.Q(('was_recorded', False), ('withdrawn_at__isnull', True)), name='one_alias_of_a_kind', violation_error_message='This name is recorded already.'),
        ),
    ]

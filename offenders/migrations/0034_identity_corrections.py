"""Lines of the timeline that only those who manage the case may read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offenders', '0033_one_recall_contract'),
    ]

    operations = [
        migrations.AddField(
            model_name='timelineentry',
            name='restricted',
            field=models.BooleanField(default=False),
        ),
    ]

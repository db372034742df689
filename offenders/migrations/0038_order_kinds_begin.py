from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offenders', '0037_answers_due_and_victim_flag'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderkind',
            name='first_made_on',
            field=models.DateField(blank=True, null=True, verbose_name='first made on'),
        ),
    ]

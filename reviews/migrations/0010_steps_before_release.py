import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offenders', '0047_breach_offences'),
        ('reviews', '0009_what_a_reminder_is_told_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReleaseEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('premises', 'Approved premises'), ('licence', 'Licence conditions'), ('dwp', 'Notification to Jobcentre Plus (DWP)')], max_length=10)),
                ('outcome', models.CharField(choices=[('done', 'It was done'), ('not-needed', 'It is not needed'), ('to-do', 'It is to be done after all')], max_length=10)),
                ('on', models.DateField()),
                ('words', models.TextField(max_length=1000)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('offender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='release_entries', to='offenders.offender')),
            ],
            options={
                'verbose_name': 'step before release',
                'verbose_name_plural': 'steps before release',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['offender', 'step'], name='release_steps_of_a_case')],
            },
        ),
    ]

"""An answer and a disclosure keep when they were recorded; an undertaking is signed once it is authorised."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disclosures', '0003_information_requests'),
        ('offenders', '0044_cases_by_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='disclosure',
            name='somebody_else_authorises_a_disclosure',
        ),
        migrations.RemoveConstraint(
            model_name='disclosure',
            name='only_what_was_authorised_is_disclosed',
        ),
        migrations.AddField(
            model_name='disclosure',
            name='authorised_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='disclosure',
            name='delivery_recorded_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('authorised_at', None), ('authorised_by', None), ('authorised_on', None), ('authorised_rank', ''), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('authorise_by__isnull', False), ('authorised_by__isnull', False), ('authorised_on__isnull', False), models.Q(('authorised_by', models.F('author')), _negated=True), models.Q(('authorised_rank', ''), _negated=True), models.Q(('authorised_reasons', ''), _negated=True)), _connector='OR'), name='somebody_else_authorises_a_disclosure', violation_error_message='Nobody authorises what he or she recorded.'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivered_by', ''), ('delivered_how', ''), ('delivered_on', None), ('delivery_recorded_at', None), ('person_told', None), ('undertaking_on', None)), models.Q(('delivered_on__isnull', False), ('outcome', 'authorised'), ('person_told__isnull', False), ('delivered_on__gte', models.F('authorised_on')), models.Q(('delivered_how', ''), _negated=True), models.Q(('delivered_by', ''), _negated=True), models.Q(('person_told_words', ''), _negated=True), models.Q(('needs_undertaking', False), ('undertaking_on__isnull', False), _connector='OR'), models.Q(('undertaking_on__isnull', True), models.Q(('undertaking_on__gte', models.F('authorised_on')), ('undertaking_on__lte', models.F('delivered_on'))), _connector='OR')), _connector='OR'), name='only_what_was_authorised_is_disclosed', violation_error_message='Nothing is disclosed before it is authorised and the undertaking is dated.'),
        ),
    ]

"""Tools of risk as reference data, with what is commonly known of them, and their results."""

import django.contrib.postgres.fields
import django.db.models.deletion
import functools
import mappa.reference_numbers
from django.conf import settings
from django.db import migrations, models


RANGES = "bands and range of the score not checked against the current manual"
BANDS = "bands not checked against the current manual"
FOUR = ["Low", "Medium", "High", "Very high"]
THREE = ["Low", "Medium", "High"]
MODERATE = ["Low", "Moderate", "High"]
TOOLS = [
    # code, name, what it assesses, who uses it, bands, limits of the score (None: gives none), citation
    ("oasys", "OASys", "Needs and risk of serious harm", "Probation and prison", FOUR, None, BANDS),
    ("ogrs", "OGRS", "Likelihood of any proven reoffending within two years, in per cent", "Probation", FOUR, (0, 100), RANGES),
    ("ogp", "OGP", "Likelihood of general reoffending within two years, in per cent", "Probation", FOUR, (0, 100), RANGES),
    ("ovp", "OVP", "Likelihood of violent reoffending within two years, in per cent", "Probation", FOUR, (0, 100), RANGES),
    ("rsr", "RSR", "Likelihood of a serious offence within two years, in per cent", "Probation", THREE, (0, 100), RANGES),
    ("osp-dc", "OSP/DC", "Sexual reoffending with direct contact", "Probation and police", FOUR, (0, 100), RANGES),
    ("osp-iic", "OSP/IIC", "Sexual reoffending by images or indirect contact", "Probation and police", THREE, (0, 100), RANGES),
    ("rm2000", "RM2000", "Static risk of sexual reoffending; older, read on records", "Police", FOUR, None, BANDS),
    ("arms", "ARMS", "Dynamic risk and priority of registered sexual offenders", "Police and probation", FOUR, None, f"NPCC release of 29 June 2017 names the tool; {BANDS}"),
    ("sara", "SARA", "Violence to a partner", "Probation", THREE, None, BANDS),
    ("stable-2007", "Stable 2007", "Dynamic risk of sexual reoffending that changes slowly", "Probation and police", MODERATE, (0, 26), RANGES),
    ("acute-2007", "Acute 2007", "Dynamic risk of sexual reoffending that changes fast", "Probation and police", MODERATE, (0, 21), RANGES),
    ("erg22", "ERG22+", "Extremism: engagement, intent and capability", "Prison and probation", THREE, None, BANDS),
    ("assetplus", "AssetPlus", "Needs and risk of under-18s", "Youth justice services", FOUR, None, BANDS),
    ("polygraph", "Polygraph examination", "Truthfulness about the conditions of a licence", "Probation", ["No deception indicated", "Inconclusive", "Deception indicated"], None, "Licence policy v4.0 (condition); outcomes not checked"),
]


def load_tools(apps, schema_editor):
    Tool = apps.get_model("assessments", "Tool")
    for code, name, measures, used_by, bands, limits, citation in TOOLS:
        lowest, highest = limits or (None, None)
        Tool.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "measures": measures,
                "used_by": used_by,
                "bands": bands,
                "has_score": limits is not None,
                "lowest_score": lowest,
                "highest_score": highest,
                "citation": citation,
            },
        )


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0004_plan_standards'),
        ('offenders', '0044_cases_by_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Tool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('measures', models.CharField(max_length=200, verbose_name='what it assesses')),
                ('used_by', models.CharField(max_length=120, verbose_name='who uses it')),
                ('bands', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='From the lowest to the highest, with commas between. Empty when it gives none.', size=None)),
                ('has_score', models.BooleanField(default=False, verbose_name='gives a score')),
                ('lowest_score', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ('highest_score', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ('is_active', models.BooleanField(default=True, verbose_name='may be recorded')),
                ('citation', models.CharField(max_length=300)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('has_score', True), models.Q(('highest_score__isnull', True), ('lowest_score__isnull', True)), _connector='OR'), name='only_a_tool_with_a_score_limits_it', violation_error_message='A tool that gives no score has no lowest or highest one.'), models.CheckConstraint(condition=models.Q(('lowest_score__isnull', True), ('highest_score__isnull', True), ('lowest_score__lte', models.F('highest_score')), _connector='OR'), name='a_score_is_not_highest_below_its_lowest', violation_error_message='The highest score must not be below the lowest.')],
            },
        ),
        migrations.CreateModel(
            name='ToolResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=functools.partial(mappa.reference_numbers.new_reference, *('TR',), **{}), editable=False, max_length=12, unique=True)),
                ('completed_on', models.DateField()),
                ('completed_by', models.CharField(max_length=120)),
                ('band', models.CharField(blank=True, max_length=40)),
                ('score', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ('notes', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawal_reason', models.TextField(blank=True)),
                ('offender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tool_results', to='offenders.offender')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.tool')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-completed_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('band', ''), _negated=True), ('score__isnull', False), _connector='OR'), name='a_tool_result_has_a_band_or_a_score', violation_error_message='Choose the band or enter the score.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawal_reason', ''), _negated=True)), _connector='OR'), name='a_withdrawn_tool_result_says_by_whom_and_why')],
            },
        ),
        migrations.RunPython(load_tools, migrations.RunPython.noop),
    ]

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_accounts'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='authtoken',
            options={'verbose_name': 'API token'},
        ),
        migrations.AddField(
            model_name='authtoken',
            name='last_used',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used'),
        ),
        migrations.AlterField(
            model_name='authtoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read what is public, and what its user proposed'), ('propose', 'Propose changes, for review'), ('write', 'Create drafts and change them'), ('publish', 'Change what readers see, publish and withdraw')], max_length=30), blank=True, default=list, size=None),
        ),
        migrations.RunSQL(
            "UPDATE accounts_authtoken SET scopes = ARRAY(SELECT s FROM unnest(scopes) s"
            " WHERE s IN ('read', 'propose', 'write', 'publish'))",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='authtoken',
            constraint=models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'propose', 'write', 'publish'])), name='authtoken_scopes_known', violation_error_message='scopes: use read, propose, write, publish.'),
        ),
    ]

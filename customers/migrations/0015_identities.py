"""Several identities of a kind, proved or not: unique where proved, the preferred one marked, and where each came from."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0014_event_catalogue'),
    ]

    operations = [
        migrations.AddField(model_name='identity', name='main', field=models.BooleanField(db_default=True, default=True)),
        migrations.AddField(model_name='identity', name='source', field=models.CharField(blank=True, db_default='', default='', max_length=100)),
        migrations.RemoveConstraint(model_name='identity', name='identity_value'),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(condition=models.Q(('proved', True)), fields=('tenant', 'kind', 'digest'), name='identity_value'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(condition=models.Q(('proved', False)), fields=('tenant', 'customer', 'kind', 'digest'), name='identity_claim'),
        ),
    ]

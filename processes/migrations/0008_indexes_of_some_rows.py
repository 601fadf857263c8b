"""Indexes hold only the rows they are read for. New ones come before old ones go: a key is never without one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_process_designer'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('processes', '0007_migration_taken_back_by'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='event',
            name='event_by_actor',
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner', 'finished', 'due_at'], name='task_held_by'),
        ),
        migrations.RemoveIndex(
            model_name='task',
            name='task_assignee',
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('decided_by__isnull', False)), fields=['decided_by', 'finished'], name='task_done_by'),
        ),
        migrations.RemoveIndex(
            model_name='task',
            name='task_decided_by',
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('host__isnull', False)), fields=['host'], name='task_host'),
        ),
        migrations.AlterField(
            model_name='task',
            name='host',
            field=models.ForeignKey(db_index=False, help_text='What this activation is part of.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hosted', to='processes.task'),
        ),
        migrations.AlterField(
            model_name='task',
            name='unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='unit of the pool'),
        ),
        migrations.RemoveIndex(
            model_name='task',
            name='task_pool',
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('finished', None)), fields=['role', 'unit', 'finished', 'owner', 'flow_key', 'node_id', 'due_at', 'id'], name='task_pool'),
        ),
    ]

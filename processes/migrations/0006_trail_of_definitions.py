"""Versions that were published before definitions had a trail get their line in it."""

import hashlib

from django.db import migrations
from django.utils import timezone

from common.ids import uuid7
from common.chain import canonical_json, line_hash

FIELDS = ("id", "definition_id", "seq", "at", "kind", "actor_id", "channel", "ip", "data", "prev_hash")


def write_lines(apps, schema_editor):
    Version, Event = (apps.get_model("processes", name) for name in ("DefinitionVersion", "DesignEvent"))
    for definition in apps.get_model("processes", "Definition").objects.filter(event_count=0):
        lines, previous = [], ""
        for seq, version in enumerate(Version.objects.filter(definition=definition).order_by("number"), 1):
            digest = hashlib.sha256(version.bpmn.encode()).hexdigest()
            content = {"version": version.number, "digest": digest, "note": version.note, "before_the_trail": True}
            at = version.published_at or timezone.now()
            values = (uuid7(), definition.pk, seq, at, "published", None, "system", "", canonical_json(content))
            previous_, previous = previous, line_hash((*values, previous))
            lines.append(Event(**dict(zip(FIELDS, (*values, previous_))), hash=previous))
        Event.objects.bulk_create(lines)
        definition.event_count, definition.head_hash = len(lines), previous
        definition.save(update_fields=["event_count", "head_hash"])


class Migration(migrations.Migration):
    dependencies = [("processes", "0005_lifecycle")]

    operations = [migrations.RunPython(write_lines, migrations.RunPython.noop)]

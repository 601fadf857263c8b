"""Consents of all kinds lie with the accounts now; those to a binding move there, key and all."""

from django.db import migrations

AT_ONCE = 1000


def move(apps, schema_editor):
    old, new = apps.get_model("wechat", "Consent"), apps.get_model("accounts", "Consent")
    rows = old.objects.order_by("pk").values("id", "user_id", "purpose", "text_version", "at")
    made = (new(**row, channel="wechat") for row in rows.iterator(chunk_size=AT_ONCE))
    new.objects.bulk_create(made, batch_size=AT_ONCE)


def move_back(apps, schema_editor):
    old, new = apps.get_model("wechat", "Consent"), apps.get_model("accounts", "Consent")
    rows = new.objects.filter(purpose="wechat_binding").order_by("pk")
    for row in rows.values("id", "user_id", "purpose", "text_version", "at").iterator(chunk_size=AT_ONCE):
        old.objects.create(**row)
        new.objects.filter(pk=row["id"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_consents"),
        ("wechat", "0001_wechat_account"),
    ]

    operations = [
        migrations.RunPython(move, move_back),
        migrations.DeleteModel(name="Consent"),
    ]

"""The zone in which an account reads times; secrets of second factors that were kept in the clear are encrypted."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models

from tenfold.web.store.ciphers import decrypted, encrypted

SECRETS = ("secret", "seed")  # of an authenticator app, of recovery codes


def encrypt(apps: Apps, editor: Any) -> None:
    """Encrypt what is not yet."""
    for one in apps.get_model("mfa", "Authenticator").objects.all():
        clear = {name: one.data[name] for name in SECRETS if name in one.data and decrypted(one.data[name]) is None}
        if clear:
            one.data = one.data | {name: encrypted(secret) for name, secret in clear.items()}
            one.save(update_fields=["data"])


class Migration(migrations.Migration):
    """One column, and what stands in another application's table."""

    dependencies = (("store", "0012_looks"), ("mfa", "0003_authenticator_type_uniq"))
    operations = (
        migrations.AddField("account", "timezone", models.CharField(default="", max_length=64)),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
    )

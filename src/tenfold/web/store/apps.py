"""The one Django application of Tenfold: all tables are here."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """The store."""

    name = "tenfold.web.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

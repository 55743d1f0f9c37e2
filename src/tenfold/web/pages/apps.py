"""The pages as a Django application: their templates are here."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """The pages."""

    name = "tenfold.web.pages"
    label = "pages"

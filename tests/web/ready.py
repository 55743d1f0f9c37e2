"""Django made ready for tests: imported before anything of the application is."""

import os

import django
from django.test.utils import setup_test_environment

os.environ["DJANGO_SETTINGS_MODULE"] = "tenfold.web.site.settings"
os.environ["TENFOLD_HOME"] = "/nonexistent"  # no test touches an installation
django.setup()
setup_test_environment()

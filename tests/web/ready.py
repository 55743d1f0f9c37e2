"""Django made ready for tests: imported before anything of the application is."""

import os

import django
from django.conf import settings
from django.test.utils import setup_test_environment

os.environ["DJANGO_SETTINGS_MODULE"] = "tenfold.web.site.settings"
os.environ["TENFOLD_HOME"] = "/nonexistent"  # no test touches an installation
django.setup()
setup_test_environment()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow by intention

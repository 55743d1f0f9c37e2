"""`python -m tenfold.web.jobs` looks after all engines; with a community's name it is that community's engine."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenfold.web.site.settings")
    django.setup()
    from tenfold.web.jobs.engine import serve
    from tenfold.web.jobs.supervisor import ending, supervise
    from tenfold.web.store.communities import Community

    if sys.argv[1:]:
        serve(Community.objects.get(name=sys.argv[1]), over=ending())
    else:
        supervise()

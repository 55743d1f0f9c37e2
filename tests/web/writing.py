"""A writer in a process of its own, to be killed: it says each fact aloud once the database has acknowledged it."""

import sys

import django
from tests.web.servers import point_at

if __name__ == "__main__":  # the settings come with the environment of the test that starts it
    django.setup()

    import json

    from tenfold.web.store.append import Author, writing
    from tenfold.web.store.communities import Community

    point_at(json.loads(sys.argv[1]))
    community = Community.objects.get(name="small")
    while True:
        with writing(community, Author("op")) as writer:
            fact = writer.add("interactions", member="lin", direction="out", channel="call")
        sys.stdout.write(f"{fact}\n")
        sys.stdout.flush()

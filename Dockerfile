# syntax=docker/dockerfile:1
# What the browser is given.
FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY src/tenfold/web/assets src/tenfold/web/assets
RUN npm run build

# The program with its packages, each pinned by its hash.
FROM python:3.13-slim-bookworm AS packages
WORKDIR /build
RUN python -m venv /opt/tenfold
COPY requirements requirements
RUN /opt/tenfold/bin/pip install --no-cache-dir --require-hashes -r requirements/web.txt \
  && /opt/tenfold/bin/pip install --no-cache-dir 'hatchling>=1.27,<2'
COPY pyproject.toml README.md ./
COPY src src
COPY --from=assets /build/src/tenfold/web/static src/tenfold/web/static
RUN PYTHONPATH=src /opt/tenfold/bin/python -m tenfold.engine.queries \
  && /opt/tenfold/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
  && /opt/tenfold/bin/pip uninstall --yes hatchling

# What runs: nobody's root, one folder to write into.
FROM python:3.13-slim-bookworm
COPY --from=packages /opt/tenfold /opt/tenfold
ENV PATH=/opt/tenfold/bin:$PATH PYTHONUNBUFFERED=1 TENFOLD_HOME=/var/lib/tenfold TENFOLD_LOG=info
RUN useradd --system --uid 10001 --home-dir /var/lib/tenfold tenfold \
  && install --directory --owner tenfold --mode 0700 /var/lib/tenfold
USER tenfold
VOLUME /var/lib/tenfold
EXPOSE 8000
HEALTHCHECK --start-period=30s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health', timeout=3)"]
CMD ["tenfold", "serve", "--host", "0.0.0.0"]

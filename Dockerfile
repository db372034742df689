# syntax=docker/dockerfile:1
# One image for web, worker, beat and the release jobs; the command says which.

FROM node:24-bookworm-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.13-slim-bookworm AS packages
RUN python -m venv /opt/venv
# requirements-s3.lock where documents lie in an S3-compatible store (docs/operations.md)
ARG LOCK=requirements.lock
COPY ${LOCK} .
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r ${LOCK}

FROM python:3.13-slim-bookworm
# Pango lays out the PDF files
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-liberation libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin mappa \
    && install -d -o mappa -m 0700 /documents /documents/kept /documents/coming /disposals /anchors
ENV PATH=/opt/venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=mappa.settings \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
COPY --from=front-end /build/node_modules node_modules
# Static files are part of the image. The values are needed to read the settings and are used for nothing.
RUN SECRET_KEY=only-while-building FIELD_KEYS=building:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=postgresql://nobody@localhost/none \
    REDIS_URL=redis://localhost/0 \
    sh -c 'python manage.py vendor_assets && python manage.py collectstatic --noinput -v 0' \
    && rm -rf node_modules
# The code belongs to root: the application cannot change itself.
USER mappa
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["gunicorn", "mappa.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--max-requests", "2000", "--max-requests-jitter", "200", \
     "--graceful-timeout", "30", "--no-control-socket", "--forwarded-allow-ips", "*"]

# One image for web, worker and beat; docker-compose.yml says which of them a container is.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    STATE_DIR=/srv/youthwork/state \
    BIND=0.0.0.0 \
    PORT=8000

# what WeasyPrint loads, and msgfmt for the translations; the same list as in scripts/system-packages
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        gettext \
        libharfbuzz-subset0 \
        libpango-1.0-0 \
        libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/youthwork
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
# The keys live for this one command only; production gets its own from the environment.
RUN for language in locale/*/LC_MESSAGES; do msgfmt --check -o "$language/django.mo" "$language/django.po"; done \
    && useradd --system --create-home --uid 10001 youthwork \
    && export $(MODE=development python manage.py make_keys) \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p "$STATE_DIR/media" \
    && mkdir -p /srv/youthwork/tombstones \
    && chown -R youthwork "$STATE_DIR" /srv/youthwork/tombstones \
    && chmod 700 "$STATE_DIR/media" /srv/youthwork/tombstones

USER youthwork
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]

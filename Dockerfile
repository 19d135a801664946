# The image of a class: web, worker and beat run from it with different commands (docker-compose.yml).
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SEMINAR_VAR=/app/var
RUN useradd --system --uid 10001 --create-home seminar
WORKDIR /app

COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --require-hashes -r requirements/base.txt

COPY . .
# The static files are the same for every class, so no secret is needed here.
RUN python manage.py collectstatic --noinput && chown -R seminar: /app/var
USER seminar

ENV DJANGO_SETTINGS_MODULE=config.settings.prod
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['SITE_URL'].split('//')[1].split('/')[0]}), timeout=4)"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "30"]

# One image for web, worker and beat.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install -q --require-hashes -r requirements.lock
COPY . .
RUN /venv/bin/pybabel -q compile -d shop/locale -D django \
 && SECRET_KEY=build DATABASE_URL=postgres:///none REDIS_URL=redis://none /venv/bin/python manage.py collectstatic -v0 --noinput

FROM python:3.11-slim
RUN useradd --create-home --uid 1000 shop && mkdir -p /app/var/media /app/var/kept && chown -R shop /app/var
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build --chown=shop /app /app
USER shop
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "shop.wsgi", "-b", "0.0.0.0:8000", "-w", "3", "--threads", "4", "--max-requests", "5000", "--max-requests-jitter", "500"]

# The image of the shop, for all its processes: `web`, the workers and the steps before them, see docker-compose.yml.

FROM python:3.13-slim AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir --root-user-action=ignore "uv>=0.9,<1"
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --extra traces --no-install-project --quiet
COPY . .
# Settings must be complete; none of these values is kept, and no database is used.
RUN SECRET_KEY="only-for-collecting-static-files-and-gone-after-this-line" DATABASE_URL=postgresql://nobody@nowhere/none \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q config contexts deploy platform tools manage.py \
    && install -d -o 10001 -g 10001 /secrets/shop /secrets/database /secrets/cache /secrets/broker /srv/shop/pictures

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app:/app/platform PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings MODE=production
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin markethall
COPY --from=build /opt/venv /opt/venv
# Copy the folders around those created above: a copied folder itself would belong to root.
COPY --from=build /secrets /secrets
COPY --from=build /srv/shop /srv/shop
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
CMD ["granian", "config.wsgi:application", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--http1-header-read-timeout", "10000", "--respawn-failed-workers", "--workers-kill-timeout", "20", \
     "--log-level", "warning", "--no-access-log", "--log-config", "deploy/granian_logging.json"]

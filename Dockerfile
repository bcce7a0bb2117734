# The application's image: one stage builds the front end, the other runs Python. Database and broker are services of
# their own (docker-compose.yml).
FROM node:24-slim AS frontend
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --include=dev
COPY frontend/ ./
RUN npm run build

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 \
    DJANGO_SETTINGS_MODULE=config.settings CANVAS_DATA_DIR=/data
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
COPY --from=frontend /build/frontend/dist frontend/dist
RUN useradd --system --uid 10001 --no-create-home canvas \
    && install -d -o canvas -g canvas -m 0700 /data /data/secrets /data/beat /data/static
USER canvas
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python", "-m", "gunicorn", "config.wsgi:application", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--preload", "--no-control-socket", "-b", "0.0.0.0:8000"]

#!/bin/bash
# Runs once, when the database volume is empty: the application logs in as a role that row-level security binds.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$CANVAS_DB_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE canvas_app LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB PASSWORD :'password';
CREATE DATABASE canvas OWNER canvas_app;
SQL

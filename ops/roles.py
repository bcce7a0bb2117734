"""Run inside the venv: makes the role and database of the application, and says which role to step down to.

Must leave an ordinary login of an outside server as it is.
"""

from __future__ import annotations

import sys

import psycopg2
from psycopg2 import sql

ROLE = "canvas_app"


def main(kind: str, address: str) -> int:
    try:
        if kind == "embedded":
            embedded(address)
            print()
        else:
            print(outside(address))
    except psycopg2.Error as error:
        print(str(error).strip(), file=sys.stderr)
        return 1
    return 0


def embedded(socket: str) -> None:
    """Role and database of the embedded server; running it again changes nothing."""
    connection = psycopg2.connect(host=socket, user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'canvas'")
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE canvas OWNER {ROLE}")
    connection.close()


def outside(url: str) -> str:
    """The role to step down to, made if need be; empty when the login obeys row-level security itself."""
    connection = psycopg2.connect(url, connect_timeout=10)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, current_user, current_database()"
            " FROM pg_roles WHERE rolname = current_user"
        )
        [(bypasses, login, database)] = cursor.fetchall()
        if not bypasses:
            return ""
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS CREATEDB")
        names = {"login": sql.Identifier(login), "database": sql.Identifier(database)}
        cursor.execute(sql.SQL("GRANT canvas_app TO {login}").format(**names))
        cursor.execute(sql.SQL("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO canvas_app").format(**names))
        cursor.execute("GRANT ALL ON SCHEMA public TO canvas_app")
    connection.close()
    return ROLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))

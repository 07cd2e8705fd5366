from django.db import connection


def ping() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

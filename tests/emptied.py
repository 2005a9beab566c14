"""One PostgreSQL database used by test after test: emptied after each, as making one takes a hundred times longer."""

from __future__ import annotations

import asyncpg

_TABLES = "SELECT c.relname FROM pg_class c WHERE c.relnamespace='public'::regnamespace AND c.relkind='r'"
_KEEP = f"""DO $$ DECLARE t text; filled bool; BEGIN
  CREATE SCHEMA untouched;
  FOR t IN {_TABLES} LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', t) INTO filled;
    IF filled THEN EXECUTE format('CREATE TABLE untouched.%1$I AS TABLE public.%1$I', t); END IF;
  END LOOP;
END $$"""
_LARGE = 256 * 1024
_EMPTY = f"""DO $$ DECLARE t text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN {_TABLES} LOOP
    IF pg_relation_size(format('public.%I', t)::regclass) > {_LARGE} THEN
      EXECUTE format('TRUNCATE public.%I CASCADE', t);
    ELSE
      EXECUTE format('DELETE FROM public.%I', t);
    END IF;
  END LOOP;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname='untouched' LOOP
    EXECUTE format('INSERT INTO public.%1$I SELECT * FROM untouched.%1$I', t);
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname='public' AND last_value IS NOT NULL;
END $$"""
"""Triggers and foreign keys rest meanwhile: those that keep rows from being changed are not meant for tests' brooms."""
_SHAPE = """SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
  SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
    FROM information_schema.columns WHERE table_schema='public'
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname='public'
  UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace='public'::regnamespace
) shape"""
_ONLY_US = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname=current_database() AND pid<>pg_backend_pid()"""


class EmptiedDatabase:
    """A migrated database, as good as new after each :meth:`empty`."""

    def __init__(self, url: str, connection: asyncpg.Connection, shape: str) -> None:
        self.url = url
        self._connection = connection
        self._shape = shape

    @classmethod
    async def at(cls, url: str) -> EmptiedDatabase:
        """Keep aside what the migrations wrote, to put it back each time."""
        connection = await asyncpg.connect(url)
        await connection.execute(_KEEP)
        return cls(url, connection, await connection.fetchval(_SHAPE))

    async def empty(self) -> bool:
        """Take out what a test wrote; False where it changed the shape of a table, so that another must be made."""
        await self._connection.execute(_ONLY_US)
        if await self._connection.fetchval(_SHAPE) != self._shape:
            return False
        await self._connection.execute(_EMPTY)
        return True

    async def close(self) -> None:
        """Let go of it."""
        await self._connection.close()

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
_EMPTY = f"""DO $$ DECLARE t text; size bigint; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t, size IN SELECT c.relname, pg_relation_size(c.oid)
    FROM pg_class c WHERE c.relnamespace='public'::regnamespace AND c.relkind='r'
  LOOP
    IF size > {_LARGE} THEN
      EXECUTE format('TRUNCATE public.%I CASCADE', t);
    ELSIF size > 0 THEN
      EXECUTE format('DELETE FROM public.%I', t);
    END IF;
  END LOOP;
  FOR t IN SELECT relname FROM pg_class
    WHERE relnamespace='untouched'::regnamespace AND relkind='r' AND relname<>'reshaped'
  LOOP
    EXECUTE format('INSERT INTO public.%1$I SELECT * FROM untouched.%1$I', t);
  END LOOP;
  PERFORM setval(s.seqrelid, s.seqstart, false) FROM pg_sequence s
    WHERE pg_sequence_last_value(s.seqrelid) IS NOT NULL;
END $$"""
"""Triggers and foreign keys rest meanwhile: those that keep rows from being changed are not meant for tests' brooms."""
_WATCH = """CREATE TABLE untouched.reshaped (at timestamptz DEFAULT now());
CREATE FUNCTION untouched.note() RETURNS event_trigger LANGUAGE plpgsql
  AS 'BEGIN INSERT INTO untouched.reshaped DEFAULT VALUES; END';
CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION untouched.note()"""
_RESHAPED = "SELECT EXISTS (SELECT FROM untouched.reshaped)"
"""Whether a test changed a table, an index or a trigger: PostgreSQL tells, which is far quicker than looking."""
_ONLY_US = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname=current_database() AND pid<>pg_backend_pid()"""


class EmptiedDatabase:
    """A migrated database, as good as new after each :meth:`empty`."""

    def __init__(self, url: str, connection: asyncpg.Connection) -> None:
        self.url = url
        self._connection = connection

    @classmethod
    async def at(cls, url: str) -> EmptiedDatabase:
        """Keep aside what the migrations wrote, to put it back each time."""
        connection = await asyncpg.connect(url)
        await connection.execute(_KEEP)
        await connection.execute(_WATCH)
        return cls(url, connection)

    async def empty(self) -> bool:
        """Take out what a test wrote; False where it changed the shape of a table, so that another must be made."""
        await self._connection.execute(_ONLY_US)
        if await self._connection.fetchval(_RESHAPED):
            return False
        await self._connection.execute(_EMPTY)
        return True

    async def close(self) -> None:
        """Let go of it."""
        await self._connection.close()

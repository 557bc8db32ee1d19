"""For migrations: triggers that note changes of a table. They see bulk updates and plain SQL, which signals do not."""

from django.db.migrations import RunSQL

# Notes of yesterday are cleared away by those of today. `kept` relies on it that only older ones go.
FUNCTION = RunSQL(
    "CREATE FUNCTION rules_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    ' INSERT INTO rules_change ("table") VALUES (TG_TABLE_NAME);'
    " DELETE FROM rules_change WHERE id IN (SELECT id FROM rules_change"
    " WHERE \"table\" = TG_TABLE_NAME AND at < now() - interval '1 day' FOR UPDATE SKIP LOCKED);"
    " RETURN NULL; END $$",
    "DROP FUNCTION rules_note() CASCADE",
)


def watch(table: str, *, apart_from: tuple[str, ...] = ()) -> RunSQL:
    """Note every statement that changes the table; an update only if it changes more than the columns `apart_from`."""
    drop = [f"DROP TRIGGER rules_note_{name} ON {table}" for name in ("rows", "update")]
    update = f"CREATE TRIGGER rules_note_update AFTER UPDATE ON {table}"
    if apart_from:
        old, new = (f"to_jsonb({row}) - ARRAY[{', '.join(map(repr, apart_from))}]" for row in ("old", "new"))
        update += f" FOR EACH ROW WHEN ({old} IS DISTINCT FROM {new})"
    make = [
        f"CREATE TRIGGER rules_note_rows AFTER INSERT OR DELETE OR TRUNCATE ON {table} EXECUTE FUNCTION rules_note()",
        f"{update} EXECUTE FUNCTION rules_note()",
    ]
    return RunSQL("; ".join(make), "; ".join(drop))

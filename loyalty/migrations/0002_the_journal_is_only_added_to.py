from django.db import migrations

# Whose an entry is may change when two rows of one person become one, and its words may be forgotten; nothing else may.
TRIGGERS = """
CREATE FUNCTION loyalty_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'loyalty_entry' AND
        to_jsonb(NEW) - ARRAY['account_id', 'note', 'by_id'] = to_jsonb(OLD) - ARRAY['account_id', 'note', 'by_id'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The journal of points is only ever added to.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON loyalty_entry FOR EACH ROW EXECUTE FUNCTION loyalty_refuse();
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON loyalty_posting FOR EACH ROW EXECUTE FUNCTION loyalty_refuse();
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON loyalty_share FOR EACH ROW EXECUTE FUNCTION loyalty_refuse();
"""
NO_TRIGGERS = """
DROP TRIGGER IF EXISTS only_added_to ON loyalty_entry;
DROP TRIGGER IF EXISTS only_added_to ON loyalty_posting;
DROP TRIGGER IF EXISTS only_added_to ON loyalty_share;
DROP FUNCTION loyalty_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_accounts_programme_and_rules")]
    operations = [migrations.RunSQL(TRIGGERS, NO_TRIGGERS)]

"""The database as a whole: schema, soundness, backups and exports."""

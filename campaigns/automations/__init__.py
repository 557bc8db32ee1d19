"""Automations: `triggers` begin them, `steps` say what may happen, `running` does it, `ready` brings some along."""

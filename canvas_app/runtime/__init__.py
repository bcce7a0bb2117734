"""The engine: the only code that moves cohorts. One step, one transaction; a crash leaves the old state or the new one."""

"""Ground floor: tenant, member, role, API key, scope, row-level security, idempotency, jobs."""

"""HTTP side of the tenants room."""

"""Template tags of the tenants room."""

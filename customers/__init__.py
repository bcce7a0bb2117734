"""The beam: people, identities, attributes, tags, consent, and the event log that every room reads."""

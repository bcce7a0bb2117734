"""Foundation without models: errors, language, sets of customers, clock, registry, wake-ups, crypto, COPY."""

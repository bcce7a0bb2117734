"""Stand-ins for the providers: they verify what a request must have as the provider does, answer as it does, and show what arrived.

They share no code with the product, so that both sides can't be wrong in the same way; nothing imports them but tests.
"""

"""Room for channels: accounts, templates, policy, sending, receipts."""

"""Any JSON to an address of the merchant."""

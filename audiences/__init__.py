"""Room for audiences: condition catalogue, rule tree to set of customers, saved audiences."""

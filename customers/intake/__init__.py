"""How rows of customers come in, in bulk or one by one: read, matched to customers, written."""

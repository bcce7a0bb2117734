"""The graph, pure: nodes, edges, ports, order, faults. Knows no database, no node types and no clock."""

"""Node types. A package walk finds every file in `kinds`; nothing else names one."""

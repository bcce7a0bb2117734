"""Customers, events and lists out of files: guessed mapping, preview, import as a job, undo.

targets: what a column may become, and guesses · cells: a cell as a value · rows: a line as a row of the API · kinds: what is done
with rows · run: the job · trace, undo: what an import changed, and putting it back · services: what the API does.
"""

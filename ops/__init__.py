"""Starts, watches and stops the parts of one installation; must import nothing of the project and, before
the venv exists, only the standard library.
"""

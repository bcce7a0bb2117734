"""Measurements beside the floor of the same machine in the same minute. Nothing imports it but a management command."""

"""Tests of the audiences room."""

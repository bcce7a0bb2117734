"""What is left of waves that nobody stands in any more: their events, and history in fewer rows. Work of housekeeping."""

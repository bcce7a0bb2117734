"""What is worked out for each customer and kept: stage, RFM, activity and spread, the next purchase."""

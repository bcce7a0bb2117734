"""Gallery under the roof: attribution, dashboards and reports. Reads everything below, is imported by nobody."""

"""Moments, working time and service levels."""

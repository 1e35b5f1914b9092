"""Small exact statistics, without libraries: intervals for shares and medians, and a test for two shares."""

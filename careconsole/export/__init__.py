"""Writers of exports."""

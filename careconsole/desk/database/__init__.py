"""The database as a whole: where it is, how it begins and is looked after."""

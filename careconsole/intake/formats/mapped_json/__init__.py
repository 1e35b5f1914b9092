"""Help desks that data alone describes: maps over one reader of JSON documents."""

"""Help desks that are described by data alone: maps over one reader of JSON documents."""

"""Writers: exports of cases and of the queue."""

"""JSON documents, read as a stream: records, the values in them, the people they name."""

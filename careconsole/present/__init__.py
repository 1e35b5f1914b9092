"""Words and JSON views that both faces share."""

"""The care report: six questions, what is observed for each on every case, and the figures made from that."""
